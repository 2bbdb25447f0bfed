// SPDX-License-Identifier: Apache-2.0
// What a keeper tells which of its callers, and when: with a real client and session, and a broker, callers and a time
// that are all the test's.
#include "program/keeper.hpp"

#include <doctest/doctest.h>

#include <deque>

#include "client/conversing.hpp"
#include "program/first_message.hpp"
#include "program/share_plan.hpp"
#include "support/fake_caller.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::chrono_literals;
using program::Keeper;
using wire::PacketType;

namespace {

share::Identity identity_called(std::string_view name) {
    share::Identity identity;
    identity.add("name", name);
    return identity;
}

/// A keeper of a connection on which nothing was published so far.
struct Keeping : Conversing {
    explicit Keeping(const wire::PropertyWriter& granted = {}) {
        settings.session.session_expiry_interval = 60;
        settings.session.keep_alive = 0;
        settings.patience.reconnect = 10s;
        begin();
        accept(false, granted);
        keeper.emplace(loop.executor(), *client, timer, identity_called("ours"),
                       program::KeeperSettings{.idle = 60s, .usable_until = {}, .warnings = {}},
                       [this] { is_open = false; });
        keeping.emplace(loop, keeper->run());
    }
    FakeCaller& caller() {
        FakeCaller& caller = callers.emplace_back(loop, program::share_version());
        keeper->greet(caller.link());
        return caller;
    }
    /// One that has sent its message.
    FakeCaller& publisher(unsigned qos, bool retain = false, std::string_view identity = "ours") {
        FakeCaller& caller = this->caller();
        caller.say(publish(qos, retain, identity));
        return caller;
    }
    static std::string publish(unsigned qos, bool retain = false, std::string_view identity = "ours") {
        const share::Identity own = identity_called(identity);
        Buffer bytes;
        share::encode_greeting(bytes, program::share_version());
        share::encode_identity_header(bytes, own.bytes().size());
        bytes.append(own.bytes());
        REQUIRE(share::encode(bytes, share::Publish{.topic = "a",
                                                    .payload = "x",
                                                    .properties = {},
                                                    .qos = static_cast<std::uint8_t>(qos),
                                                    .retain = retain}));
        return std::string(bytes.readable());
    }
    /// The client has ended, and the keeper says its last words.
    void conclude() {
        REQUIRE(ended());
        keeper->conclude(running->result());
    }
    void come_back(bool session_present, const wire::PropertyWriter& granted = {}) {
        link->hang_up();
        timer.pass(2s);
        accept(session_present, granted);
    }

    bool is_open = true;  // the door
    std::deque<FakeCaller> callers;
    std::optional<Keeper> keeper;
    std::optional<Running> keeping;
};

wire::PropertyWriter limit(wire::PropertyIdentifier identifier, std::uint32_t value) {
    wire::PropertyWriter properties;
    properties.add(identifier, value);
    return properties;
}

}  // namespace

TEST_CASE("a caller hears that its message may be on its way before a byte of it is, and then what became of it") {
    Keeping k;
    FakeCaller& caller = k.caller();
    std::size_t sent_before = k.link->sends() + 1;
    caller.on_told([&] { sent_before = k.link->sends(); });
    const std::size_t sends = k.link->sends();
    const std::string all = Keeping::publish(1);
    for (const char byte : all)
        caller.say({&byte, 1});
    CHECK(sent_before == sends);
    CHECK(k.link->sent() == "PUBLISH 1 qos1 a \"x\"");
    CHECK(caller.heard() == "taken");
    k.link->server(PacketType::puback, 1);
    CHECK(caller.heard() == "done");
}

TEST_CASE("callers take turns while the window is small, and one that has gone leaves its turn") {
    Keeping k(limit(wire::PropertyIdentifier::receive_maximum, 1));
    FakeCaller& first = k.publisher(1);
    FakeCaller& second = k.publisher(2);
    FakeCaller& third = k.publisher(1);
    FakeCaller& fourth = k.publisher(1);
    CHECK(first.heard() == "taken");
    CHECK(second.heard() == "");
    third.leave();
    k.link->server(PacketType::puback, 1);
    CHECK(first.heard() == "done");
    CHECK(second.heard() == "taken");
    CHECK(k.link->sent() == "PUBLISH 1 qos1 a \"x\"; PUBLISH 2 qos2 a \"x\"");
    k.link->server(PacketType::pubrec, 2);
    k.link->server(PacketType::pubcomp, 2);
    CHECK(second.heard() == "done");
    CHECK(k.link->sent() == "PUBREL 2; PUBLISH 3 qos1 a \"x\"");
    CHECK(fourth.heard() == "taken");
}

TEST_CASE("a message whose caller does not hear that it is taken is not published") {
    Keeping k;
    FakeCaller& caller = k.caller();
    caller.stop_reading();
    caller.say(Keeping::publish(1));
    CHECK(k.link->sent() == "");
    CHECK(caller.heard() == "closed");
}

TEST_CASE("another identity, too many callers, and a keeper that ends: refused, with nothing sent") {
    Keeping k;
    CHECK(k.publisher(1, false, "other").heard() == "refused 0; closed");
    std::vector<FakeCaller*> quiet;
    while (quiet.size() < 128)
        quiet.push_back(&k.caller());
    CHECK(k.caller().heard() == "refused 2; closed");
    k.keeper->terminate();
    CHECK_FALSE(k.is_open);
    quiet.front()->say(Keeping::publish(1));
    CHECK(quiet.front()->heard() == "refused 1; closed");
    CHECK(k.link->sent().starts_with("DISCONNECT"));
}

TEST_CASE("a refusal is told to the caller that it is about, and to no other") {
    Keeping k;
    FakeCaller& refused = k.publisher(2);
    FakeCaller& other = k.publisher(1);
    k.link->server(PacketType::pubrec, 1, wire::ReasonCode::not_authorized);
    k.link->server(PacketType::puback, 2);
    CHECK(refused.heard() == "taken; failed 8 the broker refused a message for 'a': not authorized");
    CHECK(other.heard() == "taken; done");
}

TEST_CASE("a broker that has forgotten what it completed on the last connection has refused nothing") {
    Keeping k;
    FakeCaller& caller = k.publisher(2);
    k.link->server(PacketType::pubrec, 1);
    static_cast<void>(k.link->sent());
    k.come_back(true);
    CHECK(k.link->sent() == "PUBREL 1");
    k.link->server(PacketType::pubcomp, 1, wire::ReasonCode::packet_identifier_not_found);
    CHECK(caller.heard() == "taken; done");
}

TEST_CASE("what the limits of the next connection forbid fails, and the rest is done") {
    Keeping k;
    FakeCaller& retained = k.publisher(1, true);
    FakeCaller& plain = k.publisher(1);
    static_cast<void>(k.link->sent());
    k.come_back(true, limit(wire::PropertyIdentifier::retain_available, 0));
    CHECK(k.link->sent() == "PUBLISH 2 qos1 dup a \"x\"");
    CHECK(retained.heard() == "taken; failed 8 cannot publish to 'a': the broker does not support retained messages");
    k.link->server(PacketType::puback, 2);
    CHECK(plain.heard() == "taken; done");
}

TEST_CASE("QoS 0 is done when a ping behind it is answered, and lost with the connection") {
    Keeping k;
    FakeCaller& first = k.publisher(0);
    CHECK(k.link->sent() == "PUBLISH qos0 a \"x\"; PINGREQ");
    CHECK(first.heard() == "taken");
    FakeCaller& second = k.publisher(0);
    k.link->server(wire::Pingresp{});
    CHECK(first.heard() == "done");
    CHECK(second.heard() == "taken");
    CHECK(k.link->sent() == "PUBLISH qos0 a \"x\"; PINGREQ");
    k.link->hang_up();
    CHECK(second.heard() == "failed 10 1 QoS 0 message perhaps lost with a connection, the last for 'a'");
    k.conclude();
    CHECK(k.link->opened() == 1);
}

TEST_CASE("a keeper that ends does not vouch for a message of QoS 0 that is lost with the connection") {
    Keeping k;
    FakeCaller& caller = k.publisher(0);
    k.keeper->terminate();
    k.link->hang_up();
    k.conclude();
    CHECK(caller.heard() == "taken; failed 10 1 QoS 0 message perhaps lost with a connection, the last for 'a'");
}

TEST_CASE("a session that was lost: QoS 2 is unknown, QoS 1 is the caller's to publish again, and nothing is sent") {
    Keeping k;
    FakeCaller& one = k.publisher(1);
    FakeCaller& two = k.publisher(2);
    static_cast<void>(k.link->sent());
    k.come_back(false);
    CHECK(k.link->sent() == "");
    k.conclude();
    CHECK(one.heard() == "taken; closed");
    CHECK(two.heard() ==
          "taken; failed 10 server:1 did not keep the session when the connection was lost: perhaps the message for "
          "'a' has arrived");
}

TEST_CASE("a session in doubt: QoS 2 is unknown, as it would perhaps arrive twice") {
    Keeping k;
    FakeCaller& two = k.publisher(2);
    static_cast<void>(k.link->sent());
    k.link->hang_up();
    k.timer.pass(2s);
    k.come_back(true);  // CONNECT has had no answer
    CHECK(k.link->sent() == "");
    k.conclude();
    CHECK(two.heard() ==
          "taken; failed 10 server:1 perhaps did not keep the session when the connection was lost: perhaps the "
          "message for 'a' has arrived");
}

TEST_CASE("a connection that cannot be had again: each caller hears of its own message") {
    Keeping k;
    FakeCaller& one = k.publisher(1);
    FakeCaller& two = k.publisher(2);
    k.link->open_failures.assign(100, Failure(Errc::unreachable, "no route"));
    k.link->hang_up();
    k.timer.pass(60s);
    k.conclude();
    for (FakeCaller* caller : {&one, &two})
        CHECK(caller->heard() ==
              "taken; failed 10 no route; gave up after 10 s without a lasting connection; 1 message not "
              "acknowledged, for 'a'");
}

TEST_CASE("the first message, at QoS 0, is lost with its connection: no keeper, and no success") {
    Conversing first;
    first.settings.patience.reconnect = 600s;
    first.settings.session.keep_alive = 0;
    first.connect();
    Result<> unpublished;
    Running publishing(first.loop,
                       program::publish_first_message(*first.client, {.topic_name = "a", .payload = "x"}, unpublished));
    CHECK(first.link->sent() == "PUBLISH qos0 a \"x\"; PINGREQ");
    first.link->hang_up();
    first.loop.settle();
    CHECK_FALSE(publishing.ended());
    REQUIRE(first.ended());
    CHECK(first.result() == "10 1 QoS 0 message perhaps lost with a connection, the last for 'a'");
}

TEST_CASE("the first message is acknowledged, and the connection goes on") {
    for (const unsigned qos : {0U, 1U}) {
        Conversing first;
        first.connect();
        Result<> unpublished;
        Running publishing(
            first.loop,
            program::publish_first_message(
                *first.client, {.topic_name = "a", .payload = "x", .qos = static_cast<wire::Qos>(qos)}, unpublished));
        CHECK_FALSE(publishing.ended());
        if (qos == 0)
            first.link->server(wire::Pingresp{});
        else
            first.link->server(PacketType::puback, 1);
        REQUIRE(publishing.ended());
        CHECK(publishing.result().has_value());
        CHECK_FALSE(first.ended());
    }
}

TEST_CASE("a keeper that nobody uses ends, and a caller in time keeps it") {
    Keeping k;
    k.timer.pass(59s);
    FakeCaller& caller = k.publisher(1);
    k.timer.pass(5s);
    CHECK(k.is_open);
    k.link->server(PacketType::puback, 1);
    CHECK(caller.heard() == "taken; done");
    k.timer.pass(59s);
    CHECK(k.is_open);
    static_cast<void>(k.link->sent());
    k.timer.pass(1s);
    CHECK_FALSE(k.is_open);
    CHECK(k.link->sent().starts_with("DISCONNECT"));
    k.conclude();
}
