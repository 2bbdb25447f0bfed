// SPDX-License-Identifier: Apache-2.0
// --exit-when-retained-done and --remove-retained, at brokers that answer pings before they have sent what is retained,
// and at those that say no.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::Pingresp;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::ReasonCode;
using mqtts::wire::SubscriptionAnswer;
using Clock = std::chrono::steady_clock;

Words retained(const Words& options) {
    return with(mqtts_sub({"-t", "a", "--exit-when-retained-done"}), options);
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

/// With retained messages of QoS 0 behind it. All go at once: no time passes between them, however busy the machine is.
void answer_ping_before(ScriptedBroker& broker, const Words& payloads) {
    REQUIRE(broker.receive() == "PINGREQ");
    mqtts::Buffer bytes;
    encode(bytes, Pingresp{}, ProtocolVersion::v5);
    for (const std::string& payload : payloads)
        encode(bytes, Publish{.topic_name = "a", .payload = payload, .retain = true}, ProtocolVersion::v5);
    broker.send_bytes(bytes.readable());
}

/// The next packet that is no ping; those are answered.
std::string receive_behind_pings(ScriptedBroker& broker) {
    std::string packet = broker.receive();
    for (; packet == "PINGREQ"; packet = broker.receive())
        broker.send(Pingresp{});
    return packet;
}

/// Until the program leaves. True: in order.
bool sees_it_leave(ScriptedBroker& broker) {
    const bool in_order = receive_behind_pings(broker).starts_with("DISCONNECT");
    broker.close();
    return in_order;
}

void answer_pings(ScriptedBroker& broker) {
    CHECK(sees_it_leave(broker));
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
    const auto last = Clock::now();
    answer_ping_before(broker, {"1", "2"});
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
    side_by_side(std::vector{Qos::at_most_once, Qos::at_least_once}, [](Qos qos) {
        with_enough_time(0.5, [&](const std::string& seconds) {
            const std::chrono::duration<double> settle(std::stod(seconds));
            ScriptedBroker broker;
            Clock::time_point last;
            const auto side = [&] {
                if (!hears_subscriber(broker) || broker.receive() != "PINGREQ") return false;
                broker.send(Pingresp{});
                for (const char* payload : {"1", "2", "3", "4"}) {
                    std::this_thread::sleep_for(settle * 0.6);  // this broker is slow
                    if (broker.hears_within(0ms)) return false;
                    last = Clock::now();
                    send_retained(broker, payload, qos);
                    if (qos != Qos::at_most_once && broker.receive() != "PUBACK 7") return false;
                }
                return sees_it_leave(broker);
            };
            const Words words = retained({"-q", "1", "--retained-settle", seconds});
            const auto outcome = converse(broker, {.arguments = broker.arguments(words)}, side);
            const auto waited = Clock::now() - last;
            // Otherwise this broker, or the program, was too slow with one of the messages.
            if (!outcome || waited < settle) return false;
            CHECK(outcome->status == 0);
            CHECK(outcome->output == numbers(4));
            return true;
        });
    });
}

TEST_CASE("a connection lost among the retained messages: another subscription brings them all, session or not") {
    side_by_side(Words{"lost", "present"}, [](const std::string& session) {
        CAPTURE(session);
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(retained({"-q", "1", "--retained-settle", "0.4"}))});
        accept_subscription(broker, false);
        answer_ping_before(broker, {"1"});
        REQUIRE(broker.receive() == "PINGREQ");
        broker.drop();
        accept_subscription(broker, session == "present");
        const auto begin = Clock::now();
        answer_ping_before(broker, {"1", "2"});
        answer_pings(broker);
        CHECK(Clock::now() - begin >= 400ms);
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "1\n1\n2\n");
    });
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
    const auto retain_all = [&] {
        const Words words = mqtts_pub(broker, {"-q", "1", "-r", "-l", "--topic-delimiter", "="});
        REQUIRE(run({.arguments = words, .input = Text{lines}}).status == 0);
    };
    retain_all();
    for (const char* qos : {"0", "1", "2"}) {
        with_enough_time(0.5, [&](const std::string& seconds) {
            const Outcome all = run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", qos, "--retained-settle",
                                                                     seconds, "--exit-when-retained-done"})});
            CHECK(all.status == 0);
            return all.output.size() == 2 * count;
        });
    }
    with_enough_time(0.5, [&](const std::string& seconds) {
        retain_all();
        const Outcome removed =
            run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", "1", "--remove-retained", "--retained-settle",
                                                 seconds, "--exit-when-retained-done", "-F", "%p"})});
        CHECK(removed.status == 0);
        if (removed.output.size() < 2 * count) return false;
        const auto begin = Clock::now();
        const Outcome rest = run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "--exit-when-retained-done"})});
        CHECK(Clock::now() - begin >= 500ms);
        CHECK(rest.status == 0);
        CHECK(rest.output.empty());
        return true;
    });
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
    const std::vector<End> ends{{.options = {"-C", "1"}},
                                {.options = {"--until", "old"}},
                                {.options = {"--retained-only"}, .live_message = true},
                                {.options = {}, .signal = SIGTERM},
                                {.options = {"--exit-when-retained-done"}}};
    for (const End& end : ends) {
        CAPTURE(end.options);
        ScriptedBroker broker;
        Process subscriber(
            {.arguments = broker.arguments(with(mqtts_sub({"-t", "a", "--remove-retained"}), end.options))});
        broker.accept_subscriber();
        send_retained(broker, "old");
        CHECK(receive_behind_pings(broker) == "PUBLISH 2 qos1 retain a \"\"");
        if (end.live_message) broker.send(Publish{.topic_name = "a", .payload = "new"});
        if (end.signal != 0) subscriber.signal(end.signal);
        refuse_removal(broker);
        answer_pings(broker);
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "'a'"));
    }
}

TEST_CASE("so does --remove-retained when the time is up, for 2 s") {
    with_enough_time(0.5, [](const std::string& seconds) {
        ScriptedBroker broker;
        const auto up = Clock::now() + std::chrono::duration<double>(std::stod(seconds));
        const Words words = broker.arguments(mqtts_sub({"-t", "a", "--remove-retained", "-W", seconds}));
        const auto outcome = converse(broker, {.arguments = words}, [&] {
            if (!hears_subscriber(broker)) return false;
            send_retained(broker, "old");
            if (receive_behind_pings(broker) != "PUBLISH 2 qos1 retain a \"\"") return false;
            std::this_thread::sleep_until(up + 700ms);  // it has started later than we counted from
            refuse_removal(broker);
            return sees_it_leave(broker);
        });
        if (!outcome || outcome->status == 10) return false;  // the 2 s were over, too
        CAPTURE(outcome->error);
        CHECK(outcome->status == 8);
        CHECK(contains(outcome->error, "'a'"));
        return true;
    });
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
    const std::vector<Words> rows{{"-C", "1"}, {"-W"}, {"-R", "--expect-none", "-W"}};
    side_by_side(rows, [](const Words& options) {
        CAPTURE(options);
        with_enough_time(0.5, [&](const std::string& seconds) {
            ScriptedBroker broker;
            Words words = with(mqtts_sub({"-t", "a", "--remove-retained", "--linger", "0.3"}), options);
            if (words.back() == "-W") words.push_back(seconds);
            const auto outcome = converse(broker, {.arguments = broker.arguments(words)}, [&] {
                if (!hears_subscriber(broker)) return false;
                send_retained(broker, "old");
                return hears(broker, "PUBLISH 2 ") && sees_it_leave(broker);
            });
            if (!outcome) return false;
            CHECK(outcome->status == 10);
            CHECK(contains(outcome->error, "1 message not acknowledged"));
            return true;
        });
    });
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
