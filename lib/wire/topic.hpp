// SPDX-License-Identifier: Apache-2.0
// Topic Names, Topic Filters [MQTT-4.7] and UTF-8 Encoded Strings [MQTT-1.5.4].
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mqtts::wire {

/// The most bytes of a UTF-8 Encoded String and of Binary Data [MQTT-1.5.4] [MQTT-1.5.6].
inline constexpr std::size_t longest_string = 65535;
/// The beginning of a shared subscription [MQTT-4.8.2].
inline constexpr std::string_view share_prefix = "$share/";

/// Tells whether it is well-formed UTF-8 without U+0000 and without surrogates [MQTT-1.5.4-1] [MQTT-1.5.4-2]; any
/// length.
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// Tells whether it is 1 to 65535 bytes of valid UTF-8 without wildcard characters [MQTT-4.7.1-1] [MQTT-4.7.3-1].
[[nodiscard]] bool is_topic_name(std::string_view text) noexcept;

/// Tells whether it is also one that a broker takes: objection_to() has nothing to say.
[[nodiscard]] bool is_sendable_topic_name(std::string_view text) noexcept;

/// Says why a broker does not take this text as a UTF-8 Encoded String: "it contains a tab (U+0009), which …"; empty: a
/// broker takes it. It need not take control characters (U+0001 to U+001F, U+007F to U+009F) nor non-characters
/// (U+FDD0 to U+FDEF, U+nFFFE, U+nFFFF) [MQTT-1.5.4], and mosquitto closes the connection on them wherever they are.
/// So a client sends none; what it receives is checked by is_valid_utf8() alone. The length does not matter here.
[[nodiscard]] std::string objection_to(std::string_view text);
/// Says what to do about that objection; empty: nothing is known.
[[nodiscard]] std::string_view hint_for_text(std::string_view text) noexcept;

/// Tells whether it is 1 to 65535 bytes of valid UTF-8; '#' alone in the last level, '+' alone in its level
/// [MQTT-4.7.1-1 to 4.7.1-2]; "$share/name/filter" with a name without '/', '+', '#' and a filter that is not empty
/// [MQTT-4.8.2-1].
[[nodiscard]] bool is_topic_filter(std::string_view text) noexcept;

/// Tells whether the filter matches the name. A wildcard in the first level does not match names that begin with '$'
/// [MQTT-4.7.2-1]. Of a shared subscription the part behind "$share/name/" counts.
[[nodiscard]] bool matches(std::string_view topic_filter, std::string_view topic_name) noexcept;

/// Tells whether there is a Topic Name that both filters match. The order does not matter. Precondition: both are
/// Topic Filters.
[[nodiscard]] bool overlap(std::string_view one, std::string_view other) noexcept;

}  // namespace mqtts::wire
