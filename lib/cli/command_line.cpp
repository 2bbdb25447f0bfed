// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "cli/bad_option.hpp"
#include "cli/other_tools.hpp"
#include "cli/quote.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace po = boost::program_options;

namespace {

/// Marks, in the original tokens of an option, that an = followed its letter.
constexpr std::string_view equated = "=";

/// Thrown to leave Boost's parser, which cannot be left in another way.
struct Refused {
    Failure failure;
};

[[noreturn]] void refuse(Failure failure) {
    throw Refused{std::move(failure)};
}

bool is_regular_file(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Finds out from the look of a word without an option what it should be, as a hint. Empty: it may be anything.
std::string_view meaning_of(const std::string& word, Command command) {
    const bool publishes = command == Command::publish;
    if (word.find("://") != word.npos) return "give a URL with -L";
    if (publishes && word == "-") return "give -s or -l to read standard input";
    if (publishes && is_regular_file(word)) return "give a file with -f";
    if (word.find_first_of("/#+") == word.npos) return {};
    return publishes ? "give a topic with -t" : "give a topic filter with -t";
}

/// Editors and web pages turn -- into a dash: U+2013 or U+2014.
bool begins_with_long_dash(std::string_view word) {
    return word.starts_with("\xe2\x80\x93") || word.starts_with("\xe2\x80\x94");
}

bool is_number(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == word.npos;
}

/// May its value and the word after it be quoted? Nobody gives a password in a text, or after one. After other options
/// it may be one that has lost its -P, unless it looks like something else; -p is the password's letter elsewhere.
bool is_harmless(const Option& option, const std::string& word, Command command) {
    constexpr std::string_view texts[] = {"topic", "message", "file", "format", "output", "until", "filter-out"};
    constexpr std::string_view others[] = {"host", "qos", "count", "id", "timeout"};
    if (std::ranges::find(texts, option.name) != std::end(texts)) return true;
    const bool has_a_look = is_number(word) || (!meaning_of(word, command).empty() && word.find('@') == word.npos);
    return has_a_look && std::ranges::find(others, option.name) != std::end(others);
}

/// Program_options calls this to read the next elements. Its own rules would refuse a value that is empty or looks like
/// an option.
class Splitter {
public:
    Splitter(Command command, std::span<char*> elements) : command_(command), elements_(elements) {}

    /// Describes the options that were split off to Program_options. Describing all options would take longer than
    /// everything else here.
    [[nodiscard]] const po::options_description& description() const noexcept { return description_; }

    /// Removes the option at the front, with its value, from `rest`.
    std::vector<po::option> split(std::vector<std::string>& rest) {
        const std::string element = rest.front();
        if (element == "--") return take_child_command(rest);
        if (element.size() < 2 || element.front() != '-') refuse_stray(element, elements_.size() - rest.size() + 1);
        rest.erase(rest.begin());
        return element[1] == '-' ? split_name(element, rest) : split_letters(element, rest);
    }

    /// Returns what follows "--".
    [[nodiscard]] std::vector<std::string>& child_command() noexcept { return child_command_; }

    void wipe_secrets() const {
        for (const std::string_view secret : secrets_)
            std::fill_n(const_cast<char*>(secret.data()), secret.size(), '\0');  // argv may be written
    }

private:
    std::vector<po::option> take_child_command(std::vector<std::string>& rest) {
        if (command_ == Command::publish)
            refuse(bad("mqtts-pub runs no command after --", "use mqtts-sub, which runs one", {"--"}));
        if (rest.size() == 1)
            refuse(bad("-- is not followed by a command", "give the command to run after --", {"--"}));
        child_command_.assign(rest.begin() + 1, rest.end());
        rest.clear();
        return {};
    }

    /// Splits --name, --name value, --name=value.
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

    /// Splits -v, -vN, -t value, -tvalue, -vt value, -vtvalue.
    std::vector<po::option> split_letters(const std::string& element, std::vector<std::string>& rest) {
        // -host is a slip, not the host "ost"; -connect is what openssl calls it.
        const std::string_view name = std::string_view(element).substr(1);
        if (find(command_, name) != nullptr || (name.size() > 1 && find_foreign(command_, element) != nullptr))
            refuse_unknown(element, rest);
        std::vector<po::option> result;
        for (std::size_t i = 1; i < element.size(); ++i) {
            const std::string spelling = {'-', element[i]};
            const Option* option = find(command_, element[i]);
            if (option == nullptr) refuse(unknown_letter(command_, element[i], element));
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
        last_spelling_ = spelling;
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

    /// Takes what follows the = of --help=all, --retry-connect=10.
    static std::string take_optional_value(const Option& option, const std::string& spelling,
                                           const std::string& value) {
        if (option.optional_value.empty()) refuse(bad(fmt::format("{} takes no value", spelling), "", {spelling}));
        const bool takes_any = std::isupper(static_cast<unsigned char>(option.optional_value.front())) != 0;
        if (!takes_any && value != option.optional_value)
            refuse(bad(fmt::format("{} takes no value other than {}", spelling, option.optional_value),
                       fmt::format("give {0} or {0}={1}", spelling, option.optional_value), {spelling}));
        return value;
    }

    /// Takes all words of an option's value. The first may be attached to the option: it begins at this offset of the
    /// element taken last; 0: it is not.
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

    /// Returns the element before `rest` in argv.
    const char* last_taken(const std::vector<std::string>& rest) const {
        return elements_[elements_.size() - rest.size() - 1];
    }

    [[noreturn]] static void refuse_incomplete(const Option& option, const std::string& spelling, Values words) {
        const std::size_t needed = word_count(option, words);
        const std::string hint = fmt::format("give {} {}", spelling, option.value);
        if (needed == 1) refuse(bad(fmt::format("{} needs a value", spelling), hint, {spelling}));
        refuse(bad(fmt::format("{} needs {} words after it and has {}", spelling, needed, words.size()), hint,
                   {spelling}));
    }

    [[noreturn]] void refuse_unknown(const std::string& element, const std::vector<std::string>& rest) const {
        refuse(unknown_option(command_, element,
                              fmt::format(" in word {} of the command line", elements_.size() - rest.size())));
    }

    /// Refuses a word. Says what the option before it may have done. Quotes the word only after an option that is never
    /// near a password.
    [[noreturn]] void refuse_stray(const std::string& word, std::size_t number) const {
        const std::string place = fmt::format("word {} of the command line", number);
        if (begins_with_long_dash(word))
            refuse(bad(place + " begins with a long dash, not with --", "type two hyphens"));
        const std::string cause = place + " belongs to no option";
        if (last_option_ == nullptr) refuse(bad(cause, usual_meaning(word)));
        if (!last_option_->optional_value.empty()) {
            const std::string_view meaning = meaning_of(word, command_);
            refuse(bad(fmt::format("{}: {} before it takes a value only after a =", cause, last_spelling_),
                       fmt::format("write --{}={}{}{}", last_option_->name, last_option_->optional_value,
                                   meaning.empty() ? "" : ", or ", meaning)));
        }
        if (last_option_->is_switch())
            refuse(bad(fmt::format("{}: {} before it takes no value", cause, last_spelling_), usual_meaning(word)));
        if (is_option(last_value_))
            refuse(bad(fmt::format("{}: {} before it took {} as its value", cause, last_spelling_, last_value_),
                       "check whether a variable is empty"));
        const bool is_harmless_value = last_value_.find('@') == last_value_.npos && !last_value_.starts_with('-');
        if (is_harmless(*last_option_, word, command_) && is_harmless_value)
            refuse(bad(fmt::format("{} after {} {} belongs to no option", quoted(word), last_spelling_,
                                   escape_beginning(last_value_)),
                       meaning_after_value(word)));
        refuse(bad(fmt::format("{}: {} before it has its value", cause, last_spelling_), meaning_after_value(word)));
    }

    /// Returns the hint for a word at the beginning or after an option without a value.
    [[nodiscard]] std::string usual_meaning(const std::string& word) const {
        const std::string_view meaning = meaning_of(word, command_);
        const bool may_be_input = meaning.empty() || is_regular_file(word);
        if (last_option_ != nullptr && last_option_->name == "stdin-line" && may_be_input && !word.empty())
            return fmt::format("{}, or redirect: < FILE", lines_of_file);
        return std::string(meaning.empty() ? usual_meanings() : meaning);
    }

    /// Returns the hint for a word after an option that has its value.
    [[nodiscard]] std::string meaning_after_value(const std::string& word) const {
        if (is_number(word) && last_option_->name == "host") return "give the port with -p";
        std::string hint(meaning_of(word, command_));
        const auto add = [&](std::string_view more) { hint += fmt::format("{}{}", hint.empty() ? "" : ", or ", more); };
        add("put a value that contains blanks in quotes");
        if (command_ == Command::subscribe) add("put -- before a command");
        return hint;
    }

    [[nodiscard]] std::string_view usual_meanings() const {
        return command_ == Command::publish ? "give the broker with -h, a topic with -t, a message with -m"
                                            : "give the broker with -h, a topic filter with -t, a command after --";
    }

    Command command_;
    std::span<char*> elements_;
    po::options_description description_;
    std::vector<std::string_view> secrets_;  // in argv
    std::vector<std::string> child_command_;
    const Option* last_option_ = nullptr;
    std::string last_spelling_;
    std::string last_value_;
};

/// Reads the options in the order typed.
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
    const std::string& spelling = typed.original_tokens.front();
    return {.option = find(command, typed.string_key),
            .values = typed.value,
            .spelling = spelling,
            .name = spelling,
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
