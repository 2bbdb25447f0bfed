// SPDX-License-Identifier: Apache-2.0
// A broker that refuses by closing the connection, and connections that are closed for another reason.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::SubscriptionAnswer;

const std::string closes =
    "closes the connection on it each time; perhaps it is not allowed, too large, or its QoS too high";

/// Answers everything, but closes the connection on what `closes_on` says, and after `goodbye` ends its work.
class ClosingBroker {
public:
    using Test = std::function<bool(const std::string& packet)>;

    enum class Pings : bool { answered, swallowed };

    explicit ClosingBroker(Test closes_on, Pings pings = Pings::answered)
        : closes_on_(std::move(closes_on)), pings_(pings) {}

    ScriptedBroker& scripted() noexcept { return broker_; }
    [[nodiscard]] int connections() const noexcept { return connections_; }
    /// The packets other than CONNECT, PINGREQ and acknowledgements, connection by connection.
    [[nodiscard]] const std::vector<std::vector<std::string>>& packets() const noexcept { return packets_; }
    [[nodiscard]] const std::set<std::string>& taken() const noexcept { return taken_; }

    /// Serves connections until one ends with DISCONNECT, or with `last`.
    void serve(ProtocolVersion version = ProtocolVersion::v5, const std::string& last = "DISCONNECT") {
        while (serve_one(version) != last) {
        }
    }
    /// Returns the last packet.
    std::string serve_one(ProtocolVersion version) {
        broker_.accept(version);
        ++connections_;
        packets_.emplace_back();
        for (;;) {
            const std::string packet = broker_.receive();
            if (packet == "closed" || packet == "lost") return packet;
            if (closes_on_(packet)) {
                packets_.back().push_back(packet);
                broker_.drop();
                return packet;
            }
            answer(packet);
            if (packet.starts_with("DISCONNECT")) {
                broker_.close();
                return "DISCONNECT";
            }
        }
    }

private:
    void answer(const std::string& packet) {
        std::istringstream words(packet);
        std::string name;
        unsigned number = 0;
        words >> name >> number;
        const auto identifier = static_cast<mqtts::wire::PacketIdentifier>(number);
        if (name == "CONNECT") return broker_.send(Connack{});
        if (name == "PINGREQ" && pings_ == Pings::swallowed) return;
        if (name == "PINGREQ") return broker_.send(mqtts::wire::Pingresp{});
        packets_.back().push_back(packet);
        if (name == "SUBSCRIBE") {
            const auto filters = static_cast<std::size_t>(std::count(packet.begin(), packet.end(), ',') + 1);
            const std::string codes(filters, '\x01');
            return broker_.send(SubscriptionAnswer{.reason_codes = codes, .packet_identifier = identifier});
        }
        if (name != "PUBLISH") return;
        taken_.insert(packet.substr(packet.rfind('"', packet.size() - 2)));
        broker_.send(Acknowledgement{.type = PacketType::puback, .packet_identifier = identifier});
    }

    Test closes_on_;
    Pings pings_;
    ScriptedBroker broker_;
    int connections_ = 0;
    std::vector<std::vector<std::string>> packets_;
    std::set<std::string> taken_;
};

/// Standard input from a file: it needs nobody to feed it while the broker is served.
class Lines {
public:
    explicit Lines(const std::string& text) : path_(directory_.write("lines", text)) {}
    [[nodiscard]] File file() const { return File{path_}; }

private:
    TemporaryDirectory directory_;
    std::string path_;
};

bool is_forbidden(const std::string& packet) {
    return contains(packet, "forbidden");
}

}  // namespace

TEST_CASE("one message on which the broker closes four connections is refused: 8") {
    side_by_side(std::vector{ProtocolVersion::v5, ProtocolVersion::v311}, [](ProtocolVersion version) {
        ClosingBroker broker(is_forbidden);
        Words words = mqtts_pub({"-t", "forbidden/x", "-q", "1", "-m", "x"});
        if (version != ProtocolVersion::v5) words.insert(words.end(), {"-V", "311"});
        Process publisher({.arguments = broker.scripted().arguments(words)});
        for (int i = 0; i < 4; ++i)
            broker.serve_one(version);
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "the broker refused a message for 'forbidden/x': it " + closes));
    });
}

TEST_CASE("a refused line costs four connections, whatever the window, and --skip-bad steps over it") {
    std::string text;
    for (int i = 1; i <= 1000; ++i)
        text += (i == 200 ? "forbidden/x=" : "fine=") + std::to_string(i) + '\n';
    const Lines lines(text);
    side_by_side(Words{"0", "1", "20", "65535"}, [&](const std::string& window) {
        CAPTURE(window);
        ClosingBroker broker(is_forbidden);
        Words words = mqtts_pub({"-q", "1", "-l", "--topic-delimiter", "=", "--skip-bad"});
        if (window != "0") words.insert(words.end(), {"-M", window});
        Process publisher({.arguments = broker.scripted().arguments(words), .input = lines.file()});
        broker.serve();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error,
                       "standard input: line 200: the broker refused a message for 'forbidden/x': it " + closes));
        CHECK(broker.connections() == 5);  // the last one goes on with the others
        CHECK(broker.taken().size() == 999);
    });
}

TEST_CASE("that every line is refused is no reason to give up: a refusal is progress") {
    const Lines lines("forbidden/a=1\nforbidden/b=2\nforbidden/c=3\n");
    ClosingBroker broker(is_forbidden);
    Process publisher({.arguments = broker.scripted().arguments(mqtts_pub(
                           {"-q", "1", "-l", "--topic-delimiter", "=", "--skip-bad", "--reconnect", "6", "-M", "1"})),
                       .input = lines.file()});
    broker.serve();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "3 messages were refused"));
}

TEST_CASE("a broker that swallows pings is given up long before a long Keep Alive") {
    ClosingBroker broker(is_forbidden, ClosingBroker::Pings::swallowed);
    Process publisher({.arguments = broker.scripted().arguments(mqtts_pub(
                           {"-t", "forbidden/x", "-q", "1", "-m", "x", "-k", "65535", "--connect-timeout", "1"}))});
    for (int i = 0; i < 3; ++i)
        broker.serve_one(ProtocolVersion::v5);
    publisher.signal(SIGTERM);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(contains(outcome.error, "stopped answering pings"));
    CHECK(outcome.status == 10);
}

TEST_CASE("without --skip-bad a refused line ends the work, and the others are told as unacknowledged") {
    const Lines lines("fine=1\nforbidden/x=2\nfine=3\n");
    ClosingBroker broker(is_forbidden);
    Words words = mqtts_pub({"-q", "1", "-l", "--topic-delimiter", "="});
    Process publisher({.arguments = broker.scripted().arguments(words), .input = lines.file()});
    for (int i = 0; i < 4; ++i)
        broker.serve_one(ProtocolVersion::v5);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "line 2"));
    CHECK(contains(outcome.error, "1 message not acknowledged"));
}

TEST_CASE("a spool steps over the message, and does not stop for good") {
    const Lines lines("fine=1\nforbidden/x=2\nfine=3\n");
    const TemporaryDirectory directory;
    ClosingBroker broker(is_forbidden);
    const Words words = mqtts_pub({"-q", "1", "-l", "--topic-delimiter", "=", "--spool", directory.path() + "/outbox"});
    {
        Process publisher({.arguments = broker.scripted().arguments(words), .input = lines.file()});
        broker.serve();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(broker.connections() == 5);
        CHECK(broker.taken().size() == 2);
    }
    Process publisher({.arguments = broker.scripted().arguments(words)});
    broker.serve();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("a subscription on which the broker closes the connection is refused: 8") {
    const bool soon = takes_less_than(20s, [] {  // three waits, and a short quiet
        ClosingBroker broker(is_forbidden);
        Process subscriber({.arguments = broker.scripted().arguments(mqtts_sub({"-t", "forbidden/x", "-C", "1"}))});
        for (int i = 0; i < 4; ++i)
            broker.serve_one(ProtocolVersion::v5);
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "the broker refused the subscription to 'forbidden/x': it " + closes));
    });
    CHECK(soon);
}

TEST_CASE("a subscription that was never sent alone is not refused: the link broke before it, too") {
    int connection = 0;
    ClosingBroker broker([&](const std::string& packet) {
        if (packet.starts_with("CONNECT")) ++connection;
        if (connection == 4) return packet == "PINGREQ";
        return connection < 4 && packet.starts_with("SUBSCRIBE");
    });
    Process subscriber({.arguments = broker.scripted().arguments(mqtts_sub({"-t", "a", "-E"}))});
    broker.serve();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(broker.connections() == 5);
}

TEST_CASE("a broker that says CONNACK and hangs up refuses nothing") {
    ClosingBroker broker([](const std::string& packet) { return packet == "PINGREQ" || packet.starts_with("SUB"); });
    Process subscriber({.arguments = broker.scripted().arguments(mqtts_sub({"-t", "a", "-E", "--reconnect", "600"}))});
    while (broker.connections() < 4)
        broker.serve_one(ProtocolVersion::v5);
    subscriber.signal(SIGTERM);
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 128 + SIGTERM);
    CHECK_FALSE(contains(outcome.error, closes));
}

TEST_CASE("the other filters stay subscribed, and the status is 8 in the end") {
    ClosingBroker broker(is_forbidden);
    Process subscriber(
        {.arguments = broker.scripted().arguments(mqtts_sub({"-t", "a", "-t", "forbidden/x", "-t", "b", "-E"}))});
    broker.serve();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "'forbidden/x'"));
    CHECK(broker.connections() == 5);
    CHECK(contains(broker.packets().back().front(), " a "));
    CHECK(contains(broker.packets().back().front(), " b "));
}

TEST_CASE("with --reconnect never it is 10, and the first without an answer is named") {
    const Lines lines("fine=1\nforbidden/x=2\n");
    ClosingBroker broker(is_forbidden);
    Process publisher({.arguments = broker.scripted().arguments(
                           mqtts_pub({"-q", "1", "-l", "--topic-delimiter", "=", "--reconnect", "never"})),
                       .input = lines.file()});
    broker.serve_one(ProtocolVersion::v5);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 10);
    const bool names_first = contains(outcome.error, " not acknowledged, for '") ||  // it is the only one
                             contains(outcome.error, ", the first for '");
    CHECK(names_first);
    CHECK(contains(outcome.error, "standard input: line "));

    Process subscriber(
        {.arguments = broker.scripted().arguments(mqtts_sub({"-t", "forbidden/x", "--reconnect", "never"}))});
    broker.serve_one(ProtocolVersion::v5);
    const Outcome subscribed = subscriber.wait();
    CAPTURE(subscribed.error);
    CHECK(subscribed.status == 10);
    CHECK(contains(subscribed.error, "the subscription to 'forbidden/x' was not answered"));
}

TEST_CASE("at QoS 0, where nothing answers, the last topics before the close are named: 10") {
    ClosingBroker broker(is_forbidden);
    Process publisher(
        {.arguments = broker.scripted().arguments(mqtts_pub({"-t", "forbidden/x", "-q", "0", "-m", "x"}))});
    broker.serve_one(ProtocolVersion::v5);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "perhaps lost with a connection, the last for 'forbidden/x'"));
}

TEST_CASE("a message that is taken at the fifth attempt was never refused: the link broke without it, too") {
    // Closed on the message three times, then before it: while the connection was to be quiet.
    int connection = 0;
    ClosingBroker broker([&](const std::string& packet) {
        if (packet.starts_with("CONNECT")) ++connection;
        if (connection == 4) return packet == "PINGREQ";
        return connection < 4 && packet.starts_with("PUBLISH");
    });
    Process publisher({.arguments = broker.scripted().arguments(mqtts_pub({"-t", "a", "-q", "1", "-m", "x"}))});
    broker.serve();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(broker.connections() == 5);
}

TEST_CASE("DISCONNECT in MQTT 3.1.1 ends the connection, and the work goes on") {
    const Lines lines("1\n2\n");
    ScriptedBroker broker;
    Process publisher(
        {.arguments = broker.arguments(mqtts_pub({"-V", "311", "-t", "a", "-q", "1", "-l"})), .input = lines.file()});
    broker.accept(ProtocolVersion::v311);
    CHECK(broker.receive().starts_with("CONNECT"));
    broker.send(Connack{});
    CHECK(broker.receive().starts_with("PUBLISH 1"));
    broker.send_bytes(std::string_view("\xe0\x00", 2));
    broker.drop();
    broker.accept(ProtocolVersion::v311);
    CHECK(broker.receive().starts_with("CONNECT"));
    broker.send(Connack{});
    for (const auto identifier : {mqtts::wire::PacketIdentifier{1}, mqtts::wire::PacketIdentifier{2}}) {
        CHECK(broker.receive().starts_with("PUBLISH " + std::to_string(identifier)));
        broker.send(Acknowledgement{.type = PacketType::puback, .packet_identifier = identifier});
    }
    CHECK(broker.receive() == "DISCONNECT");
    broker.close();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("two programs with one client identifier: after the third short connection a line says so") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-V", "311", "-t", "a", "-i", "twin"}))});
    for (mqtts::wire::PacketIdentifier i = 1; i <= 4; ++i) {
        broker.accept(ProtocolVersion::v311);
        CHECK(broker.receive().starts_with("CONNECT"));
        broker.send(Connack{});
        CHECK(broker.receive().starts_with("SUBSCRIBE"));
        broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = i});
        if (i < 4) broker.drop();
    }
    subscriber.wait_for_errors("connected to ", 3);
    subscriber.signal(SIGTERM);
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(contains(outcome.error,
                   "uses the client identifier 'twin'; give each program its own client identifier with -i"));
}
