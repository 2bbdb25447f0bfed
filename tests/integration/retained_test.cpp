// --exit-when-retained-done and --remove-retained, at brokers that answer pings before they have sent what is retained,
// and at those that say no.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::Pingresp;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::ReasonCode;
using mqtts::wire::SubscriptionAnswer;
using Clock = std::chrono::steady_clock;

Words retained(const Words& options) {
    Words words = mqtts_sub({"-t", "a", "--exit-when-retained-done"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

void send_retained(ScriptedBroker& broker, std::string_view payload, Qos qos = Qos::at_most_once) {
    const bool identified = qos != Qos::at_most_once;
    broker.send(Publish{.topic_name = "a",
                        .payload = payload,
                        .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(identified ? 7 : 0),
                        .qos = qos,
                        .retain = true});
}

void answer_ping(ScriptedBroker& broker) {
    REQUIRE(broker.receive() == "PINGREQ");
    broker.send(Pingresp{});
}

/// Until the program leaves, which has to be in order.
void answer_pings(ScriptedBroker& broker) {
    std::string packet = broker.receive();
    for (; packet == "PINGREQ"; packet = broker.receive())
        broker.send(Pingresp{});
    CHECK(packet.starts_with("DISCONNECT"));
    broker.close();
}

void accept_subscription(ScriptedBroker& broker, bool session_present) {
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    broker.send(Connack{.session_present = session_present});
    const std::string subscribe = broker.receive();
    REQUIRE(subscribe.starts_with("SUBSCRIBE "));
    const auto identifier = static_cast<mqtts::wire::PacketIdentifier>(std::stoi(subscribe.substr(10)));
    broker.send(SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = identifier});
}

void refuse_removal(ScriptedBroker& broker) {
    broker.send(
        Acknowledgement{.type = PacketType::puback, .packet_identifier = 2, .reason_code = ReasonCode::not_authorized});
}

}  // namespace

TEST_CASE("an answer to a ping that overtakes retained messages does not end the run") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(retained({"--retained-settle", "0.4"}))});
    broker.accept_subscriber();
    answer_ping(broker);
    const auto last = Clock::now();
    send_retained(broker, "1");
    send_retained(broker, "2");
    REQUIRE(broker.receive() == "PINGREQ");
    CHECK(Clock::now() - last >= 400ms);
    SUBCASE("") {
        broker.send(Pingresp{});
    }
    SUBCASE("nor does one that overtakes them later") {
        const auto latest = Clock::now();
        send_retained(broker, "3");
        broker.send(Pingresp{});
        answer_ping(broker);
        CHECK(Clock::now() - latest >= 400ms);
    }
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output.starts_with("1\n2\n"));
}

TEST_CASE("retained messages that trickle in are all waited for, at any QoS and with a window of one") {
    for (const Qos qos : {Qos::at_most_once, Qos::at_least_once}) {
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(retained({"-q", "1"}))});
        broker.accept_subscriber();
        answer_ping(broker);
        for (const char* payload : {"1", "2", "3", "4"}) {
            std::this_thread::sleep_for(300ms);  // this broker is slow
            send_retained(broker, payload, qos);
            if (qos != Qos::at_most_once) REQUIRE(broker.receive() == "PUBACK 7");
        }
        const auto last = Clock::now();
        answer_pings(broker);
        CHECK(Clock::now() - last >= 500ms);
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output == numbers(4));
    }
}

TEST_CASE("a connection lost among the retained messages: another subscription brings them all, session or not") {
    for (const bool session_present : {false, true}) {
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(retained({"-q", "1", "--retained-settle", "0.4"}))});
        accept_subscription(broker, false);
        answer_ping(broker);
        send_retained(broker, "1");
        REQUIRE(broker.receive() == "PINGREQ");
        broker.drop();
        accept_subscription(broker, session_present);
        answer_ping(broker);
        const auto begin = Clock::now();
        send_retained(broker, "1");
        send_retained(broker, "2");
        answer_pings(broker);
        CHECK(Clock::now() - begin >= 400ms);
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "1\n1\n2\n");
    }
}

TEST_CASE("--retained-settle 0 and a command end with the answer to a ping") {
    for (const Words& options : {Words{"--exit-when-retained-done", "--retained-settle", "0"}, {"--", "true"}}) {
        ScriptedBroker broker;
        Words words = mqtts_sub({"-t", "a"});
        words.insert(words.end(), options.begin(), options.end());
        // The options of the broker stand before a command.
        const Words reach = broker.arguments({});
        words.insert(words.begin() + 1, reach.begin(), reach.end());
        Process subscriber({.arguments = words});
        broker.accept_subscriber();
        send_retained(broker, "1");
        answer_ping(broker);
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "1\n");
    }
}

TEST_CASE("--exit-when-retained-done at mosquitto: all of many, none of none") {
    constexpr int count = 1000;
    Mosquitto broker({.configuration = lossless});
    std::string lines;
    for (int i = 1; i <= count; ++i)
        lines += "kept/" + std::to_string(i) + "=x\n";
    REQUIRE(
        run({.arguments = mqtts_pub(broker, {"-q", "1", "-r", "-l", "--topic-delimiter", "="}), .input = Text{lines}})
            .status == 0);
    for (const char* qos : {"0", "1", "2"}) {
        const Outcome all =
            run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", qos, "--exit-when-retained-done"})});
        CHECK(all.status == 0);
        CHECK(all.output.size() == 2 * count);
    }
    const Outcome removed = run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", "1", "--remove-retained",
                                                                 "--exit-when-retained-done", "-F", "%p"})});
    CHECK(removed.status == 0);
    CHECK(contains(removed.output, "x"));
    const auto begin = Clock::now();
    const Outcome none = run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "--exit-when-retained-done"})});
    CHECK(Clock::now() - begin >= 500ms);
    CHECK(none.status == 0);
    CHECK(none.output.empty());
}

TEST_CASE("a removal on which mosquitto closes the connection is refused once, and the others go on: 8") {
    const std::string access_list = "topic read keep/#\ntopic readwrite fine/#\nuser admin\ntopic readwrite #\n";
    Mosquitto broker({.access_list = access_list, .configuration = lossless});
    const std::string lines = "keep/1=x\nkeep/2=x\n";
    const std::string removable = "fine/1=x\nfine/2=x\n";
    const auto retain = [&](const std::string& text) {
        REQUIRE(run({.arguments = mqtts_pub(broker, {"-u", "admin", "-q", "1", "-r", "-l", "--topic-delimiter", "="}),
                     .input = Text{text}})
                    .status == 0);
    };
    retain(lines);
    const Words variants[] = {{"-q", "0"}, {"-q", "1"}, {"-q", "0", "-V", "311"}, {"-q", "1", "-V", "311"}};
    for (const Words& variant : variants) {
        for (const Words& end : {Words{"--exit-when-retained-done"}, Words{"--idle", "4"}}) {
            CAPTURE(variant);
            CAPTURE(end);
            retain(removable);
            Words words = mqtts_sub(broker, {"-t", "keep/#", "-t", "fine/#", "--remove-retained", "-v"});
            words.insert(words.end(), variant.begin(), variant.end());
            words.insert(words.end(), end.begin(), end.end());
            const Outcome removed = run({.arguments = words});
            CAPTURE(removed.error);
            CHECK(removed.status == 8);
            CHECK(contains(removed.error, "'keep/"));
            const Outcome left =
                run({.arguments =
                         mqtts_sub(broker, {"-t", "keep/#", "-t", "fine/#", "--exit-when-retained-done", "-F", "%t"})});
            CHECK(left.output == "keep/1\nkeep/2\n");
        }
    }
}

TEST_CASE("--remove-retained does not end by itself") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--remove-retained"}))});
    broker.accept_subscriber();
    send_retained(broker, "old");
    CHECK(broker.receive() == "PUBLISH 2 qos1 retain a \"\"");
    broker.send(Acknowledgement{.type = PacketType::puback, .packet_identifier = 2});
    subscriber.wait_for_output("old\n");
    broker.send(Publish{.topic_name = "a", .payload = "new"});
    subscriber.wait_for_output("new\n");
    subscriber.signal(SIGTERM);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("whatever ends --remove-retained waits for the acknowledgements: one refused is 8") {
    struct End {
        Words options;
        bool live_message = false;  // ends it
        int signal = 0;
    };
    const End ends[] = {{.options = {"-C", "1"}},           {.options = {"--until", "old"}},
                        {.options = {"-W", "2"}},           {.options = {"--retained-only"}, .live_message = true},
                        {.options = {}, .signal = SIGTERM}, {.options = {"--exit-when-retained-done"}}};
    for (const End& end : ends) {
        CAPTURE(end.options);
        ScriptedBroker broker;
        Words words = mqtts_sub({"-t", "a", "--remove-retained"});
        words.insert(words.end(), end.options.begin(), end.options.end());
        Process subscriber({.arguments = broker.arguments(words)});
        const auto start = Clock::now();
        broker.accept_subscriber();
        send_retained(broker, "old");
        std::string packet = broker.receive();
        for (; packet == "PINGREQ"; packet = broker.receive())
            broker.send(Pingresp{});
        CHECK(packet == "PUBLISH 2 qos1 retain a \"\"");
        if (end.live_message) broker.send(Publish{.topic_name = "a", .payload = "new"});
        if (end.signal != 0) subscriber.signal(end.signal);
        if (end.options == Words{"-W", "2"}) std::this_thread::sleep_until(start + 2200ms);  // the time is up
        refuse_removal(broker);
        answer_pings(broker);
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "'a'"));
    }
}

TEST_CASE("--remove-retained with -E removes what came before the subscription was granted") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-E", "--remove-retained"}))});
    broker.accept_client();
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1 "));
    send_retained(broker, "old");
    CHECK(broker.receive() == "PUBLISH 2 qos1 retain a \"\"");
    broker.send(SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = 1});
    refuse_removal(broker);
    answer_pings(broker);
    CHECK(subscriber.wait().status == 8);
}

TEST_CASE(
    "a removal that is not acknowledged is 10 after --linger, also where the time is up or silence was expected") {
    for (const Words& options : {Words{"-C", "1"}, {"-W", "2"}, {"-W", "2", "-R", "--expect-none"}}) {
        CAPTURE(options);
        ScriptedBroker broker;
        Words words = mqtts_sub({"-t", "a", "--remove-retained", "--linger", "0.3"});
        words.insert(words.end(), options.begin(), options.end());
        Process subscriber({.arguments = broker.arguments(words)});
        broker.accept_subscriber();
        send_retained(broker, "old");
        CHECK(broker.receive().starts_with("PUBLISH 2 "));
        std::string next = broker.receive();
        if (next == "PINGREQ") {
            broker.send(mqtts::wire::Pingresp{});
            next = broker.receive();
        }
        CHECK(next.starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 10);
        CHECK(contains(outcome.error, "1 message left without acknowledgement"));
    }
}

TEST_CASE("a retained message that the broker's limits forbid to remove is 8") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--remove-retained", "-C", "1"}))});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    PropertyWriter properties;
    properties.add(PropertyIdentifier::retain_available, 0);
    broker.send(Connack{.properties = properties.view()});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1 "));
    broker.send(SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = 1});
    send_retained(broker, "old");
    answer_pings(broker);
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "cannot remove the retained message of 'a': "));
}
