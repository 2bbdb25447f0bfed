// SPDX-License-Identifier: Apache-2.0
// A client that subscribes: deliver, flush, and only then acknowledge.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "conversing.hpp"
#include "support/fake_receipts.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using test::FakeReceipts;
using wire::PacketType;
using wire::Qos;

TEST_CASE("a message is delivered, flushed and then acknowledged") {
    Conversing c;
    c.subscribe();
    c.message("a/b", 7);
    CHECK(c.sink.told() == "a/b \"x\"; flush");
    CHECK(c.link->sent() == "PUBACK 7");
}

TEST_CASE("nothing is acknowledged before the flush is complete") {
    Conversing c;
    c.subscribe();
    c.sink.slow = true;
    c.message("a/b", 7);
    CHECK(c.sink.told() == "a/b \"x\"");
    CHECK(c.link->sent() == "");
    c.sink.go_on();
    CHECK(c.link->sent() == "PUBACK 7");
}

TEST_CASE("a flush that fails ends the work, and nothing is acknowledged") {
    Conversing c;
    c.subscribe();
    c.sink.flushes = Failure(Errc::output_failed, "the disk is full");
    c.message("a/b", 7);
    CHECK(c.result() == "3 the disk is full");
    CHECK(c.link->sent() == "DISCONNECT 0x00");
}

TEST_CASE("what one read brought is flushed once") {
    Conversing c;
    c.subscribe();
    Buffer bytes;
    for (wire::PacketIdentifier identifier = 1; identifier <= 3; ++identifier)
        encode(bytes,
               wire::Publish{
                   .topic_name = "a/b", .payload = "x", .packet_identifier = identifier, .qos = Qos::at_least_once},
               c.link->version);
    c.link->server_bytes(bytes.readable());
    CHECK(c.sink.told() == "a/b \"x\"; a/b \"x\"; a/b \"x\"; flush");
    CHECK(c.link->sent() == "PUBACK 1; PUBACK 2; PUBACK 3");
}

TEST_CASE("what came before the end of the connection is delivered, too") {
    Conversing c;
    c.subscribe();
    Buffer bytes;
    encode(bytes, wire::Publish{.topic_name = "a/b", .payload = "x"}, c.link->version);
    encode(bytes, wire::Disconnect{.reason_code = wire::ReasonCode::session_taken_over}, c.link->version);
    c.link->server_bytes(bytes.readable());
    CHECK(c.sink.told() == "a/b \"x\"; flush");
    CHECK(c.result().find("another client connected") != std::string::npos);
}

TEST_CASE("a message of QoS 2 is delivered once, however often it comes") {
    Conversing c;
    c.subscribe();
    c.message("a/b", 7, false, Qos::exactly_once);
    CHECK(c.link->sent() == "PUBREC 7");
    static_cast<void>(c.sink.told());
    c.link->server(wire::Publish{
        .topic_name = "a/b", .payload = "x", .packet_identifier = 7, .qos = Qos::exactly_once, .dup = true});
    CHECK(c.sink.told() == "");
    CHECK(c.link->sent() == "PUBREC 7");
    c.link->server(PacketType::pubrel, 7);
    CHECK(c.link->sent() == "PUBCOMP 7");
}

TEST_CASE("the last message wanted is acknowledged, and ends the work") {
    Conversing c;
    c.subscribe();
    c.sink.wanted = 2;
    c.message("a/b", 1);
    CHECK_FALSE(c.ended());
    c.message("a/b", 2);
    CHECK(c.link->sent() == "PUBACK 1; PUBACK 2; DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("behind the last message wanted nothing is delivered or acknowledged") {
    Conversing c;
    c.subscribe();
    c.sink.wanted = 1;
    Buffer bytes;
    for (wire::PacketIdentifier identifier = 1; identifier <= 2; ++identifier)
        encode(bytes,
               wire::Publish{
                   .topic_name = "a/b", .payload = "x", .packet_identifier = identifier, .qos = Qos::at_least_once},
               c.link->version);
    c.link->server_bytes(bytes.readable());
    CHECK(c.sink.told() == "a/b \"x\"; flush");
    CHECK(c.link->sent() == "PUBACK 1; DISCONNECT 0x00");
}

TEST_CASE("what is received is remembered before it is acknowledged") {
    FakeReceipts receipts;
    Conversing c;
    c.settings.receipts = &receipts;
    c.subscribe();
    CHECK(receipts.told() == "connected");
    c.message("a/b", 7, false, Qos::exactly_once);
    CHECK(receipts.told() == "PUBREC 7");
    CHECK(c.link->sent() == "PUBREC 7");
}

TEST_CASE("what cannot be remembered is not acknowledged") {
    FakeReceipts receipts;
    Conversing c;
    c.settings.receipts = &receipts;
    c.subscribe();
    receipts.keeps = Failure(Errc::store_failed, "the disk is full");
    c.message("a/b", 7, false, Qos::exactly_once);
    CHECK(c.sink.told() == "a/b \"x\"; flush");
    CHECK(c.link->sent().find("PUBREC") == std::string::npos);
    CHECK(c.result().starts_with("3 the disk is full"));
}

TEST_CASE("what an earlier process has received is not delivered again") {
    FakeReceipts receipts;
    receipts.remembered = {7};
    Conversing c;
    c.settings.receipts = &receipts;
    c.settings.session.clean_start = false;
    c.settings.subscriptions = {{.topic_filter = "a/#", .qos = Qos::exactly_once}};
    c.begin(true);
    c.accept(true);
    CHECK(receipts.told() == "connected session-present");
    c.message("a/b", 7, false, Qos::exactly_once);
    CHECK(c.sink.told() == "");
    CHECK(c.link->sent().find("PUBREC 7") != std::string::npos);
}

TEST_CASE("a subscription that is granted is announced once, over all connections") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.begin(true);
    int announced = 0;
    c.client->on_subscribed([&] {
        ++announced;
        return Result<>();
    });
    for (int connection = 0; connection < 2; ++connection) {
        c.accept();
        CHECK_FALSE(c.client->subscribed());
        CHECK(c.link->sent() == fmt::format("SUBSCRIBE {} a/# qos0", connection + 1));
        c.grant(static_cast<unsigned>(connection + 1), std::string_view("\0", 1));
        CHECK(c.client->subscribed());
        CHECK(c.client->attendance().present());
        c.link->hang_up();
        CHECK_FALSE(c.client->attendance().present());
        c.timer.pass(2s);
    }
    CHECK(announced == 1);
}

TEST_CASE("a refused subscription ends the work with the reason") {
    Conversing c;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.connect(true);
    static_cast<void>(c.link->sent());
    c.grant(1, "\x87");
    CHECK(c.result() == "8 the broker refused the subscription to 'a/#': not authorized");
}

TEST_CASE("the end may be the subscription itself") {
    Conversing c;
    c.settings.end_when_subscribed = true;
    c.subscribe();
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("an announcement that fails ends the work") {
    Conversing c;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.begin(true);
    c.client->on_subscribed([] { return Result<>(Failure(Errc::output_failed, "nobody listens")); });
    c.accept();
    c.grant(1, "\x01");
    CHECK(c.result() == "3 nobody listens");
}

TEST_CASE("a message that no Topic Filter asks for is shown, warned of once, and decides nothing") {
    Conversing c;
    c.subscribe();
    c.sink.wanted = 1;
    for (int i = 0; i < 2; ++i)
        c.message("$server/hello");
    CHECK(c.sink.told() == "unasked $server/hello; flush; unasked $server/hello; flush");
    CHECK(
        c.log.told() ==
        "warning: received a message for '$server/hello', which matches no topic filter; such messages are printed but "
        "not counted");
    CHECK_FALSE(c.ended());
}

TEST_CASE("the retained messages have come when none comes for a while, between two answered pings") {
    Conversing c;
    c.settings.end_after_retained = true;
    c.subscribe();
    c.link->server(wire::Pingresp{});
    c.link->answers_pings = true;
    c.message("a/b", 1, true);
    c.timer.pass(300ms);
    c.message("a/c", 2, true);
    c.timer.pass(499ms);
    CHECK_FALSE(c.ended());
    c.timer.pass(2s);
    CHECK(c.result() == "");
    CHECK(c.sink.told() == "a/b \"x\"; flush; a/c \"x\"; flush");
}

TEST_CASE("with pings alone it is over when their answers bring no more") {
    Conversing c;
    c.settings.end_after_retained = true;
    c.settings.retained_settle = 0ms;
    c.subscribe();
    CHECK(c.link->sent() == "PINGREQ");
    c.message("a/b", 1, true);
    CHECK(c.link->sent() == "PUBACK 1");
    c.link->server(wire::Pingresp{});
    CHECK(c.link->sent() == "PINGREQ");
    c.link->server(wire::Pingresp{});
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("catching up ends the work when the server has nothing more by now") {
    Conversing c;
    c.subscribe();
    c.client->finish_when_caught_up();
    CHECK(c.link->sent() == "PINGREQ");
    CHECK_FALSE(c.ended());
    c.link->server(wire::Pingresp{});
    CHECK(c.result() == "");
}

TEST_CASE("retained messages are removed as they come") {
    Conversing c;
    c.settings.remove_retained_except = std::vector<std::string>{"a/keep"};
    c.subscribe();
    c.message("a/b", 1, true);
    c.message("a/keep", 2, true);
    CHECK(c.link->sent() == "PUBACK 1; PUBLISH 2 qos1 retain a/b \"\"; PUBACK 2");
}

namespace {

/// A client with a near server that sends messages of QoS 0 in quick succession.
struct Stream : Conversing {
    Stream() { settings.subscriptions = {{.topic_filter = "a/#"}}; }

    /// How many of them are delivered at once, without time passing.
    unsigned delivered_at_once(unsigned count) {
        create(true);
        link->way_there_and_back = 0us;
        run();
        accept();
        grant(1, std::string_view("\0", 1));
        unsigned at_once = 0;
        for (unsigned i = 0; i != count; ++i) {
            timer.pass(1us);
            message("a/b");
            const bool is_delivered = !sink.told().empty();
            at_once += is_delivered ? 1 : 0;
        }
        return at_once;
    }
};

}  // namespace

TEST_CASE("under a stream the client pauses before it reads on, and what came meanwhile is delivered together") {
    Stream stream;
    CHECK(stream.delivered_at_once(200) < 150);
    stream.message("a/last");
    CHECK(stream.sink.told().empty());
    stream.timer.pass(300us);
    CHECK(stream.sink.told().ends_with("a/last \"x\"; flush"));
}

TEST_CASE("a reader of the output that waits for messages gets each at once, under a stream, too") {
    Stream stream;
    stream.sink.awaited = true;
    CHECK(stream.delivered_at_once(200) == 200);
}

TEST_CASE("without pacing each message is read at once, and with it always none is before a pause") {
    Stream never;
    never.settings.read_pacing = client::ReadPacing::Mode::never;
    CHECK(never.delivered_at_once(200) == 200);
    Stream always;
    always.settings.read_pacing = client::ReadPacing::Mode::always;
    CHECK(always.delivered_at_once(200) <= 2);
}
