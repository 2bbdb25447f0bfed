// SPDX-License-Identifier: Apache-2.0
// A client that runs against a server, a sink and a time that are all the test's.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/client.hpp"
#include "support/captured_log.hpp"
#include "support/fake_link.hpp"
#include "support/fake_sink.hpp"
#include "support/fake_timer.hpp"
#include "support/loop.hpp"

namespace mqtts::test {

class Conversing {
public:
    Conversing() {
        settings.endpoints = {{.host = "server", .port = 1}};
        settings.patience.backoff = {.first = std::chrono::milliseconds(1000),
                                     .longest = std::chrono::milliseconds(1000)};
    }

    /// Runs up to CONNECT.
    void begin(bool receives = false) {
        create(receives);
        run();
    }
    /// The two parts of it.
    void create(bool receives = false) {
        auto own = std::make_unique<FakeLink>(loop, timer);
        link = own.get();
        link->version = settings.session.version;
        client.emplace(loop.executor(), settings, std::move(own), timer, receives ? &sink : nullptr, log.log);
    }
    void run() { running.emplace(loop, client->run()); }
    /// The server accepts the connection; CONNECT is forgotten.
    void accept(bool session_present = false, const wire::PropertyWriter& properties = {}) {
        CHECK(link->sent().starts_with("CONNECT"));
        link->server(wire::Connack{.properties = properties.view(), .session_present = session_present});
    }
    void connect(bool receives = false) {
        begin(receives);
        accept();
    }
    /// Connects, and is granted the subscription to `a/#` at QoS 1.
    void subscribe() {
        settings.subscriptions = {{.topic_filter = "a/#", .qos = wire::Qos::at_least_once}};
        connect(true);
        CHECK(link->sent() == "SUBSCRIBE 1 a/# qos1");
        grant(1, "\x01");
    }
    void grant(unsigned identifier, std::string_view codes) {
        link->server(wire::SubscriptionAnswer{.reason_codes = codes,
                                              .type = wire::PacketType::suback,
                                              .packet_identifier = static_cast<wire::PacketIdentifier>(identifier)});
    }
    void message(std::string_view topic_name, unsigned identifier = 0, bool retain = false,
                 wire::Qos qos = wire::Qos::at_least_once) {
        link->server(wire::Publish{.topic_name = topic_name,
                                   .payload = "x",
                                   .packet_identifier = static_cast<wire::PacketIdentifier>(identifier),
                                   .qos = identifier == 0 ? wire::Qos::at_most_once : qos,
                                   .retain = retain});
    }
    void publish(std::string_view topic_name, wire::Qos qos = wire::Qos::at_least_once) {
        Errc error = Errc::ok;
        CHECK(client->publish({.topic_name = topic_name, .payload = "x", .qos = qos}, 0, error));
        CHECK(error == Errc::ok);
        client->flush();
    }
    [[nodiscard]] bool ended() { return running->ended(); }
    /// "8 the broker refused …"; empty: a success. Precondition: it has ended.
    [[nodiscard]] std::string result() {
        const Result<>& ended = running->result();
        return ended ? "" : std::to_string(exit_status(ended.error().code)) + ' ' + one_line(ended.error());
    }

    Loop loop;
    FakeTimer timer{loop};
    FakeSink sink{loop.executor()};
    CapturedLog log;
    client::Settings settings;
    FakeLink* link = nullptr;
    std::optional<client::Client> client;
    std::optional<Running> running;
};

}  // namespace mqtts::test
