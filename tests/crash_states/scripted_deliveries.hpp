// SPDX-License-Identifier: Apache-2.0
// A scripted broker that hands messages to mqtts-sub, and says what is expected of it in one word each.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "support/scripted_broker.hpp"

namespace mqtts::test::crash {

class Deliverer {
public:
    /// The messages have different sizes, and some take several sectors.
    [[nodiscard]] static std::string payload(int number) {
        return "message " + std::to_string(number) + ' ' +
               std::string(static_cast<std::size_t>(number * 397 % 1500), 'x');
    }

    void accept(bool session_present) {
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT "));
        broker.send(wire::Connack{.session_present = session_present});
        CHECK(broker.receive().starts_with("SUBSCRIBE "));
        broker.send(wire::SubscriptionAnswer{.reason_codes = "\x02", .packet_identifier = 1});
    }
    /// Several at once leave together.
    struct Message {
        int number = 0;
        wire::PacketIdentifier identifier = 0;
        wire::Qos qos = wire::Qos::exactly_once;
        bool dup = false;
    };
    void publish(std::initializer_list<Message> messages) {
        Buffer bytes;
        for (const Message& message : messages) {
            const std::string text = payload(message.number);
            encode(bytes,
                   wire::Publish{.topic_name = "a",
                                 .payload = text,
                                 .packet_identifier = message.identifier,
                                 .qos = message.qos,
                                 .dup = message.dup},
                   wire::ProtocolVersion::v5);
        }
        broker.send_bytes(bytes.readable());
    }
    void release(wire::PacketIdentifier identifier) {
        broker.send(wire::Acknowledgement{.type = wire::PacketType::pubrel, .packet_identifier = identifier});
    }
    void expect(const std::string& packet) { CHECK(broker.receive() == packet); }
    /// From the message to PUBCOMP.
    void deliver(const Message& message) {
        const std::string of_it = ' ' + std::to_string(message.identifier);
        publish({message});
        if (message.qos == wire::Qos::at_least_once) return expect("PUBACK" + of_it);
        expect("PUBREC" + of_it);
        release(message.identifier);
        expect("PUBCOMP" + of_it);
    }

    ScriptedBroker broker;
};

}  // namespace mqtts::test::crash
