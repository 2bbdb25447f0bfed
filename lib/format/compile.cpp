// SPDX-License-Identifier: Apache-2.0
#include "format/compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "format/settings.hpp"
#include "text/escape.hpp"

namespace mqtts::format {

namespace {

using Id = wire::PropertyIdentifier;

struct Letter {
    char letter;
    Item item;
    Id property{};
    std::string_view pattern{};  // of strftime
};

constexpr Letter letters[] = {
    {'A', Item::property, Id::topic_alias},
    {'C', Item::property, Id::content_type},
    {'D', Item::property, Id::correlation_data},
    {'E', Item::property, Id::message_expiry_interval},
    {'F', Item::property, Id::payload_format_indicator},
    {'I', Item::second, {}, "%FT%T%z"},
    {'J', Item::json_with_payload},
    {'P', Item::user_properties},
    {'R', Item::property, Id::response_topic},
    {'S', Item::property, Id::subscription_identifier},
    {'U', Item::unix_time},
    {'X', Item::upper_hexadecimal},
    {'d', Item::double_number},
    {'f', Item::float_number},
    {'j', Item::json},
    {'l', Item::payload_length},
    {'m', Item::packet_identifier},
    {'p', Item::payload},
    {'q', Item::qos},
    {'r', Item::retain},
    {'t', Item::topic_name},
    {'x', Item::hexadecimal},
};

struct Escape {
    char letter;
    char character;
};

constexpr Escape escapes[] = {{'\\', '\\'}, {'0', '\0'}, {'a', '\a'}, {'e', '\x1b'},
                              {'n', '\n'},  {'r', '\r'}, {'t', '\t'}, {'v', '\v'}};

constexpr std::string_view separators = " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~";
constexpr std::size_t largest_number = 65535;

template <class Entry, std::size_t count>
const Entry* find(const Entry (&table)[count], char letter) {
    const auto* const found =
        std::find_if(std::begin(table), std::end(table), [&](const Entry& entry) { return entry.letter == letter; });
    return found != std::end(table) ? found : nullptr;
}

class Compiler {
public:
    explicit Compiler(std::string_view format) : format_(format) {}

    Result<std::vector<Step>> compile() {
        while (!at_end()) {
            begin_ = position_;
            if (Result<> compiled = compile_next(); !compiled) return compiled.error();
        }
        return std::move(steps_);
    }

private:
    Result<> compile_next() {
        switch (const char character = take()) {
            case '\\':
                return compile_escape();
            case '@':
                return compile_time();
            case '%':
                return compile_specifier();
            default:
                return add_text(character);
        }
    }

    Result<> compile_escape() {
        if (at_end()) return wrong("the letter is missing", "write \\\\ for a backslash");
        const Escape* const escape = find(escapes, take());
        if (escape == nullptr) return wrong("unknown escape", "use one of \\\\ \\0 \\a \\e \\n \\r \\t \\v");
        return add_text(escape->character);
    }

    Result<> compile_time() {
        if (at_end()) return wrong("the letter is missing", "write @@ for an at sign");
        const char letter = take();
        if (letter == '@') return add_text('@');
        if (letter == 'N') return add({.item = Item::nanoseconds});
        return add({.item = Item::second, .second = SecondText(std::string{'%', letter})});
    }

    Result<> compile_specifier() {
        Field field;
        field.left = take_if('-');
        if (take_if('0')) field.fill = '0';
        field.width = take_number();
        if (take_if('.')) field.precision = take_number();
        if (field.width > largest_number || field.precision.value_or(0) > largest_number)
            return wrong(fmt::format("width and precision are at most {}", largest_number), "");
        if (!at_end() && separators.find(format_[position_]) != std::string_view::npos) field.separator = take();
        if (at_end()) return wrong("the letter is missing", percent_sign);
        const char name = take();
        if (name == '%') return add_text('%');
        const Letter* const letter = find(letters, name);
        if (letter == nullptr)
            return wrong(fmt::format("unknown letter '{}'", escape(std::string_view(&name, 1))), percent_sign);
        return add({.item = letter->item,
                    .field = field,
                    .property = letter->property,
                    .second = SecondText(letter->pattern)});
    }

    [[nodiscard]] bool at_end() const { return position_ == format_.size(); }
    char take() { return format_[position_++]; }
    bool take_if(char character) {
        const bool there = !at_end() && format_[position_] == character;
        if (there) ++position_;
        return there;
    }
    /// Returns 0 without a digit; a number that is too large stays too large.
    std::size_t take_number() {
        std::size_t number = 0;
        while (!at_end() && format_[position_] >= '0' && format_[position_] <= '9')
            number = std::min(number * 10 + static_cast<std::size_t>(take() - '0'), largest_number + 1);
        return number;
    }

    Result<> add(Step step) {
        steps_.push_back(std::move(step));
        return {};
    }
    Result<> add_text(char character) {
        if (steps_.empty() || steps_.back().item != Item::text) steps_.emplace_back();
        steps_.back().text += character;
        return {};
    }

    [[nodiscard]] Failure wrong(std::string_view why, const char* hint) const {
        const std::string part = escape(format_.substr(begin_, position_ - begin_));
        return {Errc::bad_option, fmt::format("'{}' at position {}: {}", part, begin_ + 1, why), hint};
    }

    static constexpr const char* percent_sign = "write %% for a percent sign";

    std::string_view format_;
    std::size_t position_ = 0;
    std::size_t begin_ = 0;  // of the part that is being compiled
    std::vector<Step> steps_;
};

}  // namespace

Result<std::vector<Step>> compile(std::string_view format) {
    return Compiler(format).compile();
}

bool prints_json(std::string_view format) {
    const auto steps = compile(format);
    return steps && std::any_of(steps->begin(), steps->end(), [](const Step& step) {
               return step.item == Item::json || step.item == Item::json_with_payload;
           });
}

Result<> check_format(std::string_view format) {
    if (auto compiled = compile(format); !compiled) return compiled.error();
    return {};
}

}  // namespace mqtts::format
