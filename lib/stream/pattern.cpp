#include "stream/pattern.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <array>
#include <utility>

#include "base/utf8.hpp"
#include "stream/settings.hpp"

namespace mqtts::stream {

struct Pattern::Compiled {
    Compiled() = default;
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;
    ~Compiled() { ::regfree(&expression); }

    regex_t expression{};
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(const std::string& expression) {
    auto compiled = std::make_unique<Compiled>();
    const int error = ::regcomp(&compiled->expression, expression.c_str(), REG_EXTENDED | REG_NOSUB);
    if (error == 0) return Pattern(std::move(compiled));
    std::array<char, 128> reason{};
    ::regerror(error, &compiled->expression, reason.data(), reason.size());
    return Failure(Errc::bad_option,
                   fmt::format("'{}' is no extended regular expression: {}", escape(expression), reason.data()));
}

bool Pattern::matches(std::string_view bytes) const {
    regmatch_t range{.rm_so = 0, .rm_eo = static_cast<regoff_t>(bytes.size())};  // no packet is longer than 256 MB
    const char* const begin = bytes.empty() ? "" : bytes.data();
    return ::regexec(&compiled_->expression, begin, 1, &range, REG_STARTEND) == 0;
}

Result<> check_pattern(const std::string& expression) {
    const Result<Pattern> compiled = Pattern::compile(expression);
    return compiled ? Result<>() : compiled.error();
}

}  // namespace mqtts::stream
