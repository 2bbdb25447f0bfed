// SPDX-License-Identifier: Apache-2.0
#include "session/script.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "base/overload.hpp"

namespace mqtts::test {

namespace {

unsigned number(wire::ReasonCode code) {
    return static_cast<unsigned>(code);
}

std::string to_text(const session::Event& event) {
    return std::visit(
        Overload{[](const session::Connected& connected) -> std::string {
                     std::string text = connected.session_present ? "connected session-present" : "connected";
                     if (connected.session_in_doubt) text += " in doubt";
                     if (!connected.authentication_data.empty())
                         text += fmt::format(" data {}", connected.authentication_data);
                     return text;
                 },
                 [](const session::Challenged& challenged) {
                     return fmt::format("challenged 0x{:02x} {}", number(challenged.reason_code), challenged.data);
                 },
                 [](const session::ConnectionRefused& refused) {
                     return fmt::format("connection refused 0x{:02x}", number(refused.reason_code));
                 },
                 [](const session::MessageReceived& received) {
                     const wire::Publish& message = received.message;
                     return fmt::format("message {}{} \"{}\"", message.retain ? "retained " : "", message.topic_name,
                                        message.payload);
                 },
                 [](const session::PublishRefused& refused) {
                     return fmt::format("refused {} {} 0x{:02x}", refused.packet_identifier, refused.topic_name,
                                        number(refused.reason_code));
                 },
                 [](const session::SubscriptionsAnswered& answered) {
                     std::string text = fmt::format("answered {}", answered.answer.packet_identifier);
                     for (std::size_t i = 0; i < answered.answer.reason_codes.size(); ++i) {
                         text += fmt::format(" 0x{:02x}", number(answered.answer.reason(i)));
                     }
                     return text;
                 },
                 [](const session::Disconnected& ended) {
                     return fmt::format("disconnected 0x{:02x}", number(ended.reason_code));
                 },
                 [](const session::ProtocolBroken& broken) {
                     return fmt::format("broken {} {}", describe(broken.error).name, wire::name(broken.type));
                 }},
        event);
}

wire::PacketType packet_type(std::string_view name) {
    for (unsigned type = 1; type < 16; ++type) {
        if (wire::name(static_cast<wire::PacketType>(type)) == name) return static_cast<wire::PacketType>(type);
    }
    FAIL("no such packet: ", std::string(name));
    return {};
}

}  // namespace

Script::Script(session::Settings settings) : session(std::move(settings)) {}

void Script::open() {
    session.connection_opened(now);
}

void Script::connect(bool session_present, const wire::PropertyWriter& properties) {
    open();
    session.output().clear();
    server(wire::Connack{.properties = properties.view(), .session_present = session_present});
    REQUIRE(events() == (session_present ? "connected session-present" : "connected"));
}

void Script::server(std::string_view packet) {
    std::istringstream words{std::string(packet)};
    std::string name;
    unsigned identifier = 0;
    unsigned reason_code = 0;
    words >> name;
    if (name == "PINGRESP") return encode(session.input(), wire::Pingresp{}, version());
    words >> identifier >> std::hex >> reason_code;
    encode(session.input(),
           wire::Acknowledgement{.type = packet_type(name),
                                 .packet_identifier = static_cast<wire::PacketIdentifier>(identifier),
                                 .reason_code = static_cast<wire::ReasonCode>(reason_code)},
           version());
}

Errc Script::publish(std::string_view topic_name, std::string_view payload, wire::Qos qos, bool retain) {
    REQUIRE(session.can_publish());
    return session.publish({.topic_name = topic_name, .payload = payload, .qos = qos, .retain = retain});
}

std::string Script::sent() {
    static_cast<void>(session.output().gather());
    const std::string text = to_text(session.output().readable(), version());
    session.output().clear();
    return text;
}

std::string Script::events() {
    std::string text;
    while (const auto event = session.next_event()) {
        if (!text.empty()) text += "; ";
        text += to_text(*event);
    }
    return text;
}

}  // namespace mqtts::test
