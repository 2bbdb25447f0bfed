// SPDX-License-Identifier: Apache-2.0
// A hostile server against a session that publishes, subscribes, acknowledges and reconnects.
//
// The first byte chooses version and limits. Each following step is one byte: below 0x80 so many bytes from the server,
// otherwise something the program does.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "session/session.hpp"

using namespace mqtts;

namespace {

constexpr std::string_view connack_v3("\x20\x02\x00\x00", 4);
constexpr std::string_view connack_v5("\x20\x03\x00\x00\x00", 5);

class Program {
public:
    explicit Program(unsigned choice) : session_(settings(choice)) { session_.connection_opened({}); }

    void step(unsigned step, std::string_view& rest) {
        if (step < 0x80) {
            session_.input().append(rest.substr(0, step));
            rest.remove_prefix(std::min<std::size_t>(step, rest.size()));
        }
        switch (step) {
            case 0x80:
                session_.input().append(v5() ? connack_v5 : connack_v3);
                break;
            case 0x81:
                publish(wire::Qos::at_most_once);
                break;
            case 0x82:
                publish(wire::Qos::at_least_once);
                break;
            case 0x83:
                publish(wire::Qos::exactly_once);
                break;
            case 0x84:
                subscribe();
                break;
            case 0x85:
                session_.acknowledge_delivered();
                break;
            case 0x86:
                session_.stop_receiving();
                break;
            case 0x87:
                if (session_.connected()) session_.ping({});
                break;
            case 0x88:
                session_.disconnect();
                break;
            case 0x89:
                session_.connection_lost();
                session_.connection_opened({});
                break;
            case 0x8A:
                session_.output().clear();
                break;
            case 0x8B:
                reauthenticate();
                break;
            default:
                break;
        }
        while (const auto event = session_.next_event())
            touch(*event);
    }

private:
    static session::Settings settings(unsigned choice) {
        using enum wire::ProtocolVersion;
        session::Settings settings;
        settings.version = (choice & 3) == 0 ? v5 : (choice & 3) == 1 ? v311 : (choice & 3) == 2 ? v31 : v5;
        if ((choice & 3) == 3) settings.authentication_method = "M";
        settings.clean_start = (choice & 4) == 0;
        settings.session_expiry_interval = (choice & 8) != 0 ? 60 : 0;
        settings.receive_maximum = (choice & 16) != 0 ? 2 : 65535;
        settings.maximum_packet_size = (choice & 32) != 0 ? 64 : 0;
        return settings;
    }

    [[nodiscard]] bool v5() const { return session_.settings().version == wire::ProtocolVersion::v5; }

    void publish(wire::Qos qos) {
        if (!session_.can_publish()) return;
        static_cast<void>(session_.publish({.topic_name = "topic", .payload = "payload", .qos = qos}));
    }

    void subscribe() {
        if (!session_.connected()) return;
        const wire::Subscription subscription{.topic_filter = "#"};
        session_.subscribe({&subscription, 1});
    }

    void reauthenticate() {
        const bool has_method = !session_.settings().authentication_method.empty();
        if (has_method && session_.connected() && !session_.re_authenticating())
            static_cast<void>(session_.reauthenticate("data"));
    }

    /// Reads every byte that an event shows, so that a dangling view is found.
    static void touch(const session::Event& event) {
        std::size_t sum = 0;
        const auto text = [&](std::string_view bytes) {
            for (const char byte : bytes)
                sum += static_cast<unsigned char>(byte);
        };
        const auto properties = [&](const wire::PropertiesView& view) {
            for (const wire::Property& property : view) {
                text(property.text);
                text(property.value);
            }
        };
        if (const auto* received = std::get_if<session::MessageReceived>(&event)) {
            text(received->message.topic_name);
            text(received->message.payload);
            properties(received->message.properties);
        } else if (const auto* refused = std::get_if<session::PublishRefused>(&event)) {
            text(refused->topic_name);
            properties(refused->properties);
        } else if (const auto* answered = std::get_if<session::SubscriptionsAnswered>(&event)) {
            text(answered->answer.reason_codes);
            properties(answered->answer.properties);
        } else if (const auto* challenged = std::get_if<session::Challenged>(&event)) {
            text(challenged->data);
        } else if (const auto* connected = std::get_if<session::Connected>(&event)) {
            text(connected->authentication_data);
        }
        if (sum == SIZE_MAX) std::abort();  // keeps the reads
    }

    session::Session session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto next = [&] {
        const auto byte = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        return unsigned{byte};
    };
    Program program(next());
    while (!rest.empty())
        program.step(next(), rest);
    return 0;
}
