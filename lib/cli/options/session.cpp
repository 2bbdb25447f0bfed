// SPDX-License-Identifier: Apache-2.0
// The session in the broker, and the Will Message.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace session_table {
namespace {

constexpr std::string_view section = "Session";
constexpr std::string_view will_section = "Will";

constexpr Option table[] = {
    {.name = "id",
     .letter = 'i',
     .value = "ID",
     .section = section,
     .help = "use this client identifier; default: broker's choice",
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.session.client_identifier, utf8_string(v.front())); }},
    {.name = "id-prefix",
     .letter = 'I',
     .value = "PREFIX",
     .section = section,
     .help = "use PREFIX and the process id as client identifier",
     .apply = [](Arguments& a, Values v) { return set(a.session.client_identifier_prefix, utf8_string(v.front())); }},
    {.name = "disable-clean-session",
     .letter = 'c',
     .section = section,
     .help = "resume the session of -i, and keep it afterwards",
     .common = true,
     .apply = [](Arguments& a, Values) { return put(a.session.keep, true); }},
    {.name = "session-expiry-interval",
     .letter = 'x',
     .value = "SECONDS",
     .section = section,
     .help = "expire the session after SECONDS, -1: never (MQTT 5)",
     .apply = [](Arguments& a,
                 Values v) { return set(a.session.session_expiry_interval, session_expiry_interval(v.front())); }},
    {.name = "max-inflight",
     .letter = 'M',
     .value = "COUNT",
     .section = section,
     .help = "send at most COUNT messages ahead of acknowledgement",
     .apply = [](Arguments& a, Values v) { return set_number<std::uint16_t>(a.session.send_window, v, 1, 65535); }},

    {.name = "will-topic",
     .value = "TOPIC",
     .section = will_section,
     .help = "publish a Will Message to TOPIC if this client fails",
     .apply = [](Arguments& a, Values v) { return set(a.session.will.topic_name, topic_name(v.front())); }},
    {.name = "will-payload",
     .value = "TEXT",
     .section = will_section,
     .help = "set the payload of the Will Message; default: empty",
     .apply = [](Arguments& a, Values v) { return set(a.session.will.payload, binary_data(v.front())); }},
    {.name = "will-qos",
     .value = "QOS",
     .section = will_section,
     .help = "publish the Will Message with this QoS",
     .initial = "0",
     .choices = "0 1 2",
     .completion = Completion::choice,
     .apply = [](Arguments& a, Values v) { return set(a.session.will.qos, qos(v.front())); }},
    {.name = "will-retain",
     .section = will_section,
     .help = "publish the Will Message as a retained message",
     .apply = [](Arguments& a, Values) { return put(a.session.will.retain, true); }},
};

}  // namespace
}  // namespace session_table

std::span<const Option> session_options() noexcept {
    return session_table::table;
}

}  // namespace mqtts::cli
