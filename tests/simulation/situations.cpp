// SPDX-License-Identifier: Apache-2.0
#include "simulation/situations.hpp"

#include "simulation/faults.hpp"
#include "simulation/random.hpp"

namespace mqtts::simulation {

namespace {

using wire::Qos;

/// Both runs keep their sessions, and the plan draws the faults itself.
void keep_sessions(Plan& plan) {
    plan.clean_start = false;
    plan.session_expiry = 3'600;
    plan.reconnect = 600'000;
    plan.old_broker = 0;
    plan.publisher_interrupted = plan.subscriber_interrupted = 0;
    plan.faults.clear();
}

/// The connection of the subscriber breaks before this byte from the broker.
Fault reset_of_subscriber(std::uint32_t connection, std::uint32_t at) {
    return {.kind = Fault::Kind::reset,
            .client = 1,
            .connection = static_cast<std::uint8_t>(connection),
            .way = Way::down,
            .at = at};
}

/// Sessions that end, or come back older, while commands run: the next one gives its first identifiers to other
/// messages, and loses its connection before they arrive. They come with DUP and an identifier that the client knows.
void draw_new_sessions(Random& random, Plan& plan) {
    const Qos qos = random.of({Qos::at_least_once, Qos::exactly_once});
    plan.publishing = {.on = true, .qos = qos, .messages = random.between(40, 80)};
    plan.publishing.messages_per_second = random.of({2.0, 5.0});
    plan.subscribing = {.on = true, .qos = qos, .later = true, .room = random.between(3, 8)};
    plan.subscribing.slowest_handling = random.of({2'000U, 20'000U});
    // Nothing tells such messages apart if the broker comes back with an older state, or perhaps with another one.
    const bool same = qos == Qos::at_least_once && random.one_in(2);
    plan.details.same_topics = same;
    plan.details.same_payloads = same || random.one_in(2);
    if (same) plan.version = wire::ProtocolVersion::v5;
    if (same) plan.version_pinned = false;  // or it may assign an identifier
    keep_sessions(plan);
    if (!same && random.one_in(3))
        plan.faults.push_back({.kind = Fault::Kind::crash, .at = random.between(10, 60), .amount = 1});
    const auto reset = [&](std::uint32_t connection, std::uint32_t at) {
        plan.faults.push_back(reset_of_subscriber(connection, at));
    };
    for (std::uint8_t first = 0; first != 12; first += 4) {
        const auto failed = static_cast<std::uint8_t>(first + 1);  // commands end meanwhile
        const auto renewed = static_cast<std::uint8_t>(first + 2);
        reset(first, random.between(30, 130));
        plan.faults.push_back({.kind = Fault::Kind::refuse_connect, .client = 1, .connection = failed});
        if (!random.one_in(4))
            plan.faults.push_back({.kind = Fault::Kind::lose_session, .client = 1, .connection = renewed});
        reset(renewed, !same && random.one_in(4) ? random.below(9) : random.between(9, 40));
        reset(renewed + 1U, random.between(100, 500));
    }
}

/// The first message of a session is handled while the connection is lost. The session is lost before the broker has
/// sent the message again, and the next one gives the identifier to a message like it, whose first sending is lost.
void draw_twins(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = Qos::at_least_once, .messages = 60, .messages_per_second = 2};
    plan.subscribing = {.on = true, .qos = Qos::at_least_once, .later = true, .room = 4, .slowest_handling = 2'000};
    plan.details.same_topics = plan.details.same_payloads = true;
    plan.version = wire::ProtocolVersion::v5;
    plan.version_pinned = false;  // or it may assign an identifier
    keep_sessions(plan);
    plan.faults = {reset_of_subscriber(0, random.between(30, 50)),
                   {.kind = Fault::Kind::refuse_connect, .client = 1, .connection = 1},  // the command ends meanwhile
                   reset_of_subscriber(2, random.between(6, 20)),
                   {.kind = Fault::Kind::lose_session, .client = 1, .connection = 3},
                   reset_of_subscriber(3, random.between(11, 32))};
}

/// Retained messages that come one by one, each within the settling time of the one before.
void draw_slow_retained(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = Qos::at_least_once, .retain = true, .messages = random.between(10, 40)};
    plan.publishing.topics = random.between(4, 15);
    plan.subscribing = {.on = true, .end = Subscribing::End::after_retained, .begins = 5'000};
    plan.subscribing.qos = random.of({Qos::at_most_once, Qos::at_least_once, Qos::exactly_once});
    plan.details.slow_retained = random.of({100U, 300U, 400U});
    plan.subscriber_interrupted = 0;
    plan.old_broker = 0;
    plan.latency = random.of({50U, 1'000U});
    plan.jitter = 0;
    plan.faults.clear();
}

/// SIGTERM to a publisher whose messages of QoS 0 have not left the kernel, and a session that ends with it: nothing
/// makes it wait for the end of the connection.
void draw_unproved_goodbye(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .messages = random.between(1, 10), .largest_payload = 40};
    plan.clean_start = true;
    plan.session_expiry = 0;
    plan.old_broker = 0;
    plan.publisher_interrupted = random.between(500, 20'000);
    plan.faults = {{.kind = random.of({Fault::Kind::mute, Fault::Kind::stall}),
                    .way = Way::up,
                    .at = random.between(20, 60),
                    .amount = 70'000}};
}

/// Silence behind CONNACK, until the first ping has no answer; and then the input ends, which asks for another one.
void draw_second_ping(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .messages = random.between(14, 17), .messages_per_second = 0.2};
    plan.keep_alive = 60;
    plan.old_broker = 0;
    plan.receive_maximum = 0;
    plan.send_room = 0;
    plan.publisher_interrupted = 0;
    const std::uint32_t connack = plan.version == wire::ProtocolVersion::v5 ? 5 : 4;  // bytes
    plan.faults = {{.kind = Fault::Kind::mute, .way = Way::down, .at = connack}};
}

/// A connection breaks with more in flight than the output takes at once: some is sent again, and the rest waits.
void draw_much_to_send_again(Random& random, Plan& plan) {
    const Qos qos = random.of({Qos::at_least_once, Qos::exactly_once});
    plan.publishing = {.on = true, .qos = qos, .messages = random.between(150, 250), .largest_payload = 4'000};
    plan.version = wire::ProtocolVersion::v5;
    plan.old_broker = 0;
    plan.receive_maximum = 0;
    plan.reconnect = 600'000;
    plan.session_expiry = 3'600;
    plan.latency = 20'000;
    plan.largest_chunk = 65'536;
    plan.send_room = 20'000;
    plan.publisher_interrupted = 0;
    plan.faults.clear();
    for (std::uint8_t connection = 0; connection != 3; ++connection)
        plan.faults.push_back(
            {.kind = Fault::Kind::reset, .connection = connection, .way = Way::down, .at = random.between(6, 200)});
}

/// A CONNECT that begins a new session, and whose CONNACK is lost, or is a DISCONNECT: the next one finds a session
/// that knows nothing, and may end before that is told.
void draw_doubt(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = Qos::exactly_once, .messages = random.between(10, 50)};
    plan.version = wire::ProtocolVersion::v5;
    plan.old_broker = 0;
    plan.clean_start = random.one_in(2);
    plan.session_expiry = 3'600;
    plan.reconnect = 600'000;
    plan.publisher_interrupted = 0;
    plan.faults.clear();
    const auto reset = [&](std::uint8_t connection, std::uint32_t at) {
        plan.faults.push_back({.kind = Fault::Kind::reset, .connection = connection, .way = Way::down, .at = at});
    };
    for (std::uint8_t connection = 0; connection < 6; connection += 2) {
        reset(connection, random.between(6, 100));
        const std::uint8_t lost_with = ++connection;
        plan.faults.push_back({.kind = Fault::Kind::lose_session, .connection = lost_with});
        reset(static_cast<std::uint8_t>(lost_with + 1), random.between(5, 100));
        if (!random.one_in(4)) {
            reset(lost_with, random.below(4));
            continue;
        }
        plan.faults.push_back({.kind = Fault::Kind::late_connack, .connection = lost_with, .amount = 400});
        plan.faults.push_back({.kind = Fault::Kind::disconnect, .connection = lost_with, .at = 1, .amount = 0x8b});
    }
}

/// Retained messages are removed, one slow command at a time, and more messages come meanwhile: acknowledgements and
/// answers to pings lie behind those that wait for a command.
void draw_slow_removal(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .mixed_qos = true, .retain = true, .messages = random.between(100, 250)};
    plan.publishing.topics = random.between(4, 15);
    plan.publishing.messages_per_second = 2;
    plan.subscribing = {.on = true, .end = Subscribing::End::after_retained, .begins = random.between(2'000, 10'000)};
    plan.subscribing.qos = Qos::exactly_once;
    plan.subscribing.removes = plan.subscribing.later = true;
    plan.subscribing.slowest_handling = random.of({2'000U, 20'000U});
    keep_sessions(plan);
    plan.keep_alive = random.of({std::uint16_t{10}, std::uint16_t{30}, std::uint16_t{60}});
}

}  // namespace

void draw_situation(Random& random, Plan& plan) {
    using Draw = void(Random&, Plan&);
    constexpr Draw* draws[] = {draw_new_sessions, draw_slow_retained,      draw_unproved_goodbye,
                               draw_second_ping,  draw_much_to_send_again, draw_doubt,
                               draw_twins,        draw_slow_removal};
    random.of(draws)(random, plan);
}

}  // namespace mqtts::simulation
