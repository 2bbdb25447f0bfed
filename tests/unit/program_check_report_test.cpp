// SPDX-License-Identifier: Apache-2.0
// What --check found out: no more than that, for people and for machines.
#include "program/check_report.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "program/check_failure.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using program::CheckReport;

namespace {

constexpr CheckReport::Moment start{1s};

/// Connected, with what each step took: 1, 2, 3 and 4 ms.
CheckReport connected(wire::ProtocolVersion version = wire::ProtocolVersion::v5) {
    CheckReport report{.server = "b:8883", .address = "192.0.2.1:8883"};
    report.times = {.started = start, .resolved = start + 1ms, .connected = start + 3ms, .secured = start + 6ms};
    report.opened = start + 6ms;
    report.connected = start + 10ms;
    report.granted = {.version = version, .limits = {.receive_maximum = 20, .maximum_packet_size = 1000}};
    return report;
}

/// The report without its last line, which says how the check ended.
std::string text_of(const CheckReport& report) {
    const std::string last = "result:       ok\n";
    std::string text = to_text(report, {});
    REQUIRE(text.ends_with(last));
    text.resize(text.size() - last.size());
    return text;
}

boost::json::object object_of(const CheckReport& report, const Result<>& result = {}) {
    const std::string line = to_json(report, result);
    CHECK(line.ends_with("}\n"));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    return boost::json::parse(line).as_object();
}

}  // namespace

TEST_CASE("a broker that was never reached has a name, and nothing else") {
    const CheckReport report{.server = "nowhere:8883", .times = {.started = start}};
    CHECK(text_of(report) == "server:       nowhere:8883\n");
    const Failure failure(Errc::name_not_found, "there is no host 'nowhere'");
    const auto object = object_of(report, failure);
    CHECK(to_json(report, failure) == program::check_failure(report.server, failure));  // the same without a report
    CHECK(to_json(CheckReport{}, failure) == program::check_failure("", failure));
    CHECK(object.at("ok").as_bool() == false);
    CHECK(object.at("host").as_string() == "nowhere:8883");
    CHECK(object.at("milliseconds").as_object().empty());
    for (const char* name : {"address", "tls", "mqtt"})
        CHECK_FALSE(object.contains(name));
}

TEST_CASE("a failure is told as a line of --log-format json tells it, in one line") {
    const auto object = object_of(connected(), Failure(Errc::bad_credentials, "refused:\n\"no\"\x1b"));
    const auto& error = object.at("error").as_object();
    CHECK(error.at("event").as_string() == "bad_credentials");
    CHECK(error.at("code").to_number<int>() == 701);
    CHECK(error.at("exit").to_number<int>() == 7);
    CHECK(error.at("message").as_string() == "refused:\\x0a\"no\"\\x1b");
    CHECK_FALSE(object_of(connected()).contains("error"));
    CHECK(object_of(connected()).at("ok").as_bool());
}

TEST_CASE("the last line says how the check ended") {
    const Failure failure(Errc::bad_credentials, "b:8883 refused the connection: \x1b", "check --username and --pw");
    const CheckReport report{.server = "b:8883"};
    CHECK(to_text(report, failure) ==
          "server:       b:8883\nresult:       failed: b:8883 refused the connection: \\x1b\n");
    CHECK(to_text(report, {}) == "server:       b:8883\nresult:       ok\n");
}

TEST_CASE("each step that was completed has its time") {
    CHECK(text_of(connected(wire::ProtocolVersion::v311)) ==
          "server:       b:8883, at 192.0.2.1:8883\n"
          "time:         name 1.0 ms, TCP 2.0 ms, TLS 3.0 ms, CONNACK 4.0 ms\n"
          "MQTT:         3.1.1\n");
    const auto times = object_of(connected()).at("milliseconds").as_object();
    CHECK(times.size() == 4);
    CHECK(times.at("tls").to_number<double>() == 3.0);
    CHECK(times.at("connack").to_number<double>() == 4.0);
}

TEST_CASE("a step that was begun and not completed has none") {
    CheckReport report = connected(wire::ProtocolVersion::v311);
    report.published = start + 20ms;  // and never came back
    CHECK(text_of(report).find("round trip") == std::string::npos);
    report.returned = start + 21ms + 500us;
    CHECK(text_of(report).find(", round trip 1.5 ms\n") != std::string::npos);
    CHECK(object_of(report).at("milliseconds").at("round_trip").to_number<double>() == 1.5);

    CheckReport refused{.server = "b:8883"};
    refused.times = {.started = start, .resolved = start + 1ms, .connected = start + 3ms};
    CHECK(text_of(refused) == "server:       b:8883\ntime:         name 1.0 ms, TCP 2.0 ms\n");
}

TEST_CASE("a WebSocket is a step of its own where there is one") {
    CheckReport report = connected(wire::ProtocolVersion::v311);
    CHECK_FALSE(object_of(report).at("milliseconds").as_object().contains("websocket"));
    report.websocket = true;
    report.opened = start + 8ms;
    CHECK(text_of(report).find(", TLS 3.0 ms, WebSocket 2.0 ms, CONNACK 2.0 ms\n") != std::string::npos);
    CHECK(object_of(report).at("milliseconds").at("websocket").to_number<double>() == 2.0);
}

TEST_CASE("what MQTT 5 grants is told with the values that hold, named by the broker or not") {
    CheckReport report = connected();
    const std::string text = text_of(report);
    CHECK(text.find("MQTT:         5.0\n  receive maximum: 20\n  maximum packet size: 1000\n") != std::string::npos);
    CHECK(text.find("  maximum QoS: 2\n") != std::string::npos);
    CHECK(text.find("  shared subscriptions: true\n") != std::string::npos);
    for (const char* unnamed : {"keep alive", "session expiry", "client identifier"})
        CHECK(text.find(unnamed) == std::string::npos);

    report.granted->limits.server_keep_alive = 0;  // which is a value, too
    report.granted->limits.session_expiry_interval = 4'294'967'295;
    report.granted->client_identifier = "mine";
    const auto mqtt = object_of(report).at("mqtt").as_object();
    CHECK(mqtt.at("version").as_string() == "5.0");
    CHECK(mqtt.at("server_keep_alive").to_number<int>() == 0);
    CHECK(mqtt.at("session_expiry_interval").to_number<std::uint32_t>() == 4'294'967'295);
    CHECK(mqtt.at("client_identifier").as_string() == "mine");
    CHECK(mqtt.at("retain_available").as_bool());
    CHECK(text_of(report).ends_with("  keep alive: 0\n  session expiry: 4294967295\n  client identifier: mine\n"));
}

TEST_CASE("what TLS negotiated stands between the times and MQTT") {
    CheckReport report = connected(wire::ProtocolVersion::v31);
    report.tls = tls::Report{.version = "TLSv1.2", .cipher = "X", .checked = false};
    CHECK(text_of(report).find(
              "CONNACK 4.0 ms\nTLS:          TLSv1.2, X\nverification: not checked\nMQTT:         3.1\n") !=
          std::string::npos);
    CHECK(object_of(report).at("tls").at("verification").as_string() == "not checked");
}
