// SPDX-License-Identifier: Apache-2.0
#include "output/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <string_view>
#include <utility>

#include "output/print_settings.hpp"
#include "text/escape.hpp"

namespace mqtts::output {

namespace {

re2::RE2::Options extended_expression() {
    re2::RE2::Options options;
    options.set_posix_syntax(true);
    options.set_perl_classes(true);   // \d, \s, \w and
    options.set_word_boundary(true);  // \b, as grep has them
    options.set_one_line(true);
    options.set_dot_nl(true);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // bytes
    options.set_log_errors(false);
    return options;
}

/// Finds what grep -E understands and RE2 would understand differently instead of refusing it; empty: nothing.
std::string_view misunderstood(std::string_view expression) noexcept {
    for (const std::string_view piece : {"{,", "[[.", "[[="}) {
        if (expression.find(piece) != expression.npos) return piece;
    }
    for (std::size_t at = 0; (at = expression.find('\\', at)) < expression.size() - 1; at += 2) {
        if (std::string_view("<>`'").find(expression[at + 1]) != expression.npos) return expression.substr(at, 2);
    }
    return {};
}

/// Says what RE2 objects to.
std::string objection(const re2::RE2& expression) {
    if (expression.error_code() == re2::RE2::ErrorRepeatArgument)
        return fmt::format("nothing before {} to repeat", expression.error_arg());
    return expression.error();
}

}  // namespace

struct Pattern::Compiled {
    explicit Compiled(const std::string& text) : expression(text, extended_expression()) {}

    re2::RE2 expression;
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(const std::string& expression) {
    if (const std::string_view piece = misunderstood(expression); !piece.empty())
        return Failure(Errc::bad_option,
                       fmt::format("'{}' is not an extended regular expression: '{}' is not supported",
                                   escape(expression), escape(piece)));
    auto compiled = std::make_unique<Compiled>(expression);
    if (compiled->expression.ok()) return Pattern(std::move(compiled));
    return Failure(Errc::bad_option, fmt::format("'{}' is not an extended regular expression: {}", escape(expression),
                                                 escape(objection(compiled->expression))));
}

bool Pattern::matches(std::string_view bytes) const {
    return re2::RE2::PartialMatch(re2::StringPiece(bytes.data(), bytes.size()), compiled_->expression);
}

Result<> check_pattern(const std::string& expression) {
    const Result<Pattern> compiled = Pattern::compile(expression);
    return compiled ? Result<>() : compiled.error();
}

}  // namespace mqtts::output
