// SPDX-License-Identifier: Apache-2.0
// What version 0.1.0 left behind is read: version_0_1/ has a spool and a state file of its programs, each killed in
// mid-stream, with three messages of QoS 2, "one" to "three".
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <initializer_list>
#include <string>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketIdentifier;
using mqtts::wire::PacketType;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

std::string left_behind(const std::string& name) {
    std::string bytes = read_file(MQTTS_VERSION_0_1 "/" + name);
    REQUIRE_MESSAGE(!bytes.empty(), name);
    return bytes;
}

void acknowledge(ScriptedBroker& broker, PacketType type, PacketIdentifier identifier) {
    broker.send(Acknowledgement{.type = type, .packet_identifier = identifier});
}

/// A spool whose first message has its PUBREC, and nothing else any more; the others were sent.
struct OldSpool {
    OldSpool() {
        REQUIRE(::mkdir(path.c_str(), 0700) == 0);
        for (const char* file : {"spool.db", "spool.db-wal"})
            directory.write(std::string("spool/") + file, left_behind(file));
    }
    TemporaryDirectory directory;
    std::string path = directory.path() + "/spool";
};

/// Takes the connection of that spool's session.
void accept_session(ScriptedBroker& broker, bool session_present) {
    broker.accept();
    CHECK(contains(broker.receive(), "id=mqtts-wjxmte76749mlvb15"));
    broker.send(Connack{.session_present = session_present});
}

/// Takes the second and the third message, which come with these words; `awaited` identifiers have their PUBCOMP to
/// come.
void take_the_others(ScriptedBroker& broker, const std::string& words,
                     std::initializer_list<PacketIdentifier> awaited) {
    CHECK(broker.receive() == "PUBLISH 2 " + words + " log \"two\"");
    CHECK(broker.receive() == "PUBLISH 3 " + words + " log \"three\"");
    for (const PacketIdentifier identifier : {PacketIdentifier{2}, PacketIdentifier{3}}) {
        acknowledge(broker, PacketType::pubrec, identifier);
        CHECK(broker.receive() == "PUBREL " + std::to_string(identifier));
    }
    for (const PacketIdentifier identifier : awaited)
        acknowledge(broker, PacketType::pubcomp, identifier);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
}

Words publishing(const ScriptedBroker& broker, const OldSpool& spool) {
    return broker.arguments(mqtts_pub({"-t", "log", "-q", "2", "-l", "--spool", spool.path}));
}

/// Nothing is left in it.
void check_empty(const OldSpool& spool) {
    ScriptedBroker broker;
    Process publisher({.arguments = publishing(broker, spool)});
    accept_session(broker, false);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = publisher.wait();
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
}

void change(const std::string& file, const std::string& statement) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

/// The state file counts for one output, by its number in the file system.
void move_to(const std::string& state, const std::string& output) {
    struct stat status {};
    REQUIRE(::stat(output.c_str(), &status) == 0);
    change(state, "UPDATE session SET output_inode = " + std::to_string(status.st_ino));
}

}  // namespace

TEST_CASE("a spool of 0.1 is delivered: what has its PUBREC is released, the others are sent again, with DUP") {
    const OldSpool spool;
    ScriptedBroker broker;
    Process publisher({.arguments = publishing(broker, spool)});
    accept_session(broker, true);
    CHECK(broker.receive() == "PUBREL 1");
    take_the_others(broker, "qos2 dup", {1, 2, 3});
    const Outcome outcome = publisher.wait();
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
    check_empty(spool);
}

TEST_CASE(
    "a broker that has lost the session of a spool of 0.1 has lost what was released, and may have the others twice") {
    const OldSpool spool;
    ScriptedBroker broker;
    Process publisher({.arguments = publishing(broker, spool)});
    accept_session(broker, false);
    take_the_others(broker, "qos2", {2, 3});
    const Outcome outcome = publisher.wait();
    CHECK_MESSAGE(
        contains(outcome.error, "the broker lost the session and with it 1 QoS 2 message sent by version 0.1"),
        outcome.error);
    CHECK_MESSAGE(contains(outcome.error, "up to 2 QoS 2 messages may arrive twice"), outcome.error);
    CHECK(outcome.status == 10);
    check_empty(spool);
}

TEST_CASE("the same when the session is lost with a connection of our own") {
    const OldSpool spool;
    ScriptedBroker broker;
    Process publisher({.arguments = publishing(broker, spool)});
    accept_session(broker, true);
    CHECK(broker.receive() == "PUBREL 1");
    CHECK(broker.receive() == "PUBLISH 2 qos2 dup log \"two\"");
    CHECK(broker.receive() == "PUBLISH 3 qos2 dup log \"three\"");
    broker.drop();
    accept_session(broker, false);
    take_the_others(broker, "qos2", {2, 3});
    const Outcome outcome = publisher.wait();
    CHECK_MESSAGE(
        contains(outcome.error, "the broker lost the session and with it 1 QoS 2 message sent by version 0.1"),
        outcome.error);
    CHECK(outcome.status == 10);
    check_empty(spool);
}

TEST_CASE("a spool of 0.2 that holds what brokers close the connection on empties itself") {
    Mosquitto broker;
    make_session(broker, "reader", "log/#", {"-q", "1"});
    const TemporaryDirectory directory;
    const std::string spool = directory.path() + "/spool";
    const Words keep{"-q", "1", "--spool", spool, "-h", "localhost", "-p", "1", "--reconnect", "never"};
    const std::string lines = "log/1=one\nlog/2~=two\nlog/3=three\n";
    CHECK(run({.arguments = mqtts_pub(with(keep, {"--topic-delimiter", "="})), .input = Text{lines}}).status == 10);
    CHECK(run({.arguments = mqtts_pub(with(keep, {"-t", "log/4", "-m", "four", "-D", "publish", "content-type", "~"}))})
              .status == 10);
    change(spool + "/spool.db", "UPDATE message SET packet = CAST(replace(packet, '~', x'0d') AS BLOB)");

    const Words deliver{"-t", "log/5", "-m", "five", "-q", "1", "--spool", spool};
    const Outcome first = run({.arguments = mqtts_pub(broker, deliver)});
    CHECK(first.status == 8);
    CHECK_MESSAGE(contains(first.error, "cannot publish to 'log/2\\x0d': it contains a carriage return (U+000D)"),
                  first.error);
    CHECK(contains(first.error, "2 messages were refused, the first: "));
    const Outcome second = run({.arguments = mqtts_pub(broker, deliver)});
    CHECK(second.error == "");
    CHECK(second.status == 0);
    const Outcome received =
        run({.arguments = mqtts_sub(broker, {"-q", "1", "-c", "-i", "reader", "-t", "log/#", "-C", "4"})});
    CHECK(received.output == "one\nthree\nfive\nfive\n");
}

TEST_CASE("a state file of 0.1 is read: what was written is not written again") {
    const TemporaryDirectory directory;
    const std::string state = directory.write("state", left_behind("state"));
    directory.write("state-wal", left_behind("state-wal"));
    const std::string output = directory.write("output", "one\ntwo\nthree\nhalf a mess");  // killed while it wrote
    move_to(state, output);
    ScriptedBroker broker;
    Words words{"sh", "-c", "file=$1; shift; exec \"$@\" >>\"$file\"", "sh", output};
    const Words subscribe = broker.arguments(mqtts_sub({"-t", "log", "-q", "2", "--state", state, "-C", "2"}));
    words.insert(words.end(), subscribe.begin(), subscribe.end());
    Process subscriber({.arguments = words});
    broker.accept();
    CHECK(contains(broker.receive(), "id=mqtts-q3bgibpwsxuf3qfsj"));
    broker.send(Connack{.session_present = true});
    const auto publish = [&](PacketIdentifier identifier, std::string_view payload, bool dup) {
        broker.send(Publish{.topic_name = "log",
                            .payload = payload,
                            .packet_identifier = identifier,
                            .qos = Qos::exactly_once,
                            .dup = dup});
    };
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 log qos2"));
    broker.send(mqtts::wire::SubscriptionAnswer{.reason_codes = "\x02", .packet_identifier = 1});
    publish(2, "two", true);
    publish(3, "three", true);
    publish(4, "four", false);
    publish(1, "five", false);  // 1 is free again: its PUBCOMP was sent
    for (const int identifier : {2, 3, 4, 1}) {
        CHECK(broker.receive() == "PUBREC " + std::to_string(identifier));
        acknowledge(broker, PacketType::pubrel, static_cast<PacketIdentifier>(identifier));
    }
    for (const int identifier : {2, 3, 4, 1})
        CHECK(broker.receive() == "PUBCOMP " + std::to_string(identifier));
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
    CHECK(read_file(output) == "one\ntwo\nthree\nfour\nfive\n");
}
