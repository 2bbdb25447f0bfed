// SPDX-License-Identifier: Apache-2.0
// A client that is to end: in order, soon, now, or when the server has had its say.
#include <doctest/doctest.h>

#include "conversing.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using test::Running;
using wire::PacketType;
using wire::Qos;

TEST_CASE("an end within the linger time leaves nothing behind") {
    Conversing c;
    c.settings.patience.linger = 5s;
    c.connect();
    c.publish("a");
    c.client->finish_soon();
    c.timer.pass(4s);
    CHECK_FALSE(c.ended());
    c.link->server(PacketType::puback, 1);
    CHECK(c.result() == "");
}

TEST_CASE("behind the linger time what is left is a failure, with the first of it") {
    Conversing c;
    c.settings.patience.linger = 5s;
    c.connect();
    c.publish("a");
    c.publish("b");
    c.client->finish_soon();
    c.timer.pass(5s);
    CHECK(c.result().ends_with(" 2 messages not acknowledged, the first for 'a'"));
    CHECK(c.link->closed());
}

TEST_CASE("an output that takes nothing is what the linger time ends") {
    Conversing c;
    c.subscribe();
    c.sink.slow = true;
    c.message("a/b", 1);
    c.client->finish_soon();
    c.timer.pass(5s);
    CHECK(c.result().starts_with("3 standard output does not take the messages received"));
}

TEST_CASE("a stop ends it now, with the result that was given") {
    Conversing c;
    c.connect();
    c.client->stop(Failure(Errc::timed_out, "enough"));
    CHECK(c.result().ends_with(" enough"));
    CHECK(c.link->sent() == "DISCONNECT 0x00");
}

TEST_CASE("a stop while it connects needs no connection") {
    Conversing c;
    c.begin();
    c.client->stop(Result<>());
    CHECK(c.result() == "");
}

TEST_CASE("a signal leaves work undone, unless it was finished or never ends") {
    Conversing working;
    working.connect();
    working.client->interrupt(15);
    CHECK(working.result().ends_with(" terminated by signal 15"));

    Conversing finished;
    finished.connect();
    finished.publish("a");
    finished.client->finish();
    finished.client->interrupt(15);
    finished.link->server(PacketType::puback, 1);
    CHECK(finished.result() == "");

    Conversing open_ended;
    open_ended.settings.open_ended = true;
    open_ended.subscribe();
    open_ended.client->interrupt(15);
    CHECK(open_ended.result() == "");
}

TEST_CASE("a signal without a connection is the end at once") {
    Conversing c;
    c.begin();
    c.client->interrupt(2);
    CHECK(c.result().ends_with(" terminated by signal 2"));
}

TEST_CASE("ended from outside, the Will is published; ended in order it is not") {
    for (const bool from_outside : {true, false}) {
        Conversing c;
        c.settings.session.will = session::WillSettings{.topic_name = "w"};
        c.connect();
        if (from_outside)
            c.client->stop(Failure(Errc::timed_out, "enough"));
        else
            c.client->finish();
        CHECK(c.ended());
        CHECK((c.link->sent() == "DISCONNECT 0x00") == !from_outside);
    }
}

TEST_CASE("a publisher whose last words matter to nobody does not wait for the server's end") {
    Conversing plain;
    plain.connect();
    plain.client->finish();
    CHECK(plain.ended());
    CHECK(plain.link->closed_at_once());
    Conversing lasting;
    lasting.settings.session.clean_start = false;
    lasting.subscribe();
    lasting.client->finish();
    CHECK(lasting.ended());
    CHECK_FALSE(lasting.link->closed_at_once());
}

TEST_CASE("a goodbye that the kernel does not take is given up after 2 s") {
    Conversing c;
    c.connect();
    c.link->kernel_room = 0;
    c.client->stop(Result<>());
    CHECK_FALSE(c.ended());
    c.timer.pass(2s);
    CHECK(c.result() == "");
}

TEST_CASE("a server proves that it is there by the answer to a ping") {
    Conversing c;
    c.subscribe();
    Running proof(c.loop, c.client->prove_alive(3s));
    CHECK(c.link->sent() == "PINGREQ");
    CHECK_FALSE(proof.ended());
    c.link->server(wire::Pingresp{});
    CHECK(proof.result().has_value());
}

TEST_CASE("one that does not answer is not there") {
    Conversing c;
    c.subscribe();
    Running proof(c.loop, c.client->prove_alive(3s));
    c.timer.pass(3s);
    CHECK(proof.result().error().code == Errc::keep_alive_timeout);
    CHECK(proof.result().error().cause == "server:1 did not answer a ping within 3 s");
}

TEST_CASE("without a connection there is nobody to ask, and a loss is heard of") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.begin();
    Running early(c.loop, c.client->prove_alive(3s));
    CHECK(early.result().error().code == Errc::connection_lost);
    c.accept();
    Running proof(c.loop, c.client->prove_alive(3s));
    c.link->hang_up();
    CHECK(proof.result().error().code == Errc::connection_lost);
}

TEST_CASE("who waits for the subscriptions is woken by them") {
    Conversing c;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.connect(true);
    Running waiting(c.loop, c.client->wait_until_present());
    CHECK_FALSE(waiting.ended());
    c.grant(1, "\x01");
    CHECK(waiting.ended());
}

TEST_CASE("out of time, retained messages that are being removed still get their acknowledgements") {
    Conversing c;
    c.settings.remove_retained_except.emplace();
    c.subscribe();
    c.message("a/b", 1, true);
    c.client->run_out_of_time(Failure(Errc::timed_out, "late"), 1s);
    CHECK_FALSE(c.ended());
    c.link->server(PacketType::puback, 2);
    CHECK(c.result().ends_with(" late"));
    Conversing plain;
    plain.subscribe();
    plain.client->run_out_of_time(Failure(Errc::timed_out, "late"), 1s);
    CHECK(plain.result().ends_with(" late"));
}

TEST_CASE("without a connection it catches up on the next one") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.clean_start = false;
    c.subscribe();
    c.link->hang_up();
    c.client->finish_when_caught_up();
    CHECK(c.link->sent() == "");
    c.timer.pass(1s);
    c.accept(true);
    CHECK(c.link->sent() == "PINGREQ");
    CHECK_FALSE(c.ended());
    c.link->server(wire::Pingresp{});
    CHECK(c.result() == "");
}

TEST_CASE("what it waits for is told, whatever it is") {
    Conversing c;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.settings.patience.reconnect = 1h;
    c.begin(true);
    CHECK(c.client->waiting_for() == "waiting for CONNACK from server:1");
    const Failure time_is_up(Errc::timed_out, "timed out");
    CHECK(one_line(c.client->explain_silence(time_is_up)) == "timed out");
    c.timer.pass(1s);
    CHECK(one_line(c.client->explain_silence(time_is_up)) ==
          "timed out; the TLS handshake succeeded, but then nothing came: perhaps the broker behind it hangs, or the "
          "port speaks another protocol; give --ws if the port speaks MQTT over WebSocket");
    c.accept();
    CHECK(c.client->waiting_for() == "waiting for SUBACK from server:1");
    CHECK(one_line(c.client->explain_silence(time_is_up)) == "timed out");
    c.grant(1, "\x01");
    CHECK(c.client->waiting_for() == "waiting for messages from server:1");
    c.sink.slow = true;
    c.message("a/b", 1);
    CHECK(c.client->waiting_for() == "writing to standard output");
    c.sink.slow = false;
    c.sink.go_on();
    c.loop.settle();
    c.publish("b");
    CHECK(c.client->waiting_for() == "waiting for server:1 to acknowledge 1 message");
    c.link->hang_up();
    CHECK(c.client->waiting_for() == "waiting to reconnect to server:1");
}

TEST_CASE("QoS 0 that was not proved is perhaps lost, and its last topics are named") {
    Conversing c;
    c.connect();
    for (const char* topic_name : {"a", "b"})
        c.publish(topic_name, Qos::at_most_once);
    c.link->hang_up();
    CHECK(c.result().find("2 QoS 0 messages perhaps lost with a connection, the last for 'a', 'b'") !=
          std::string::npos);
}

TEST_CASE("a connection that breaks over the subscription names it") {
    Conversing c;
    c.settings.subscriptions = {{.topic_filter = "a/#"}};
    c.connect(true);
    c.link->hang_up();
    CHECK(c.result().ends_with("server:1 closed the connection; the subscription to 'a/#' was not answered"));
}
