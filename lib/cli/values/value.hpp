// SPDX-License-Identifier: Apache-2.0
// Converts the values of options from text to what the settings hold. The cause of each failure is only the reason, to
// follow the option's name.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include "base/message_form.hpp"
#include "cli/option.hpp"
#include "wire/packet.hpp"

namespace mqtts::cli {

/// Reads a decimal number in a range.
[[nodiscard]] Result<std::uint64_t> number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum);

/// Reads a number from 1 to 65535. The failure does not quote the text: -p is the password in other programs.
[[nodiscard]] Result<std::uint16_t> port(std::string_view text);

template <std::unsigned_integral T, class To>
Result<> set_number(To& to, Values values, std::uint64_t minimum, T maximum) {
    const auto parsed = number(values.front(), minimum, maximum);
    if (!parsed) return parsed.error();
    to = static_cast<T>(*parsed);
    return {};
}

/// Reads a time above 0 in seconds, with fractions, and rounds it up to milliseconds.
[[nodiscard]] Result<std::chrono::milliseconds> seconds(std::string_view text);

/// Reads the same, or 0.
[[nodiscard]] Result<std::chrono::milliseconds> delay(std::string_view text);

/// Reads "never", which is 0, "forever", which is longer than anybody waits, or seconds.
[[nodiscard]] Result<std::chrono::milliseconds> patience(std::string_view text);

/// Reads a percentage from 0.1 to 100.
[[nodiscard]] Result<double> percentage(std::string_view text);

/// Reads a rate per second above 0: "50", "50/s" or "0.5/s".
[[nodiscard]] Result<double> rate(std::string_view text);

/// Reads a speed above 0; 1 is the original one.
[[nodiscard]] Result<double> speed(std::string_view text);

/// Reads bytes, of which some are hard to type in a shell: \n, \r, \t, \0, \xHH and \\ mean one byte, everything else
/// means itself. Refuses an empty text.
[[nodiscard]] Result<std::string> escaped_bytes(std::string_view text);

/// Reads a Session Expiry Interval in seconds, decimal or 0x…; -1 and ∞ mean never.
[[nodiscard]] Result<std::uint32_t> session_expiry_interval(std::string_view text);

[[nodiscard]] Result<wire::Qos> qos(std::string_view text);
[[nodiscard]] Result<wire::ProtocolVersion> protocol_version(std::string_view text);
[[nodiscard]] Result<wire::RetainHandling> retain_handling(std::string_view text);

/// Reads one of `forms`, which is output_forms or input_forms.
[[nodiscard]] Result<MessageForm> message_form(std::string_view text, std::string_view forms);

[[nodiscard]] Result<std::string> topic_name(std::string_view text);
[[nodiscard]] Result<std::string> topic_filter(std::string_view text);
/// Reads a topic filter that is compared with topics here and never sent.
[[nodiscard]] Result<std::string> local_topic_filter(std::string_view text);

/// Reads a UTF-8 Encoded String [MQTT-1.5.4] that brokers accept, as the topics above are.
[[nodiscard]] Result<std::string> utf8_string(std::string_view text);

/// Reads a user name. The failure never quotes it: in other programs the password follows it after a colon.
[[nodiscard]] Result<std::string> user_name(std::string_view text);

/// Reads Binary Data [MQTT-1.5.6]. The failure never quotes it.
[[nodiscard]] Result<std::string> binary_data(std::string_view bytes);

/// Reads Binary Data. An argument cannot hold a NUL, so "base64:AAEC" means three bytes; everything else means itself.
/// The failure never quotes it.
[[nodiscard]] Result<std::string> escaped_binary_data(std::string_view text);

[[nodiscard]] Result<std::string> not_empty(std::string_view text);

/// Returns the place of a word among `choices`, which spaces separate: 0 is the first.
[[nodiscard]] Result<std::size_t> choice(std::string_view text, std::string_view choices);

/// Stores the choice. `E` lists the choices in the same order.
template <class E, class To>
Result<> set_choice(To& to, std::string_view text, std::string_view choices) {
    const auto place = choice(text, choices);
    if (!place) return place.error();
    to = static_cast<E>(*place);
    return {};
}

/// Stores the converted value, or returns the failure.
template <class To, class From>
Result<> set(To& to, Result<From> from) {
    if (!from) return from.error();
    to = *std::move(from);
    return {};
}

template <class To, class From>
Result<> put(To& to, From value) {
    to = std::move(value);
    return {};
}

/// Returns the secret of an option whose whole value is secret.
[[nodiscard]] inline std::string_view whole_value(Values values) noexcept {
    return values.front();
}

}  // namespace mqtts::cli
