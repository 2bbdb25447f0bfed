// SPDX-License-Identifier: Apache-2.0
// Option values as text, turned into what the settings hold. Each failure is the reason alone, to follow the option's
// name.
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

/// A decimal number in a range.
[[nodiscard]] Result<std::uint64_t> number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum);

/// 1 to 65535. The failure does not quote it: in other programs -p is the letter of the password.
[[nodiscard]] Result<std::uint16_t> port(std::string_view text);

template <std::unsigned_integral T, class To>
Outcome<> set_number(To& to, Values values, std::uint64_t minimum, T maximum) {
    const auto parsed = number(values.front(), minimum, maximum);
    if (!parsed) return parsed.error();
    to = static_cast<T>(*parsed);
    return {};
}

/// More than 0 seconds, fractions allowed; to the millisecond, upwards.
[[nodiscard]] Result<std::chrono::milliseconds> seconds(std::string_view text);

/// The same, or 0.
[[nodiscard]] Result<std::chrono::milliseconds> delay(std::string_view text);

/// "never" is 0, "forever" longer than anybody waits; otherwise seconds.
[[nodiscard]] Result<std::chrono::milliseconds> patience(std::string_view text);

/// From 0.1 to 100 per cent.
[[nodiscard]] Result<double> percentage(std::string_view text);

/// So many a second, above 0: "50", "50/s" or "0.5/s".
[[nodiscard]] Result<double> rate(std::string_view text);

/// Bytes that a shell does not like to pass on: \n, \r, \t, \0, \xHH and \\ stand for one byte, everything else for
/// itself. Not empty.
[[nodiscard]] Result<std::string> escaped_bytes(std::string_view text);

/// A Session Expiry Interval in seconds, decimal or 0x…; -1 and ∞ mean never.
[[nodiscard]] Result<std::uint32_t> session_expiry_interval(std::string_view text);

[[nodiscard]] Result<wire::Qos> qos(std::string_view text);
[[nodiscard]] Result<wire::ProtocolVersion> protocol_version(std::string_view text);
[[nodiscard]] Result<wire::RetainHandling> retain_handling(std::string_view text);

/// One of `forms`, which is output_forms or input_forms.
[[nodiscard]] Result<MessageForm> message_form(std::string_view text, std::string_view forms);

[[nodiscard]] Result<std::string> topic_name(std::string_view text);
[[nodiscard]] Result<std::string> topic_filter(std::string_view text);
/// One that is compared with topics here, and not sent.
[[nodiscard]] Result<std::string> local_topic_filter(std::string_view text);

/// What a packet can carry as a UTF-8 Encoded String [MQTT-1.5.4], and a broker takes; so are the topics above.
[[nodiscard]] Result<std::string> utf8_string(std::string_view text);

/// The same, never shown: other programs take the password behind it, with a : in between.
[[nodiscard]] Result<std::string> user_name(std::string_view text);

/// What a packet can carry as Binary Data [MQTT-1.5.6]; never shown.
[[nodiscard]] Result<std::string> binary_data(std::string_view bytes);

/// Binary Data of which an argument can hold no NUL: "base64:AAEC" is three bytes, everything else stands for itself.
/// Never shown.
[[nodiscard]] Result<std::string> escaped_binary_data(std::string_view text);

[[nodiscard]] Result<std::string> not_empty(std::string_view text);

/// The place of a word among `choices`, which spaces separate: 0 is the first.
[[nodiscard]] Result<std::size_t> choice(std::string_view text, std::string_view choices);

/// `E` lists the choices in the same order.
template <class E, class To>
Outcome<> set_choice(To& to, std::string_view text, std::string_view choices) {
    const auto place = choice(text, choices);
    if (!place) return place.error();
    to = static_cast<E>(*place);
    return {};
}

/// Stores what was converted, or hands on the failure.
template <class To, class From>
Outcome<> set(To& to, Result<From> from) {
    if (!from) return from.error();
    to = *std::move(from);
    return {};
}

template <class To, class From>
Outcome<> put(To& to, From value) {
    to = std::move(value);
    return {};
}

/// The secret of an option that takes nothing else.
[[nodiscard]] inline std::string_view whole_value(Values values) noexcept {
    return values.front();
}

}  // namespace mqtts::cli
