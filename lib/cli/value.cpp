#include "cli/value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "base/utf8.hpp"
#include "session/settings.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

namespace {

constexpr std::size_t longest_string = 65535;  // of a UTF-8 Encoded String and of Binary Data

Failure bad(std::string_view text, std::string_view expected) {
    return {Errc::bad_option, fmt::format("'{}' is not {}", escape(text), expected)};
}

/// The whole text as a number, or nothing.
template <class T, class... Format>
std::optional<T> converted(std::string_view text, Format... format) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, format...);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

}  // namespace

Result<std::uint64_t> number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    const auto value = converted<std::uint64_t>(text, 10);
    if (!value || *value < minimum || *value > maximum)
        return bad(text, fmt::format("a number from {} to {}", minimum, maximum));
    return *value;
}

Result<std::chrono::milliseconds> seconds(std::string_view text) {
    constexpr double longest = 1e9;  // some thirty years; far from where arithmetic on deadlines overflows
    const auto value = converted<double>(text, std::chars_format::fixed);
    if (!value || !(*value > 0) || *value > longest) return bad(text, "a number of seconds above 0, such as 10 or 0.5");
    return std::chrono::milliseconds{std::llround(std::ceil(*value * 1000))};
}

Result<std::uint32_t> session_expiry_interval(std::string_view text) {
    if (text == "-1" || text == "∞") return session::never_expires;
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    const auto value = converted<std::uint32_t>(hexadecimal ? text.substr(2) : text, hexadecimal ? 16 : 10);
    if (!value) return bad(text, "a number of seconds from 0 to 4294967295, or -1 for never");
    return *value;
}

Result<wire::Qos> qos(std::string_view text) {
    const auto value = number(text, 0, 2);
    if (!value) return value.error();
    return static_cast<wire::Qos>(*value);
}

Result<wire::ProtocolVersion> protocol_version(std::string_view text) {
    if (text == "5" || text == "mqttv5") return wire::ProtocolVersion::v5;
    if (text == "311" || text == "mqttv311") return wire::ProtocolVersion::v311;
    if (text == "31" || text == "mqttv31") return wire::ProtocolVersion::v31;
    return bad(text, "a version of MQTT: 5, 311 or 31");
}

Result<std::string> utf8_string(std::string_view text) {
    if (text.size() > longest_string)
        return Failure{Errc::bad_option, fmt::format("longer than {} bytes", longest_string)};
    if (!wire::is_valid_utf8(text)) return bad(text, "valid UTF-8");
    return std::string(text);
}

Result<std::string> binary_data(std::string_view bytes) {
    if (bytes.size() > longest_string)
        return Failure{Errc::bad_option, fmt::format("longer than {} bytes", longest_string)};
    return std::string(bytes);
}

Result<std::string> not_empty(std::string_view text) {
    if (text.empty()) return Failure{Errc::bad_option, "must not be empty"};
    return std::string(text);
}

}  // namespace mqtts::cli
