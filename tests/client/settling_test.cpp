// SPDX-License-Identifier: Apache-2.0
// When all has come that is retained: what the server answers, and what the clock says, in any order.
#include "client/settling.hpp"

#include <doctest/doctest.h>

#include "support/server_wire.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using client::Settling;
using Clock = session::Clock;
constexpr auto never = Clock::time_point::max();

namespace {

/// A session that is connected, and the time.
class Conversation {
public:
    explicit Conversation(std::optional<Clock::duration> given = std::nullopt)
        : settling(given), session_(session::Settings{}) {
        session_.connection_opened(now);
        send(wire::Connack{});
        sent();
    }

    template <class Packet>
    void send(const Packet& packet) {
        settling.pause(now);
        test::encode(session_.input(), packet, wire::ProtocolVersion::v5);
        while (const session::Event* event = session_.next_event()) {
            if (const auto* received = std::get_if<session::MessageReceived>(event)) settling.take(received->message);
        }
    }
    void message(bool retain, wire::Qos qos = wire::Qos::at_most_once) {
        send(wire::Publish{.topic_name = "a",
                           .payload = "x",
                           .packet_identifier = static_cast<wire::PacketIdentifier>(qos == wire::Qos{} ? 0 : 7),
                           .qos = qos,
                           .retain = retain});
    }
    void acknowledge() {
        session_.acknowledge_delivered();
        sent();
    }

    /// Was a PINGREQ sent?
    bool asks(bool acknowledged = true) {
        over = settling.is_over(session_, acknowledged, now);
        return sent() == std::string_view("\xc0\0", 2);
    }
    void keep_alive() {
        session_.ping(now);
        sent();
    }
    void pong_after(Clock::duration time) {
        now += time;
        send(wire::Pingresp{});
    }

    Clock::time_point now = Clock::time_point{} + 1h;
    Settling settling;
    bool over = false;

private:
    std::string sent() {
        std::string bytes(session_.output().buffer().readable());
        session_.output().clear();
        return bytes;
    }

    session::Session session_;
};

}  // namespace

TEST_CASE("nothing is retained: a ping, half a second, another ping") {
    Conversation with;
    CHECK(with.asks());
    CHECK(with.settling.next() == never);
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 500ms);
    with.now += 499ms;
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 1ms);
    with.now += 1ms;
    CHECK(with.asks());
    CHECK(with.settling.next() == never);
    CHECK_FALSE(with.over);
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    CHECK(with.over);
}

TEST_CASE("a retained message starts the time again, a live one does not, also behind the last ping") {
    Conversation with;
    CHECK(with.asks());
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    with.now += 400ms;
    with.message(true);
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 500ms);
    with.now += 300ms;
    with.message(false);
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 200ms);
    with.now += 200ms;
    CHECK(with.asks());
    with.message(true);
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    CHECK_FALSE(with.over);
    with.now += 500ms;
    CHECK(with.asks());
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    CHECK(with.over);
}

TEST_CASE("retained messages that come before the first answer do not count against the time") {
    Conversation with;
    CHECK(with.asks());
    with.now += 2s;
    with.message(true);
    CHECK_FALSE(with.asks());
    with.pong_after(1ms);
    CHECK(with.asks() == false);
    CHECK(with.settling.next() != never);
}

TEST_CASE("the time is four round trips where they take longer, measured when nothing is under way") {
    Conversation with;
    CHECK(with.asks());
    with.message(true);
    with.pong_after(10s);  // behind much that was on its way
    CHECK_FALSE(with.asks());
    with.now += 500ms;
    CHECK(with.asks());  // how long does it really take?
    CHECK(with.settling.next() == never);
    with.pong_after(200ms);
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 100ms);
    with.now += 100ms;
    CHECK(with.asks());
    with.pong_after(200ms);
    CHECK_FALSE(with.asks());
    CHECK(with.over);

    Conversation slow;
    CHECK(slow.asks());
    slow.pong_after(1s);
    CHECK_FALSE(slow.asks());
    slow.now += 500ms;
    CHECK(slow.asks());
    slow.pong_after(1s);
    CHECK_FALSE(slow.asks());
    CHECK(slow.settling.next() == slow.now + 2500ms);
}

TEST_CASE("a time that was given is the time, whatever a round trip takes") {
    Conversation with(2s);
    CHECK(with.asks());
    with.pong_after(10s);
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 2s);
    with.now += 2s;
    CHECK(with.asks());
    with.pong_after(10s);
    CHECK_FALSE(with.asks());
    CHECK(with.over);
}

TEST_CASE("the time counts only while nothing is unacknowledged") {
    Conversation with;
    CHECK(with.asks());
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    SUBCASE("by us: a live message that is not yet written") {
        with.now += 200ms;
        with.message(false, wire::Qos::at_least_once);
        with.now += 10s;
        CHECK_FALSE(with.asks());
        CHECK(with.settling.next() == never);
        with.now += 10s;
        with.acknowledge();
    }
    SUBCASE("by the server: the removal of a retained message") {
        with.now += 200ms;
        CHECK_FALSE(with.asks(false));
        CHECK(with.settling.next() == never);
        with.now += 10s;
    }
    SUBCASE("while the sink takes its time") {
        with.now += 200ms;
        with.message(false);
        with.now += 10s;
    }
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == with.now + 300ms);
    // The last ping is answered, and something is unacknowledged: its end is waited for.
    with.now += 300ms;
    CHECK(with.asks());
    with.message(false, wire::Qos::at_least_once);
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    CHECK_FALSE(with.over);
    with.acknowledge();
    CHECK_FALSE(with.asks());
    CHECK(with.over);
}

TEST_CASE("another connection starts it all again") {
    Conversation with;
    CHECK(with.asks());
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    with.now += 500ms;
    CHECK(with.asks());
    with.pong_after(1ms);
    with.settling.restart();
    CHECK(with.settling.next() == never);
    CHECK(with.asks());
    CHECK_FALSE(with.over);
}

TEST_CASE("a ping of the keep alive that is not answered holds up what follows, and needs no timer") {
    Conversation with;
    CHECK(with.asks());
    with.pong_after(1ms);
    CHECK_FALSE(with.asks());
    with.now += 500ms;
    with.keep_alive();
    CHECK_FALSE(with.asks());
    CHECK(with.settling.next() == never);
    with.pong_after(1ms);
    CHECK(with.asks());
}
