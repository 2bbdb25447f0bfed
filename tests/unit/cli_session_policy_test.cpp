// SPDX-License-Identifier: Apache-2.0
// How long a session lives, case by case.
#include "cli/resolve/session_policy.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace mqtts;
using namespace std::chrono_literals;
using cli::SessionWishes;
using session::never_expires;
using wire::ProtocolVersion;
using wire::Qos;

namespace {

constexpr std::uint32_t thirty_days = 30 * 24 * 60 * 60;

struct Life {
    std::string_view name;
    SessionWishes wishes;
    bool clean_start;
    std::uint32_t session_expiry_interval;
    bool end_session_at_disconnect = false;
    bool outlives_process = false;
};

}  // namespace

TEST_CASE("the life of a session follows from what was asked for") {
    constexpr auto v311 = ProtocolVersion::v311;
    constexpr Qos one = Qos::at_least_once;
    constexpr Qos two = Qos::exactly_once;
    const Life lives[] = {
        {"nothing", {}, true, 0},
        {"QoS 0 goes on", {.goes_on = true, .reconnect = 60s}, true, 0},
        {"one message of QoS 1", {.highest_qos = one, .reconnect = 60s}, true, 0},
        {"QoS 1 goes on", {.highest_qos = one, .goes_on = true, .reconnect = 60s}, true, 300, true},
        {"one message of QoS 2", {.highest_qos = two, .reconnect = 60s}, true, 300, true},
        {"never reconnecting", {.highest_qos = two, .goes_on = true}, true, 0},
        {"MQTT 3.1.1", {.version = v311, .highest_qos = two, .goes_on = true, .reconnect = 60s}, true, 0},
        {"reconnecting for long", {.highest_qos = two, .reconnect = 200s}, true, 400, true},
        {"forever", {.highest_qos = two, .reconnect = 24h}, true, 3600, true},
        {"-c", {.keep = true}, false, never_expires},
        {"-c, MQTT 3.1.1", {.version = v311, .keep = true}, false, 0},
        {"-x", {.expiry_interval = 9, .highest_qos = two, .goes_on = true, .reconnect = 60s}, true, 9},
        {"-c -x", {.keep = true, .expiry_interval = 9}, false, 9},
        {"-c, publishing QoS 1", {.keep = true, .highest_qos = one, .only_publishes = one}, false, never_expires},
        {"-c, publishing QoS 2", {.keep = true, .highest_qos = two, .only_publishes = two}, true, never_expires},
        {"the same, MQTT 3.1.1", {.version = v311, .keep = true, .only_publishes = two}, false, 0},
        {"--spool", {.spooled = true, .highest_qos = two, .only_publishes = two}, false, thirty_days, true, true},
        {"--spool -c", {.keep = true, .spooled = true}, false, thirty_days, false, true},
        {"--spool -x", {.expiry_interval = 9, .spooled = true}, false, 9, false, true},
        {"--spool, MQTT 3.1", {.version = ProtocolVersion::v31, .spooled = true}, false, 0, false, true},
        {"--state", {.remembered = true, .highest_qos = two}, false, thirty_days},
        {"--state -c", {.keep = true, .remembered = true}, false, never_expires},
        {"--state -x", {.expiry_interval = 9, .remembered = true}, false, 9},
        {"--state, MQTT 3.1.1", {.version = v311, .remembered = true}, false, 0},
    };
    for (const Life& row : lives) {
        CAPTURE(row.name);
        const session::Settings session = cli::begin_session(row.wishes);
        CHECK(session.clean_start == row.clean_start);
        CHECK(session.session_expiry_interval == row.session_expiry_interval);
        CHECK(session.end_session_at_disconnect == row.end_session_at_disconnect);
        CHECK(session.outlives_process == row.outlives_process);
    }
}

TEST_CASE("no more messages are taken at once than are wanted, and never more than MQTT allows") {
    CHECK(cli::receive_maximum(0) == 65535);
    CHECK(cli::receive_maximum(1) == 1);
    CHECK(cli::receive_maximum(65535) == 65535);
    CHECK(cli::receive_maximum(65536) == 65535);
}
