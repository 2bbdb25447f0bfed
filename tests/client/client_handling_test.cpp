// SPDX-License-Identifier: Apache-2.0
// A client whose sink handles messages later: it takes what it has room for, and acknowledges what is handled.
#include <doctest/doctest.h>

#include "conversing.hpp"
#include "support/fake_receipts.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using wire::Qos;

namespace {

struct Handling : Conversing {
    explicit Handling(std::uint64_t room = 1) {
        sink.later = true;
        sink.room = room;
        settings.open_ended = true;
    }
    void handle(std::uint64_t messages = 1) {
        sink.handle(messages);
        loop.settle();
    }
    void give_up(std::uint64_t but_for = 0) {
        sink.give_up(but_for);
        loop.settle();
    }
};

}  // namespace

TEST_CASE("a message is acknowledged when it is handled, and the next one is taken when there is room") {
    Handling c;
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    CHECK(c.sink.told() == "a/1 \"x\"");
    CHECK(c.link->sent() == "");
    c.handle();
    CHECK(c.sink.told() == "a/2 \"x\"");
    CHECK(c.link->sent() == "PUBACK 1");
    c.handle();
    CHECK(c.link->sent() == "PUBACK 2");
}

TEST_CASE("while there is no room, what is no message is handled") {
    Handling c;
    c.subscribe();
    c.message("a/1", 1, false, Qos::exactly_once);
    c.handle();
    CHECK(c.link->sent() == "PUBREC 1");
    c.message("a/2", 2, false, Qos::exactly_once);
    c.link->server(wire::PacketType::pubrel, 1);
    CHECK(c.link->sent() == "PUBCOMP 1");
    c.message("a/3", 3, false, Qos::exactly_once);
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"");
}

TEST_CASE("without room, a message is not taken behind another packet, either") {
    Handling c;
    c.subscribe();
    c.message("a/1", 1, false, Qos::exactly_once);
    c.handle();
    c.message("a/2", 2);
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"");
    CHECK(c.link->sent() == "PUBREC 1");
    Buffer together;
    encode(together, wire::Acknowledgement{.type = wire::PacketType::pubrel, .packet_identifier = 1},
           wire::ProtocolVersion::v5);
    encode(together,
           wire::Publish{.topic_name = "a/3", .payload = "x", .packet_identifier = 3, .qos = Qos::at_least_once},
           wire::ProtocolVersion::v5);
    c.link->server_bytes(together.readable());
    CHECK(c.link->sent() == "PUBCOMP 1");
    CHECK(c.sink.told() == "");
    c.handle();
    CHECK(c.sink.told() == "a/3 \"x\"");
}

TEST_CASE("messages before SUBACK are taken without room: nobody waits for commands until we are subscribed") {
    Handling c;
    c.settings.subscriptions = {{.topic_filter = "a/#", .qos = Qos::at_least_once}};
    c.connect(true);
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.message("a/3", 3);
    CHECK_FALSE(c.client->subscribed());
    c.grant(1, "\x01");
    CHECK(c.client->subscribed());
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"; a/3 \"x\"");
    c.message("a/4", 4);
    CHECK(c.sink.told() == "");
}

TEST_CASE("the end of the connection is noticed while there is no room") {
    Handling c;
    c.settings.patience.reconnect = 60s;
    c.subscribe();
    c.message("a/1", 1);
    c.link->hang_up();
    CHECK_FALSE(c.link->is_open());
}

TEST_CASE("with room for several, messages are acknowledged while others are taken") {
    Handling c(3);
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"");
    c.handle();
    CHECK(c.link->sent() == "PUBACK 1");
    c.message("a/3", 3);
    c.message("a/4", 4);
    CHECK(c.sink.told() == "a/3 \"x\"; a/4 \"x\"");
    c.handle(3);
    CHECK(c.link->sent() == "PUBACK 2; PUBACK 3; PUBACK 4");
}

TEST_CASE("pings go on while there is no room, and an answer that was not read is no silence of the server") {
    Handling c;
    c.settings.session.keep_alive = 10;
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    for (int i = 0; i != 12; ++i)
        c.timer.pass(10s);
    CHECK(c.link->sent().starts_with("PINGREQ; PINGREQ"));
    CHECK_FALSE(c.ended());
    c.handle();
    CHECK(c.link->sent() == "PUBACK 1");
    c.timer.pass(1s);
    CHECK_FALSE(c.ended());
    CHECK(c.link->is_open());
}

TEST_CASE("a server that stays silent after we read again is given up") {
    Handling c;
    c.settings.session.keep_alive = 10;
    c.settings.patience.reconnect = 0ms;
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.timer.pass(60s);
    CHECK_FALSE(c.ended());
    c.handle();
    c.timer.pass(60s);
    CHECK(c.ended());
    CHECK(c.result().starts_with("10 "));
}

TEST_CASE("-C: the run ends when the last message is handled") {
    Handling c(2);
    c.sink.wanted = 2;
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.message("a/3", 3);
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"");
    c.timer.pass(60s);
    CHECK_FALSE(c.ended());
    c.handle(2);
    CHECK(c.link->sent().ends_with("PUBACK 1; PUBACK 2; DISCONNECT 0x00"));
    CHECK(c.ended());
    CHECK(c.result() == "");
}

TEST_CASE("a sink that gives up leaves its messages to the server") {
    Handling c(2);
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.client->interrupt(15);
    c.handle();
    CHECK(c.link->sent() == "PUBACK 1");
    CHECK_FALSE(c.ended());
    c.give_up();
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.ended());
    CHECK(c.result() == "");
}

TEST_CASE("what is on the way when a sink gives up is still acknowledged") {
    Handling c(2);
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.sink.give_up(1);
    c.client->interrupt(15);
    c.loop.settle();
    CHECK(c.link->sent() == "");
    CHECK_FALSE(c.ended());
    c.handle();
    CHECK(c.link->sent() == "PUBACK 1; DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("what is handled when the run is stopped is acknowledged before DISCONNECT") {
    Handling c(2);
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    c.sink.handle();
    c.client->stop(Failure(command_failed_with(3), "the command ended with status 3"));
    c.loop.settle();
    CHECK(c.link->sent() == "PUBACK 1; DISCONNECT 0x00");
    CHECK(c.result() == "3 the command ended with status 3");
}

TEST_CASE("a lost connection does not end the handling, and the message that comes again is the same") {
    Handling c(2);
    c.settings.session.clean_start = false;
    c.settings.patience.reconnect = 60s;
    c.subscribe();
    c.message("a/1", 1);
    c.message("a/2", 2);
    CHECK(c.sink.told() == "a/1 \"x\"; a/2 \"x\"");
    c.link->hang_up();
    c.handle();
    c.timer.pass(1s);
    c.accept(true);
    for (const wire::PacketIdentifier identifier : std::initializer_list<wire::PacketIdentifier>{1, 2})
        c.link->server(wire::Publish{.topic_name = identifier == 1 ? "a/1" : "a/2",
                                     .payload = "x",
                                     .packet_identifier = identifier,
                                     .qos = Qos::at_least_once,
                                     .dup = true});
    CHECK(c.sink.told() == "");
    CHECK(c.link->sent() == "PUBACK 1");
    c.handle();
    CHECK(c.link->sent() == "PUBACK 2");
}

TEST_CASE("what is handled is remembered before it is acknowledged") {
    test::FakeReceipts receipts;
    Handling c(2);
    c.settings.receipts = &receipts;
    c.subscribe();
    c.message("a/1", 1, false, Qos::exactly_once);
    c.message("a/2", 2, false, Qos::exactly_once);
    CHECK(c.link->sent() == "");
    c.handle();
    CHECK(c.link->sent() == "PUBREC 1");
}
