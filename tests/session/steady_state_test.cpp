// SPDX-License-Identifier: Apache-2.0
// Memory is for connections, not for messages: once warm, nothing is allocated per message in either direction, from
// the line of input to the TLS record and from the TLS record to the line of output, session and TLS engine included.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "format/formatter.hpp"
#include "log/log.hpp"
#include "record/framer.hpp"
#include "session/session.hpp"
#include "support/allocation_counter.hpp"
#include "support/server_wire.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::wire;

namespace {

// A batch holds as much in each round of the warm-up as in each round counted.
constexpr int messages_per_round = 1000;
constexpr int rounds = 100;
constexpr int warm_up = 5;

struct Allocated {
    std::uint64_t by_us = 0;
    std::uint64_t by_openssl = 0;

    void add(const test::AllocationCounter& counter) {
        by_us += counter.by_new();
        by_openssl += counter.by_openssl();
    }
    /// Round and batch are warm: nothing of ours, and of OpenSSL's a few per record, whatever the number of messages.
    void check() const {
        CHECK(by_us == 0);
        CHECK(by_openssl <= std::uint64_t{20} * rounds);
    }
};

/// A session over an engine, with a server's TLS at the other end. Only what the client's side allocates counts: the
/// server's runs between the counters.
class Connection {
public:
    Connection() {
        REQUIRE(tls_.shake_hands() == Status::ok);
        session.connection_opened({});
        send();
        Buffer connack;
        test::encode(connack, Connack{}, ProtocolVersion::v5);
        serve(connack.readable());
        receive();
        REQUIRE(std::holds_alternative<session::Connected>(*session.next_event()));
    }

    // The client's side: what stands in the session's output becomes records, what came becomes its input.

    void send() {
        Gather& output = session.output();
        while (!output.empty()) {
            const std::string_view piece = output.readable();
            REQUIRE(tls_.engine.encrypt(piece) == Status::ok);
            output.consume(piece.size());
        }
    }
    void receive() { REQUIRE(tls_.engine.decrypt(session.input()) == Status::ok); }

    // The network and the server.

    void serve(std::string_view plaintext) {
        tls_.peer.write(plaintext);
        tls_.deliver_to_client();
    }
    void deliver() {
        tls_.peer.receive(tls_.engine.outgoing().readable());
        tls_.engine.outgoing().consume(tls_.engine.outgoing().size());
        static_cast<void>(tls_.peer.read());
    }

    session::Session session{session::Settings{}};

private:
    test::TlsPair tls_;
};

std::string lines() {
    std::string text;
    for (int i = 0; i < messages_per_round; ++i)
        text += "message " + std::to_string(i % 10) + "\n";
    return text;
}

/// The server's answers to a round of messages, identifiers going on from `first`.
std::string answers(PacketType type, unsigned first) {
    Buffer packets;
    for (unsigned i = 0; i < messages_per_round; ++i) {
        const auto identifier = static_cast<PacketIdentifier>((first + i) % 65535 + 1);
        encode(packets, Acknowledgement{.type = type, .packet_identifier = identifier}, ProtocolVersion::v5);
    }
    return std::string(packets.readable());
}

std::string messages(Qos qos) {
    Buffer packets;
    for (int i = 1; i <= messages_per_round; ++i) {
        encode(packets,
               Publish{.topic_name = "a/topic",
                       .payload = "payload",
                       .packet_identifier =
                           qos == Qos::at_most_once ? PacketIdentifier{0} : static_cast<PacketIdentifier>(i),
                       .qos = qos},
               ProtocolVersion::v5);
    }
    return std::string(packets.readable());
}

/// Without TLS.
void connect(session::Session& session) {
    session.connection_opened({});
    test::encode(session.input(), Connack{}, ProtocolVersion::v5);
    REQUIRE(std::holds_alternative<session::Connected>(*session.next_event()));
}

}  // namespace

TEST_CASE("publishing allocates nothing per message") {
    const std::string input = lines();
    for (const Qos qos : {Qos::at_most_once, Qos::at_least_once, Qos::exactly_once}) {
        CAPTURE(qos);
        Connection connection;
        record::Framer framer(record::Framing::delimited, 1 << 20);
        Allocated allocated;
        unsigned published = 0;
        const auto acknowledge = [&](PacketType type) {
            connection.serve(answers(type, published - messages_per_round));
            const test::AllocationCounter counter;
            connection.receive();
            REQUIRE_FALSE(connection.session.next_event());
            allocated.add(counter);
        };
        for (int round = 0; round < warm_up + rounds; ++round) {
            if (round == warm_up) allocated = {};
            {
                const test::AllocationCounter counter;
                framer.input().append(input);
                Errc error = Errc::ok;
                while (const auto payload = framer.next(error)) {
                    static_cast<void>(
                        connection.session.publish({.topic_name = "a/topic", .payload = *payload, .qos = qos}));
                    ++published;
                }
                connection.send();
                allocated.add(counter);
            }
            connection.deliver();
            if (qos == Qos::at_least_once) acknowledge(PacketType::puback);
            if (qos == Qos::exactly_once) {
                acknowledge(PacketType::pubrec);
                connection.send();
                connection.deliver();
                acknowledge(PacketType::pubcomp);
            }
        }
        CHECK(published == (warm_up + rounds) * messages_per_round);
        CHECK(connection.session.unfinished() == 0);
        allocated.check();
    }
}

TEST_CASE("subscribing allocates nothing per message") {
    const Log log("mqtts-sub", Log::Level::normal);
    format::Formatter formatter({.verbose = true}, log);
    for (const Qos qos : {Qos::at_most_once, Qos::at_least_once, Qos::exactly_once}) {
        CAPTURE(qos);
        Connection connection;
        Gather printed;
        const std::string batch = messages(qos);
        const std::string releases = answers(PacketType::pubrel, 0);
        Allocated allocated;
        std::uint64_t delivered = 0;
        const auto take = [&](std::string_view from_server) {
            connection.serve(from_server);
            const test::AllocationCounter counter;
            connection.receive();
            while (const auto event = connection.session.next_event()) {
                formatter.format(printed, std::get<session::MessageReceived>(*event).message);
                ++delivered;
            }
            connection.session.acknowledge_delivered();
            connection.send();
            printed.consume(printed.size());
            allocated.add(counter);
        };
        for (int round = 0; round < warm_up + rounds; ++round) {
            if (round == warm_up) allocated = {};
            take(batch);
            connection.deliver();
            if (qos == Qos::exactly_once) {
                take(releases);
                connection.deliver();
            }
        }
        CHECK(delivered == (warm_up + rounds) * messages_per_round);
        allocated.check();
    }
}

TEST_CASE("publishing at QoS 0 to topics that change allocates nothing per message") {
    session::Session session{session::Settings{}};
    connect(session);
    std::vector<std::string> topic_names;
    for (char last = 'a'; last <= 'z'; ++last)
        topic_names.push_back("a topic whose name is too long for the string itself/" + std::string(1, last));
    std::uint64_t allocated = 0;
    for (int round = 0; round < warm_up + rounds; ++round) {
        const test::AllocationCounter counter;
        for (const std::string& topic_name : topic_names)
            static_cast<void>(session.publish({.topic_name = topic_name, .payload = "x"}));
        session.output().clear();
        if (round >= warm_up) allocated += counter.by_new();
    }
    CHECK(allocated == 0);
    CHECK(session.keep_alive().unconfirmed_topics() ==
          std::vector<std::string>(topic_names.end() - 3, topic_names.end()));
}

TEST_CASE("holding PUBREC back allocates nothing per message, however long some wait") {
    session::Session session{session::Settings{}};
    connect(session);
    constexpr unsigned ahead = 3 * session::OpenPubrecs::most;  // so many are never released in between
    const auto identifier = [](unsigned number) { return static_cast<PacketIdentifier>(number % 65535 + 1); };
    unsigned delivered = 0;
    unsigned released = 0;
    std::uint64_t allocated = 0;
    for (int round = 0; round < warm_up + rounds; ++round) {
        for (int i = 0; i < messages_per_round; ++i) {
            test::encode(session.input(),
                         Publish{.topic_name = "a",
                                 .payload = "x",
                                 .packet_identifier = identifier(delivered++),
                                 .qos = Qos::exactly_once},
                         ProtocolVersion::v5);
        }
        for (; released + ahead < delivered; ++released) {
            test::encode(session.input(),
                         Acknowledgement{.type = PacketType::pubrel, .packet_identifier = identifier(released)},
                         ProtocolVersion::v5);
        }
        const test::AllocationCounter counter;
        while (session.next_event() != nullptr) {
        }
        session.acknowledge_delivered();
        session.output().clear();
        if (round >= 2 * warm_up) allocated += counter.by_new();
    }
    CHECK(delivered - released == ahead);
    CHECK(allocated == 0);
}

TEST_CASE("the counter counts") {
    const test::AllocationCounter counter;
    const auto block = std::make_unique<std::string>(100, 'x');
    CHECK(counter.by_new() == 2);
    OPENSSL_free(OPENSSL_malloc(10));
    CHECK(counter.by_openssl() == 1);
}

namespace {
const bool prepared = (test::count_openssl_allocations(), true);
}
