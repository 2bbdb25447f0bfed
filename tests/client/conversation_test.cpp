// SPDX-License-Identifier: Apache-2.0
// A conversation without the client around it: what it does on one connection, and what it leaves to the next one.
#include "client/conversation.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/captured_log.hpp"
#include "support/fake_link.hpp"
#include "support/fake_sink.hpp"
#include "support/fake_timer.hpp"
#include "support/loop.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using client::Suspicion;
using test::Running;
using wire::PacketType;
using wire::Qos;

namespace {

/// Work that is done in one conversation after the other, with a server that is the test.
class Talk {
public:
    explicit Talk(client::Settings settings = {}, bool receives = false) {
        auto own = std::make_unique<test::FakeLink>(loop, timer);
        link = own.get();
        work.emplace(loop.executor(), std::move(settings), std::move(own), timer, receives ? &sink : nullptr, log.log);
    }
    /// A connection, up to CONNACK and what comes with it, and a conversation on it.
    void begin(bool session_present = false, std::string_view behind = {}) {
        const net::Endpoint endpoint{.host = "server", .port = 1};
        const net::Route route;
        REQUIRE(Running(loop, link->open(endpoint, route)).result().has_value());
        work->session.connection_opened(timer.now());
        work->flush();
        CHECK(link->sent().starts_with("CONNECT"));
        test::encode(work->session.input(), wire::Connack{.session_present = session_present}, link->version);
        work->session.input().append(behind);
        const session::Event* event = work->session.next_event();
        REQUIRE(event != nullptr);
        const auto connected = std::get<session::Connected>(*event);
        conversation.emplace(loop.executor(), *work);
        REQUIRE(conversation->begin(connected).has_value());
        running.emplace(loop, conversation->run());
    }
    /// The server closes the connection, and the work learns from it.
    Suspicion::End lose() {
        link->hang_up();
        REQUIRE_FALSE(running->result().has_value());
        const Suspicion::End end = conversation->describe_end(running->result().error());
        running.reset();
        conversation.reset();
        static_cast<void>(work->suspicion.ended(end));
        link->drop();
        work->session.connection_lost();
        if (work->suspicion.care() != Suspicion::Care::none) work->session.go_carefully();
        return end;
    }
    void publish(std::string_view topic_name, Qos qos, std::string_view payload = "x") {
        REQUIRE(work->session.publish({.topic_name = topic_name, .payload = payload, .qos = qos}) == Errc::ok);
    }
    void grant(unsigned identifier) {
        link->server(wire::SubscriptionAnswer{.reason_codes = "\x01",
                                              .type = PacketType::suback,
                                              .packet_identifier = static_cast<wire::PacketIdentifier>(identifier)});
    }

    test::Loop loop;
    test::FakeTimer timer{loop};
    test::FakeSink sink{loop.executor()};
    test::CapturedLog log;
    test::FakeLink* link = nullptr;
    std::optional<client::Work> work;
    std::optional<client::Conversation> conversation;
    std::optional<Running> running;
};

client::Settings subscribing() {
    client::Settings settings;
    settings.session.clean_start = false;
    settings.subscriptions = {{.topic_filter = "a/#", .qos = Qos::at_least_once}};
    return settings;
}

std::string message(std::string_view topic_name, unsigned identifier) {
    Buffer bytes;
    test::encode(bytes,
                 wire::Publish{.topic_name = topic_name,
                               .payload = "x",
                               .packet_identifier = static_cast<wire::PacketIdentifier>(identifier),
                               .qos = Qos::at_least_once},
                 wire::ProtocolVersion::v5);
    return std::string(bytes.readable());
}

}  // namespace

TEST_CASE("a conversation ends when the work is done, and settle() says so") {
    Talk t;
    t.begin();
    t.publish("a", Qos::at_least_once);
    t.conversation->settle();
    t.link->server(PacketType::puback, 1);
    CHECK_FALSE(t.running->ended());
    t.work->finish();
    CHECK_FALSE(t.running->ended());
    t.conversation->settle();
    CHECK(t.running->result().has_value());
    CHECK(t.link->sent() == "PUBLISH 1 qos1 a \"x\"");
}

TEST_CASE("work that is done before it begins takes no more than a connection") {
    Talk t;
    t.work->finish();
    t.begin();
    CHECK(t.running->result().has_value());
    CHECK(t.link->sent() == "");
}

TEST_CASE("the last message of QoS 0 leaves together with the ping that proves it") {
    Talk t;
    t.begin();
    const std::size_t before = t.link->sends();
    t.publish("a", Qos::at_most_once);
    t.work->finish();
    t.conversation->settle();
    CHECK(t.link->sent() == "PUBLISH qos0 a \"x\"; PINGREQ");
    CHECK(t.link->sends() == before + 1);
    t.conversation->settle();
    CHECK(t.link->sent() == "");
    t.link->server(wire::Pingresp{});
    CHECK(t.running->result().has_value());
}

TEST_CASE("all who wait for a change are woken, whatever it is") {
    Talk t;
    t.begin();
    Running watching(t.loop, t.work->watchers.wait());
    Running publishing(t.loop, t.work->publish_ready.wait());
    CHECK(publishing.ended());  // by the beginning
    Running publishing_on(t.loop, t.work->publish_ready.wait());
    CHECK_FALSE(watching.ended());
    CHECK_FALSE(publishing_on.ended());
    t.conversation->settle();
    CHECK(watching.ended());
    CHECK(publishing_on.ended());
}

TEST_CASE("what came with CONNACK is delivered before the server is asked whether there is more") {
    Talk t(subscribing(), true);
    t.begin();
    CHECK(t.link->sent() == "SUBSCRIBE 1 a/# qos1");
    t.grant(1);
    t.lose();
    t.work->catch_up.emplace(client::CatchUp::Awaited::all);
    t.work->looks_at_messages = true;
    t.begin(true, message("a/b", 7));
    CHECK(t.sink.told() == "a/b \"x\"; flush");
    CHECK(t.link->sent() == "PUBACK 7; PINGREQ");
    t.link->server(wire::Pingresp{});
    CHECK(t.running->result().has_value());
    CHECK(t.work->linger_until.has_value());
}

TEST_CASE("a slow sink holds up what is asked, not what is published") {
    Talk t(subscribing(), true);
    t.begin();
    t.grant(1);
    CHECK(t.link->sent() == "SUBSCRIBE 1 a/# qos1");
    t.sink.slow = true;
    t.link->server_bytes(message("a/b", 7));
    t.work->catch_up.emplace(client::CatchUp::Awaited::all);
    t.publish("b", Qos::at_least_once);
    t.conversation->settle();
    CHECK(t.link->sent() == "PUBLISH 2 qos1 b \"x\"");
    t.sink.go_on();
    CHECK(t.link->sent() == "PUBACK 7");
    t.link->server(PacketType::puback, 2);
    CHECK(t.link->sent() == "PINGREQ");
}

TEST_CASE("a server that takes nothing is not read from, once too much waits for it") {
    Talk t(subscribing(), true);
    t.begin();
    t.grant(1);
    const std::string large(std::size_t{5} * 1024 * 1024, 'x');
    t.link->kernel_room = 0;
    t.publish("b", Qos::at_most_once, large);
    t.work->flush();
    t.link->server_bytes(message("a/1", 7));
    t.link->server_bytes(message("a/2", 8));
    CHECK(t.sink.told() == "a/1 \"x\"; flush");
    t.link->take(2 * large.size());
    CHECK(t.sink.told() == "a/2 \"x\"; flush");
}

TEST_CASE("progress that cannot be kept holds PUBREL back, although a refusal came behind it") {
    Talk t;
    t.work->on_progress = [](const std::vector<session::InFlight::Progress>&) {
        return Result<>(Failure(Errc::store_failed, "the disk is full"));
    };
    t.work->session.track_progress();
    t.begin();
    t.publish("a", Qos::exactly_once);
    t.publish("b", Qos::at_least_once);
    t.conversation->settle();
    CHECK(t.link->sent() == "PUBLISH 1 qos2 a \"x\"; PUBLISH 2 qos1 b \"x\"");
    Buffer both;
    for (const wire::Acknowledgement& one :
         {wire::Acknowledgement{.type = PacketType::pubrec, .packet_identifier = 1},
          wire::Acknowledgement{
              .type = PacketType::puback, .packet_identifier = 2, .reason_code = wire::ReasonCode::not_authorized}})
        test::encode(both, one, t.link->version);
    t.link->server_bytes(both.readable());
    CHECK(t.link->sent() == "");
    CHECK(t.running->result().error().cause == "the disk is full");
    CHECK(t.work->refused == 1);
}

TEST_CASE("with care nothing is sent before the answer to a ping, and then one packet, which an end is blamed on") {
    Talk t(subscribing(), true);
    for (int plain = 0; plain < 2; ++plain) {
        t.begin();
        CHECK(t.link->sent().ends_with(" a/# qos1"));
        const Suspicion::End end = t.lose();
        CHECK(end.closed);
        CHECK(end.topic_filters == std::vector<std::string>{"a/#"});
        CHECK_FALSE(end.careful);
        CHECK_FALSE(end.out.has_value());
    }
    CHECK(t.work->suspicion.care() == Suspicion::Care::one_by_one);
    t.begin();
    CHECK(t.link->sent() == "PINGREQ");
    const Suspicion::End held = t.lose();
    CHECK(held.careful);
    CHECK_FALSE(held.out.has_value());
    t.begin();
    CHECK(t.link->sent() == "PINGREQ");
    t.link->server(wire::Pingresp{});
    CHECK(t.link->sent().ends_with(" a/# qos1"));
    t.timer.pass(2s);
    const Suspicion::End asking = t.lose();
    CHECK(asking.careful);
    CHECK(asking.out == Suspicion::Packet{.topic_filter = "a/#"});
    CHECK(asking.waited == 2s);
    CHECK(t.work->suspicion.care() == Suspicion::Care::alone);
}

TEST_CASE("what outlives a conversation is what is left of the work") {
    client::Settings settings;
    settings.session.clean_start = false;
    Talk t(std::move(settings));
    t.begin();
    t.publish("a", Qos::at_least_once);
    t.conversation->settle();
    static_cast<void>(t.link->sent());
    t.work->finish();
    const Suspicion::End end = t.lose();
    CHECK(end.first + 1 == end.next);
    t.begin(true);
    CHECK(t.link->sent() == "PUBLISH 1 qos1 dup a \"x\"");
    CHECK_FALSE(t.running->ended());
    t.link->server(PacketType::puback, 1);
    CHECK(t.running->result().has_value());
    CHECK(t.work->totals.connections == 2);
}
