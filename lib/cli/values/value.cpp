// SPDX-License-Identifier: Apache-2.0
#include "cli/values/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include "base/joined.hpp"
#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "session/settings.hpp"
#include "text/base64.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

namespace {

using wire::longest_string;

Failure not_as_expected(std::string_view text, std::string_view expected, std::string_view hint = {}) {
    return bad(fmt::format("{} is not {}", quoted(text), expected), std::string(hint));
}

Failure too_long() {
    return bad(fmt::format("its value is longer than {} bytes", longest_string));
}

/// Returns the text, which is valid UTF-8, if brokers accept it. Otherwise the cause says what it `cannot` do.
Result<std::string> sendable(std::string_view text, std::string_view cannot = "cannot be sent") {
    if (const std::string objection = wire::objection_to(text); !objection.empty())
        return bad(fmt::format("{} {}: {}", quoted(text), cannot, objection), std::string(wire::hint_for_text(text)));
    return std::string(text);
}

/// "$share/x", "$share//a", "$share/x/": is the group or the filter missing?
bool is_incomplete_share(std::string_view text) {
    if (!text.starts_with(wire::share_prefix)) return false;
    text.remove_prefix(wire::share_prefix.size());
    const std::size_t slash = text.find('/');
    return slash == 0 || slash == text.npos || slash + 1 == text.size();
}

Result<std::string> checked_filter(std::string_view text, std::string_view cannot) {
    if (is_incomplete_share(text))
        return bad(fmt::format("{}: a shared subscription needs a group and a filter", quoted(text)),
                   "give $share/GROUP/FILTER");
    if (text.empty()) return bad("the topic filter is empty", "give # for every topic");
    if (!wire::is_topic_filter(text))
        return not_as_expected(text, "a topic filter", "give + only as a whole level, # only as the last level");
    return sendable(text, cannot);
}

/// Reads the whole text as a number, or returns nothing.
template <class T>
std::optional<T> integer(std::string_view text, int base) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

/// Does the same with a decimal point. Not every standard library has std::from_chars for it.
std::optional<double> decimal(std::string_view text) {
    if (text.empty() || text.find_first_not_of("-.0123456789") != text.npos) return std::nullopt;
    const std::string terminated(text);
    char* end = nullptr;
    const double value = std::strtod(terminated.c_str(), &end);
    if (end != terminated.c_str() + terminated.size()) return std::nullopt;
    return value;
}

constexpr double longest_time = 1e9;  // seconds, about thirty years: arithmetic on deadlines does not overflow

/// Returns "a number from 1 to 9". The largest number of all is no limit that people know: it is named only to those
/// who exceed it.
std::string range(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    const bool is_too_large = text.size() > 1 && text.find_first_not_of("0123456789") == text.npos;
    if (maximum < std::numeric_limits<std::uint64_t>::max() || is_too_large)
        return fmt::format("a number from {} to {}", minimum, maximum);
    return minimum == 0 ? "a whole number" : fmt::format("a whole number above {}", minimum - 1);
}

std::chrono::milliseconds milliseconds_upwards(double seconds) {
    return std::chrono::milliseconds{std::llround(std::ceil(seconds * 1000))};
}

}  // namespace

Result<std::uint64_t> number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    const auto value = integer<std::uint64_t>(text, 10);
    if (!value || *value < minimum || *value > maximum) return not_as_expected(text, range(text, minimum, maximum));
    return *value;
}

Result<std::uint16_t> port(std::string_view text) {
    const auto value = integer<std::uint16_t>(text, 10);
    if (value && *value != 0) return *value;
    return bad(fmt::format("{} is not a number from 1 to 65535", quoted_unless_secret(text)),
               text.find(':') != text.npos ? "give the host with -h" : "");
}

Result<std::chrono::milliseconds> seconds(std::string_view text) {
    const auto value = decimal(text);
    if (!value || !(*value > 0) || *value > longest_time)
        return not_as_expected(text, "a number of seconds above 0", "give a number such as 10 or 0.5");
    return milliseconds_upwards(*value);
}

Result<std::chrono::milliseconds> delay(std::string_view text) {
    const auto value = decimal(text);
    if (!value || !(*value >= 0) || *value > longest_time)
        return not_as_expected(text, "a number of seconds", "give a number such as 0, 10 or 0.5");
    return milliseconds_upwards(*value);
}

Result<std::chrono::milliseconds> patience(std::string_view text) {
    if (text == "never") return std::chrono::milliseconds(0);
    if (text == "forever") return milliseconds_upwards(longest_time);
    const auto time = delay(text);
    if (!time) return not_as_expected(text, "a number of seconds", "give a number such as 10, or never or forever");
    return *time;
}

Result<double> percentage(std::string_view text) {
    const auto value = decimal(text);
    const bool is_one = value && *value >= 0.1 && *value <= 100;
    if (!is_one) return not_as_expected(text, "a percentage from 0.1 to 100");
    return *value;
}

Result<double> rate(std::string_view text) {
    constexpr double highest = 1e9;
    const std::string_view number = text.ends_with("/s") ? text.substr(0, text.size() - 2) : text;
    const auto value = decimal(number);
    if (!value || !(*value > 0) || *value > highest)
        return not_as_expected(text, "a number of messages a second", "give a number such as 50, 50/s or 0.5/s");
    return *value;
}

Result<double> speed(std::string_view text) {
    constexpr double highest = 1e9;
    const auto value = decimal(text);
    if (!value || !(*value > 0) || *value > highest)
        return not_as_expected(text, "a speed above 0", "give a number such as 2 or 0.5");
    return *value;
}

Result<std::string> escaped_bytes(std::string_view text) {
    constexpr std::string_view letters = "nrt0\\";
    constexpr std::string_view meanings("\n\r\t\0\\", letters.size());
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes += text[i];
            continue;
        }
        const std::string_view escape = text.substr(i + 1);
        const std::size_t letter = escape.empty() ? letters.npos : letters.find(escape.front());
        const auto hexadecimal = escape.starts_with('x') && escape.size() > 2
                                     ? integer<std::uint8_t>(escape.substr(1, 2), 16)
                                     : std::nullopt;
        if (letter == letters.npos && !hexadecimal)
            return bad(fmt::format("{} contains an unknown escape", quoted(text)),
                       R"(use only \n, \r, \t, \0, \xHH and \\)");
        bytes += hexadecimal ? static_cast<char>(*hexadecimal) : meanings[letter];
        i += hexadecimal ? 3 : 1;
    }
    return not_empty(bytes);
}

Result<std::uint32_t> session_expiry_interval(std::string_view text) {
    if (text == "-1" || text == "∞") return session::never_expires;
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    const auto value = integer<std::uint32_t>(hexadecimal ? text.substr(2) : text, hexadecimal ? 16 : 10);
    if (!value)
        return not_as_expected(text, "a number of seconds from 0 to 4294967295",
                               "give a number of seconds, or -1 for a session that never expires");
    return *value;
}

Result<wire::Qos> qos(std::string_view text) {
    const auto value = number(text, 0, 2);
    if (!value) return not_as_expected(text, "a QoS", "give 0, 1 or 2");
    return static_cast<wire::Qos>(*value);
}

Result<wire::ProtocolVersion> protocol_version(std::string_view text) {
    if (text == "5" || text == "mqttv5") return wire::ProtocolVersion::v5;
    if (text == "311" || text == "mqttv311") return wire::ProtocolVersion::v311;
    if (text == "31" || text == "mqttv31") return wire::ProtocolVersion::v31;
    return not_as_expected(text, "a version of MQTT", "give 5, 311 or 31");
}

Result<wire::RetainHandling> retain_handling(std::string_view text) {
    const auto place = choice(text, "always new never");
    if (!place) return place.error();
    return static_cast<wire::RetainHandling>(*place);
}

Result<MessageForm> message_form(std::string_view text, std::string_view forms) {
    if (const auto known = choice(text, forms); !known) return known.error();
    return std::ranges::find(message_forms, text, &MessageFormInfo::name)->form;
}

Result<std::string> topic_name(std::string_view text) {
    if (text.empty()) return bad("the topic is empty", "give a topic of at least one character");
    if (const std::size_t at = text.find_first_of("+#"); at != text.npos)
        return bad(fmt::format("{} has the wildcard {}", quoted(text), text[at]), "give one topic, without + and #");
    if (!wire::is_topic_name(text)) return not_as_expected(text, "a topic name", "give at most 65535 bytes of UTF-8");
    return sendable(text);
}

Result<std::string> topic_filter(std::string_view text) {
    return checked_filter(text, "cannot be sent");
}

Result<std::string> local_topic_filter(std::string_view text) {
    return checked_filter(text, "cannot match a topic");
}

Result<std::string> utf8_string(std::string_view text) {
    if (text.size() > longest_string) return too_long();
    if (!wire::is_valid_utf8(text)) return not_as_expected(text, "valid UTF-8");
    return sendable(text);
}

Result<std::string> user_name(std::string_view text) {
    if (text.size() > longest_string) return too_long();
    if (!wire::is_valid_utf8(text)) return bad("its value is not valid UTF-8");
    const std::string objection = wire::objection_to(text);
    if (objection.empty()) return std::string(text);
    return bad(fmt::format("its value cannot be sent: {}", objection), std::string(wire::hint_for_text(text)));
}

Result<std::string> binary_data(std::string_view bytes) {
    if (bytes.size() > longest_string) return too_long();
    return std::string(bytes);
}

Result<std::string> escaped_binary_data(std::string_view text) {
    constexpr std::string_view escape = "base64:";
    if (!text.starts_with(escape)) return binary_data(text);
    std::string bytes;
    if (!decode_base64(text.substr(escape.size()), bytes)) return bad("the text after base64: is not valid base64");
    return binary_data(bytes);
}

Result<std::string> not_empty(std::string_view text) {
    if (text.empty()) return bad("must not be empty");
    return std::string(text);
}

Result<std::size_t> choice(std::string_view text, std::string_view choices) {
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin < choices.size(); begin += words.back().size() + 1)
        words.push_back(choices.substr(begin, choices.find(' ', begin) - begin));
    const auto found = std::ranges::find(words, text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::string_view last = words.back();
    words.pop_back();
    const std::string hint =
        words.empty() ? fmt::format("give {}", last) : fmt::format("give {} or {}", joined(words), last);
    return bad(fmt::format("unknown value {}", quoted(text)), hint);
}

}  // namespace mqtts::cli
