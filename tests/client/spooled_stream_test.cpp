// SPDX-License-Identifier: Apache-2.0
// Messages that are kept until the server has acknowledged them, whatever becomes of connection and process.
#include "client/spooled_stream.hpp"

#include <doctest/doctest.h>

#include "conversing.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using test::Running;
using wire::PacketType;
using wire::Qos;

namespace {

/// One process: a client with a spool in a directory that other processes use, too.
struct Spooling {
    explicit Spooling(const std::string& directory) {
        c.settings.session.clean_start = false;
        c.settings.session.client_identifier = "me";
        c.settings.open_ended = true;
        c.settings.version_pinned = true;
        c.settings.step_over_refused = true;
        auto opened = store::Spool::open(directory, store::Durability::process);
        REQUIRE(opened.has_value());
        spool.emplace(std::move(*opened));
        c.create();
        stream.emplace(c.loop.executor(), *c.client, *spool, "spool", c.log.log);
        c.run();
        draining.emplace(c.loop, stream->drain());
    }
    /// As a publisher does with what one read brought.
    Errc put(std::string_view payload, Qos qos = Qos::at_least_once) {
        Errc error = Errc::ok;
        static_cast<void>(stream->publish({.topic_name = "a", .payload = payload, .qos = qos}, 0, error));
        stream->end_batch();
        c.loop.settle();
        return error;
    }
    std::string conclude() {
        c.loop.settle();
        REQUIRE(c.ended());
        const Result<> ended = stream->conclude(c.running->result());
        return ended ? "" : std::to_string(exit_status(ended.error().code)) + ' ' + one_line(ended.error());
    }

    Conversing c;
    std::optional<store::Spool> spool;
    std::optional<client::SpooledStream> stream;
    std::optional<Running> draining;
};

}  // namespace

TEST_CASE("what is put into the spool without a connection is sent when there is one") {
    const test::TemporaryDirectory directory;
    Spooling s(directory.path() + "/spool");
    CHECK(s.put("1") == Errc::ok);
    CHECK(s.put("2") == Errc::ok);
    CHECK(s.spool->size() == 2);
    s.c.accept();
    CHECK(s.c.link->sent() == "PUBLISH 1 qos1 a \"1\"; PUBLISH 2 qos1 a \"2\"");
    s.stream->finish();
    s.c.link->server(PacketType::puback, 1);
    s.c.link->server(PacketType::puback, 2);
    CHECK(s.conclude() == "");
    CHECK(s.spool->size() == 0);
}

TEST_CASE("there is always room, connected or not, and QoS 0 is refused") {
    const test::TemporaryDirectory directory;
    Spooling s(directory.path() + "/spool");
    CHECK(s.stream->can_publish());
    CHECK(s.put("1", Qos::at_most_once) == Errc::not_spoolable);
    CHECK(s.spool->size() == 0);
    CHECK(Running(s.c.loop, s.stream->wait_to_publish()).ended());
    CHECK(Running(s.c.loop, s.stream->wait_for_acknowledgement()).ended());
}

TEST_CASE("what is left is said, and sent by the next process with the same identifier and DUP") {
    const test::TemporaryDirectory directory;
    {
        Spooling s(directory.path() + "/spool");
        CHECK(s.put("1") == Errc::ok);
        s.c.accept();
        CHECK(s.c.link->sent() == "PUBLISH 1 qos1 a \"1\"");
        s.c.client->stop(Failure(Errc::connection_lost, "broken"));
        CHECK(s.conclude().ends_with("; 1 message waits in spool for the next run"));
    }
    Spooling next(directory.path() + "/spool");
    next.c.accept(true);
    CHECK(next.c.link->sent() == "PUBLISH 1 qos1 dup a \"1\"");
    next.c.link->server(PacketType::puback, 1);
    next.stream->finish();
    CHECK(next.conclude() == "");
}

TEST_CASE("an earlier process had the last message acknowledged, and the first one is left: only that is sent") {
    const test::TemporaryDirectory directory;
    {
        Spooling s(directory.path() + "/spool");
        CHECK(s.put("1") == Errc::ok);
        CHECK(s.put("2") == Errc::ok);
        s.c.accept();
        s.c.link->server(PacketType::puback, 2);
        s.c.client->stop(Failure(Errc::connection_lost, "broken"));
        CHECK(s.conclude().ends_with("; 1 message waits in spool for the next run"));
    }
    Spooling next(directory.path() + "/spool");
    next.c.accept(true);
    CHECK(next.c.link->sent() == "PUBLISH 1 qos1 dup a \"1\"");
    CHECK(next.put("3") == Errc::ok);
    CHECK(next.c.link->sent() == "PUBLISH 3 qos1 a \"3\"");
    next.stream->finish();
    next.c.link->server(PacketType::puback, 1);
    next.c.link->server(PacketType::puback, 3);
    CHECK(next.conclude() == "");
}

TEST_CASE("PUBREC is kept before PUBREL leaves, and the next process sends only PUBREL") {
    const test::TemporaryDirectory directory;
    {
        Spooling s(directory.path() + "/spool");
        CHECK(s.put("1", Qos::exactly_once) == Errc::ok);
        s.c.accept();
        static_cast<void>(s.c.link->sent());
        s.c.link->server(PacketType::pubrec, 1);
        CHECK(s.c.link->sent() == "PUBREL 1");
        s.c.client->stop(Failure(Errc::connection_lost, "broken"));
        CHECK(s.conclude() != "");
    }
    Spooling next(directory.path() + "/spool");
    next.c.accept(true);
    CHECK(next.c.link->sent() == "PUBREL 1");
    next.c.link->server(PacketType::pubcomp, 1);
    next.stream->finish();
    CHECK(next.conclude() == "");
}

TEST_CASE("a server that has lost the session gets a message of QoS 2 again, and that is told") {
    const test::TemporaryDirectory directory;
    {
        Spooling s(directory.path() + "/spool");
        CHECK(s.put("1", Qos::exactly_once) == Errc::ok);
        s.c.accept();
        s.c.link->server(PacketType::pubrec, 1);
        s.c.client->stop(Failure(Errc::connection_lost, "broken"));
        CHECK(s.conclude() != "");
    }
    Spooling next(directory.path() + "/spool");
    next.c.accept(false);
    CHECK(next.c.link->sent() == "PUBLISH 1 qos2 a \"1\"");
    CHECK(next.c.log.told().find("up to 1 QoS 2 message may arrive twice") != std::string::npos);
    CHECK(next.c.client->statistics().perhaps_twice == 1);
}

TEST_CASE("a CONNECT of the next process without an answer may have begun another session, and that is told once") {
    const test::TemporaryDirectory directory;
    {
        Spooling s(directory.path() + "/spool");
        CHECK(s.put("1", Qos::exactly_once) == Errc::ok);
        s.c.accept();
        s.c.client->stop(Failure(Errc::connection_lost, "broken"));
        CHECK(s.conclude() != "");
    }
    Spooling next(directory.path() + "/spool");
    CHECK(next.c.link->sent().starts_with("CONNECT"));
    next.c.link->hang_up();
    next.c.timer.pass(10s);
    next.c.accept(true);
    CHECK(next.c.link->sent() == "PUBLISH 1 qos2 dup a \"1\"");
    CHECK(next.c.log.told().find("perhaps the broker did not keep the session of the last run, so up to 1 QoS 2 "
                                 "message may arrive twice") != std::string::npos);
    CHECK(next.c.client->statistics().perhaps_twice == 1);
}

TEST_CASE("what a later process puts into the spool was never sent: it has no DUP, and cannot arrive twice") {
    for (const bool session_present : {false, true}) {
        CAPTURE(session_present);
        const test::TemporaryDirectory directory;
        {
            Spooling s(directory.path() + "/spool");
            CHECK(s.put("1", Qos::exactly_once) == Errc::ok);
            s.c.accept();
            s.c.link->server(PacketType::pubrec, 1);
            s.c.link->server(PacketType::pubcomp, 1);
            s.stream->finish();
            CHECK(s.conclude() == "");
        }
        Spooling next(directory.path() + "/spool");
        CHECK(next.put("2", Qos::exactly_once) == Errc::ok);
        next.c.accept(session_present);
        CHECK(next.c.link->sent() == "PUBLISH 2 qos2 a \"2\"");
        CHECK(next.c.log.told().find("twice") == std::string::npos);
        CHECK(next.c.client->statistics().perhaps_twice == 0);
    }
}

TEST_CASE("a message that this server can never take does not bar the way of the others") {
    const test::TemporaryDirectory directory;
    Spooling s(directory.path() + "/spool");
    CHECK(s.put(std::string(1000, 'x')) == Errc::ok);
    CHECK(s.put("2") == Errc::ok);
    wire::PropertyWriter small;
    small.add(wire::PropertyIdentifier::maximum_packet_size, 100);
    s.c.accept(false, small);
    CHECK(s.c.link->sent().find("\"2\"") != std::string::npos);
    CHECK(s.c.log.told().find("warning: cannot publish to 'a': ") != std::string::npos);
    s.c.link->server(PacketType::puback, 2);
    s.stream->finish();
    CHECK(s.conclude().find("cannot publish to 'a'") != std::string::npos);
    CHECK(s.spool->size() == 0);
}

TEST_CASE("while there is input a server that cannot be reached is tried for, and the end of the input is a hurry") {
    const test::TemporaryDirectory directory;
    Spooling s(directory.path() + "/spool");
    s.c.link->open_failures.assign(1000, Failure(Errc::unreachable, "no route"));
    CHECK(s.put("1") == Errc::ok);
    s.c.link->hang_up();
    s.c.timer.pass(100s);
    CHECK_FALSE(s.c.ended());
    s.stream->finish();
    s.c.timer.pass(2s);
    CHECK(s.conclude().ends_with("no route; 1 message waits in spool for the next run"));
}
