// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "cli/help.hpp"
#include "cli/quote.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace po = boost::program_options;

namespace {

/// Behind the spelling of an option: an = followed.
constexpr std::string_view equated = "=";

/// Leaves Boost's parser, which knows no other way out than an exception.
struct Refused {
    Failure failure;
};

[[noreturn]] void refuse(std::string sentence) {
    throw Refused{{Errc::bad_option, std::move(sentence)}};
}

/// Program_options asks this for the meaning of the next elements before it would apply rules of its own, which take no
/// value that looks like an option and none that is empty.
class Splitter {
public:
    Splitter(Command command, std::span<char*> elements) : command_(command), elements_(elements) {}

    /// What Program_options has to know of the options: it grows with each one that is split off, as to describe all
    /// there are would take longer than everything else here.
    [[nodiscard]] const po::options_description& description() const noexcept { return description_; }

    /// Takes the option at the front, with its value, from `rest`.
    std::vector<po::option> split(std::vector<std::string>& rest) {
        const std::string element = rest.front();
        if (element == "--") return take_child_command(rest);
        if (element.size() < 2 || element.front() != '-') refuse_stray(elements_.size() - rest.size() + 1);
        rest.erase(rest.begin());
        return element[1] == '-' ? split_name(element, rest) : split_letters(element, rest);
    }

    /// What follows "--".
    [[nodiscard]] std::vector<std::string>& child_command() noexcept { return child_command_; }

    void wipe_secrets() const {
        for (const std::string_view secret : secrets_)
            std::fill_n(const_cast<char*>(secret.data()), secret.size(), '\0');  // argv may be written
    }

private:
    std::vector<po::option> take_child_command(std::vector<std::string>& rest) {
        if (command_ == Command::publish) refuse("--: mqtts-pub runs no command, only mqtts-sub does");
        if (rest.size() == 1) refuse("--: the command to run is missing after it");
        child_command_.assign(rest.begin() + 1, rest.end());
        rest.clear();
        return {};
    }

    /// --name, --name value, --name=value
    std::vector<po::option> split_name(const std::string& element, std::vector<std::string>& rest) {
        const std::size_t equals = std::min(element.find('='), element.size());
        const std::string spelling = element.substr(0, equals);
        const Option* option = find(command_, std::string_view(spelling).substr(2));
        if (option == nullptr) refuse_unknown(element, rest);
        const bool is_attached = equals < element.size();
        po::option result = named(*option, spelling);
        if (is_attached && option->is_switch())
            result.value = {take_optional_value(*option, spelling, element.substr(equals + 1))};
        else
            result.value = take_value(*option, spelling, is_attached ? equals + 1 : 0, rest);
        return {result};
    }

    /// -v, -vN, -t value, -tvalue, -vt value, -vtvalue
    std::vector<po::option> split_letters(const std::string& element, std::vector<std::string>& rest) {
        // -host is a slip, not the host "ost".
        if (find(command_, std::string_view(element).substr(1)) != nullptr) refuse_unknown(element, rest);
        std::vector<po::option> result;
        for (std::size_t i = 1; i < element.size(); ++i) {
            const std::string spelling = {'-', element[i]};
            const Option* option = find(command_, element[i]);
            if (option == nullptr)
                refuse(fmt::format("unknown option {}: {}", escape(spelling), advice(command_, spelling, element)));
            result.push_back(named(*option, spelling));
            if (option->is_switch()) continue;
            const bool is_last = i + 1 == element.size();
            if (!is_last && element[i + 1] == '=') result.back().original_tokens.emplace_back(equated);
            result.back().value = take_value(*option, spelling, is_last ? 0 : i + 1, rest);
            break;
        }
        return result;
    }

    po::option named(const Option& option, const std::string& spelling) {
        last_option_ = &option;
        const std::string name(option.name);
        if (description_.find_nothrow(name, false) == nullptr) describe(option, name);
        po::option result(name, {});
        result.original_tokens = {spelling};
        return result;
    }

    void describe(const Option& option, const std::string& name) {
        const bool is_optional = !option.optional_value.empty();
        const po::value_semantic* const value =
            is_optional ? po::value<std::string>()->implicit_value({})
                        : static_cast<po::value_semantic*>(new po::untyped_value(option.is_switch()));
        description_.add_options()(name.c_str(), value);
    }

    /// --help=all, --retry-connect=10
    static std::string take_optional_value(const Option& option, const std::string& spelling,
                                           const std::string& value) {
        if (option.optional_value.empty()) refuse(fmt::format("{} takes no value", spelling));
        const bool takes_any = std::isupper(static_cast<unsigned char>(option.optional_value.front())) != 0;
        if (!takes_any && value != option.optional_value)
            refuse(fmt::format("{} takes no value but {}", spelling, option.optional_value));
        return value;
    }

    /// All words of an option's value. The first may be attached to the option: it stands at this offset of the element
    /// taken last; 0: it does not.
    std::vector<std::string> take_value(const Option& option, const std::string& spelling, std::size_t attached_at,
                                        std::vector<std::string>& rest) {
        std::vector<std::string_view> words;
        if (attached_at != 0) words.emplace_back(last_taken(rest) + attached_at);
        while (words.size() < word_count(option, words)) {
            if (rest.empty()) refuse_incomplete(option, spelling, words);
            rest.erase(rest.begin());
            words.emplace_back(last_taken(rest));
        }
        if (!words.empty()) last_value_ = words.back();
        if (option.secret != nullptr) secrets_.push_back(option.secret(words));
        return {words.begin(), words.end()};
    }

    /// In argv, the element before `rest`.
    const char* last_taken(const std::vector<std::string>& rest) const {
        return elements_[elements_.size() - rest.size() - 1];
    }

    [[noreturn]] static void refuse_incomplete(const Option& option, const std::string& spelling, Values words) {
        const std::size_t needed = word_count(option, words);
        if (needed == 1) refuse(fmt::format("{} needs a value: {}", spelling, option.value));
        refuse(fmt::format("{} needs {} words after it, and there are {}: {}", spelling, needed, words.size(),
                           option.value));
    }

    [[noreturn]] void refuse_unknown(const std::string& element, const std::vector<std::string>& rest) const {
        refuse(unknown_option(command_, element,
                              fmt::format(" in word {} of the command line", elements_.size() - rest.size())));
    }

    /// A word that may be a password: it is not quoted, and the option before it says what may have happened.
    [[noreturn]] void refuse_stray(std::size_t number) const {
        std::string cause;
        if (last_option_ != nullptr && last_option_->is_switch())
            cause = fmt::format("; --{} before it takes no value", last_option_->name);
        else if (last_option_ != nullptr && is_option(last_value_))
            cause = fmt::format("; --{} before it took {} for its value: is a variable empty?", last_option_->name,
                                last_value_);
        else if (last_option_ != nullptr)
            cause = fmt::format("; --{} before it has its value: one with blanks stands in quotes", last_option_->name);
        refuse(fmt::format("word {} of the command line belongs to no option{}", number, cause));
    }

    Command command_;
    std::span<char*> elements_;
    po::options_description description_;
    std::vector<std::string_view> secrets_;  // in argv
    std::vector<std::string> child_command_;
    const Option* last_option_ = nullptr;
    std::string last_value_;
};

/// The options in the order typed.
Result<std::vector<po::option>> split(Splitter& splitter, std::span<char*> elements) {
    Result<std::vector<po::option>> result = std::vector<po::option>();
    try {
        result = po::command_line_parser({elements.begin(), elements.end()})
                     .options(splitter.description())
                     .extra_style_parser([&](std::vector<std::string>& rest) { return splitter.split(rest); })
                     .run()
                     .options;
    } catch (const Refused& refused) {
        result = refused.failure;
    } catch (const po::error& error) {
        result = Failure{Errc::bad_option, error.what()};
    }
    splitter.wipe_secrets();
    return result;
}

Given given(Command command, const po::option& typed) {
    return {.option = find(command, typed.string_key),
            .values = typed.value,
            .name = typed.original_tokens.front(),
            .source = std::string(from_command_line),
            .is_equated = typed.original_tokens.back() == equated};
}

}  // namespace

Result<CommandLine> read_command_line(Command command, std::span<char*> elements) {
    Splitter splitter(command, elements);
    const auto typed = split(splitter, elements);
    if (!typed) return typed.error();
    CommandLine result{.options = {}, .child_command = std::move(splitter.child_command())};
    for (const po::option& option : *typed)
        result.options.push_back(given(command, option));
    return result;
}

}  // namespace mqtts::cli
