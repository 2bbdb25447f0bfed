// SPDX-License-Identifier: Apache-2.0
// A client that publishes: what it sends, and what makes its work a success.
#include <doctest/doctest.h>

#include "conversing.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using test::Running;
using wire::PacketType;
using wire::Qos;

TEST_CASE("a message of QoS 0 is proved by a ping before the end") {
    Conversing c;
    c.connect();
    c.publish("a", Qos::at_most_once);
    CHECK(c.link->sent() == "PUBLISH qos0 a \"x\"");
    c.client->finish();
    CHECK(c.link->sent() == "PINGREQ");
    CHECK_FALSE(c.ended());
    c.link->server(wire::Pingresp{});
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.result() == "");
    CHECK(c.link->closed());
}

TEST_CASE("a message of QoS 1 waits for PUBACK, one of QoS 2 for PUBCOMP") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.publish("b", Qos::exactly_once);
    CHECK(c.link->sent() == "PUBLISH 1 qos1 a \"x\"; PUBLISH 2 qos2 b \"x\"");
    c.client->finish();
    c.link->server(PacketType::puback, 1);
    c.link->server(PacketType::pubrec, 2);
    CHECK(c.link->sent() == "PUBREL 2");
    CHECK_FALSE(c.ended());
    c.link->server(PacketType::pubcomp, 2);
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("nothing to do is a success as soon as there is a connection") {
    Conversing c;
    c.begin();
    c.client->finish();
    CHECK_FALSE(c.ended());
    c.accept();
    CHECK(c.link->sent() == "DISCONNECT 0x00");
    CHECK(c.result() == "");
}

TEST_CASE("there is no room before CONNACK, and whoever waits for it is woken") {
    Conversing c;
    c.begin();
    CHECK_FALSE(c.client->can_publish());
    Running waiting(c.loop, c.client->wait_to_publish());
    CHECK_FALSE(waiting.ended());
    c.accept();
    CHECK(waiting.ended());
    CHECK(c.client->can_publish());
}

TEST_CASE("the window is the server's Receive Maximum, and PUBACK opens it again") {
    Conversing c;
    wire::PropertyWriter one;
    one.add(wire::PropertyIdentifier::receive_maximum, 1);
    c.begin();
    c.accept(false, one);
    c.publish("a");
    CHECK_FALSE(c.client->can_publish());
    Running waiting(c.loop, c.client->wait_to_publish());
    CHECK_FALSE(waiting.ended());
    c.link->server(PacketType::puback, 1);
    CHECK(waiting.ended());
}

TEST_CASE("the wait for an acknowledgement ends with the last one") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.publish("b");
    Running waiting(c.loop, c.client->wait_for_acknowledgement());
    c.link->server(PacketType::puback, 1);
    CHECK_FALSE(waiting.ended());
    c.link->server(PacketType::puback, 2);
    CHECK(waiting.ended());
}

TEST_CASE("what the kernel does not take follows when it does") {
    Conversing c;
    c.connect();
    c.link->kernel_room = 3;
    c.publish("a");
    c.publish("b");
    c.link->take(1000);
    CHECK(c.link->sent() == "PUBLISH 1 qos1 a \"x\"; PUBLISH 2 qos1 b \"x\"");
}

TEST_CASE("a refused message is a failure, and the end of a publisher") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.link->server(PacketType::puback, 1, wire::ReasonCode::not_authorized);
    CHECK(c.link->sent() == "PUBLISH 1 qos1 a \"x\"; DISCONNECT 0x00");
    CHECK(c.result() ==
          "8 the broker refused a message for 'a': not authorized; ask for the right to publish to this topic");
    CHECK(c.client->statistics().refused == 1);
}

TEST_CASE("several refusals are one failure, which counts them") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.publish("b");
    c.link->server(PacketType::puback, 1, wire::ReasonCode::not_authorized);
    c.link->server(PacketType::puback, 2, wire::ReasonCode::quota_exceeded);
    CHECK(c.result() ==
          "8 2 messages were refused, the first: the broker refused a message for 'a': not authorized; ask for the "
          "right to publish to this topic");
}

TEST_CASE("while there is more to publish the first refusal is told at once, and makes the work a failure") {
    Conversing c;
    c.settings.open_ended = true;
    c.connect();
    c.client->refuse({Errc::publish_refused, "it is too new"});
    c.client->refuse({Errc::publish_refused, "so is this"});
    CHECK(c.log.told() == "warning: it is too new");
    CHECK_FALSE(c.ended());
    c.client->finish();
    CHECK(c.result() == "8 2 messages were refused, the first: it is too new");
}

TEST_CASE("a message refused here ends what waits for its answer, without a word before the verdict") {
    Conversing c;
    c.connect();
    c.client->refuse({Errc::publish_refused, "it is too new"});
    CHECK(c.log.told() == "");
    CHECK(c.result() == "8 it is too new");
}

TEST_CASE("a limit of CONNACK refuses a message before it is sent") {
    Conversing c;
    wire::PropertyWriter no_qos;
    no_qos.add(wire::PropertyIdentifier::maximum_qos, 0);
    c.begin();
    c.accept(false, no_qos);
    Errc error = Errc::ok;
    CHECK(c.client->publish({.topic_name = "a", .qos = Qos::at_least_once}, 0, error));
    CHECK(error == Errc::qos_not_supported);
    CHECK(c.client->statistics().published == 0);
}

TEST_CASE("progress is kept before anything that depends on it leaves") {
    Conversing c;
    c.begin();
    std::string kept;
    c.client->on_progress(
        [&](const std::vector<session::InFlight::Progress>& progress) {
            for (const auto& one : progress)
                kept += std::to_string(one.sequence) + (one.is_finished ? " finished;" : " received;");
            return Result<>();
        },
        [](session::Kept) { return Result<>(); });
    c.accept();
    c.publish("a", Qos::exactly_once);
    CHECK(c.link->sent() == "PUBLISH 1 qos2 a \"x\"");
    c.link->server(PacketType::pubrec, 1);
    CHECK(kept == "0 received;");
    CHECK(c.link->sent() == "PUBREL 1");
}

TEST_CASE("progress that cannot be kept breaks the connection and ends the work") {
    Conversing c;
    c.begin();
    c.client->on_progress(
        [](const std::vector<session::InFlight::Progress>&) {
            return Result<>(Failure(Errc::store_failed, "the disk is full"));
        },
        [](session::Kept) { return Result<>(); });
    c.accept();
    c.publish("a", Qos::exactly_once);
    CHECK(c.link->sent() == "PUBLISH 1 qos2 a \"x\"");
    c.link->server(PacketType::pubrec, 1);
    CHECK(c.link->sent() == "");
    CHECK(c.result().starts_with("3 the disk is full"));
    CHECK_FALSE(c.link->closed());
}

TEST_CASE("a session that was lost is told before anything is published on the connection") {
    Conversing c;
    c.settings.session.clean_start = false;
    c.begin();
    int lost = 0;
    c.client->on_progress([](const std::vector<session::InFlight::Progress>&) { return Result<>(); },
                          [&](session::Kept) {
                              ++lost;
                              return Result<>(Failure(Errc::store_failed, "no"));
                          });
    c.accept();
    CHECK(lost == 1);
    CHECK(c.result() == "3 no");
}

TEST_CASE("nothing is published again for a session that was lost if that ends the work") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.begin();
    bool is_first = true;
    c.client->on_progress([](const std::vector<session::InFlight::Progress>&) { return Result<>(); },
                          [&](session::Kept) {
                              const bool fails = !std::exchange(is_first, false);
                              return fails ? Result<>(Failure(Errc::unacknowledged, "no")) : Result<>();
                          });
    c.accept();
    c.publish("a", Qos::exactly_once);
    CHECK(c.link->sent() == "PUBLISH 1 qos2 a \"x\"");
    c.link->hang_up();
    c.timer.pass(2s);
    c.accept(false);
    CHECK(c.link->sent() == "");
    CHECK(c.result().starts_with("10 no"));
}

TEST_CASE("the statistics count what was published, acknowledged and is under way") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.publish("b");
    c.link->server(PacketType::puback, 1);
    const client::Statistics statistics = c.client->statistics();
    CHECK(statistics.published == 2);
    CHECK(statistics.bytes == 2);
    CHECK(statistics.acknowledged == 1);
    CHECK(statistics.in_flight == 1);
    CHECK(statistics.reconnects == 0);
}

TEST_CASE("a refused message that is handed over counts as refused, not as acknowledged") {
    Conversing c;
    c.begin();
    std::uint64_t handed_over = 0;
    c.client->on_refused([&](std::uint64_t number, const Failure&) { handed_over = number; });
    c.accept();
    Errc error = Errc::ok;
    const std::string_view payload = "x";
    CHECK(c.client->publish_some({.topic_name = "a", .qos = Qos::at_least_once}, {&payload, 1}, 7, error) == 1);
    c.client->flush();
    CHECK(c.link->sent() == "PUBLISH 1 qos1 a \"x\"");
    c.link->server(PacketType::puback, 1, wire::ReasonCode::not_authorized);
    CHECK(handed_over == 7);
    CHECK(c.client->statistics().refused == 1);
    CHECK(c.client->statistics().acknowledged == 0);
}
