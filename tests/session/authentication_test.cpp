// SPDX-License-Identifier: Apache-2.0
// Enhanced authentication: AUTH packets before CONNACK, after it, and where they have no place.
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::test;
using wire::Connack;
using wire::PropertyIdentifier;
using wire::Qos;
using wire::ReasonCode;

namespace {

session::Settings with_method() {
    session::Settings settings;
    settings.authentication_method = "M";
    return settings;
}

wire::PropertyWriter properties(std::string_view data, std::string_view method = "M") {
    wire::PropertyWriter writer;
    writer.add(PropertyIdentifier::authentication_method, method);
    if (!data.empty()) writer.add(PropertyIdentifier::authentication_data, data);
    return writer;
}

void server_auth(Script& s, ReasonCode code, std::string_view data = {}, std::string_view method = "M") {
    const wire::PropertyWriter writer = properties(data, method);
    encode(s.session.input(), wire::Auth{.properties = writer.view(), .reason_code = code}, wire::ProtocolVersion::v5);
}

/// The data of the only AUTH packet in the output, which texts hide.
std::string sent_data(Script& s) {
    static_cast<void>(s.session.output().gather());
    Errc error = Errc::ok;
    const auto frame = wire::next_frame(s.session.output().readable(), wire::largest_packet, error);
    REQUIRE(frame);
    wire::Auth packet;
    REQUIRE(decode(*frame, wire::ProtocolVersion::v5, packet) == Errc::ok);
    const auto data = packet.properties.find(PropertyIdentifier::authentication_data);
    return data ? std::string(data->text) : "";
}

}  // namespace

TEST_CASE("CONNECT names the method, and has the first data") {
    Script s(with_method());
    s.session.connection_opened(s.now, "first");
    const std::string sent = s.sent();
    CHECK(sent.find("authentication-method") != sent.npos);
    CHECK(sent.find("authentication-data") != sent.npos);
    CHECK(sent.find("first") == sent.npos);
    Script without;
    without.open();
    CHECK(without.sent().find("authentication") == sent.npos);
}

TEST_CASE("challenges before CONNACK are answered, and CONNACK may have data") {
    Script s(with_method());
    s.open();
    s.session.output().clear();
    for (const std::string_view challenge : {"one", "two"}) {
        server_auth(s, ReasonCode::continue_authentication, challenge);
        CHECK(s.events() == "challenged 0x18 " + std::string(challenge));
        CHECK(s.session.authenticate("answer") == Errc::ok);
        CHECK(sent_data(s) == "answer");
        CHECK(s.sent().starts_with("AUTH 0x18"));
    }
    server_auth(s, ReasonCode::continue_authentication);
    CHECK(s.events() == "challenged 0x18 ");
    CHECK(s.session.authenticate("") == Errc::ok);
    CHECK(sent_data(s) == "");
    s.session.output().clear();
    s.server(Connack{.properties = properties("last").view()});
    CHECK(s.events() == "connected data last");
    CHECK(s.session.connected());
}

TEST_CASE("AUTH out of order before CONNACK breaks the protocol") {
    for (const ReasonCode code : {ReasonCode::success, ReasonCode::re_authenticate}) {
        Script s(with_method());
        s.open();
        s.session.output().clear();
        server_auth(s, code);
        CHECK(s.events() == "broken protocol_error AUTH");
        CHECK(s.sent() == "");
    }
}

TEST_CASE("AUTH that is malformed, or for another method, breaks the protocol [MQTT-4.12.0-5]") {
    Script other(with_method());
    other.open();
    server_auth(other, ReasonCode::continue_authentication, "x", "N");
    CHECK(other.events() == "broken protocol_error AUTH");
    Script malformed(with_method());
    malformed.open();
    malformed.server_bytes(std::string_view("\xF0\x01\x18", 3));
    CHECK(malformed.events() == "broken protocol_error AUTH");
    Script connack(with_method());
    connack.open();
    connack.server(Connack{.properties = properties("x", "N").view()});
    CHECK(connack.events() == "broken protocol_error CONNACK");
}

TEST_CASE("a connection is authenticated again, in one step or several") {
    Script s(with_method());
    s.connect();
    CHECK_FALSE(s.session.re_authenticating());
    CHECK(s.session.reauthenticate("new") == Errc::ok);
    CHECK(s.session.re_authenticating());
    CHECK(sent_data(s) == "new");
    CHECK(s.sent().starts_with("AUTH 0x19"));
    server_auth(s, ReasonCode::continue_authentication, "more");
    CHECK(s.events() == "challenged 0x18 more");
    CHECK(s.session.authenticate("answer") == Errc::ok);
    CHECK(s.sent().starts_with("AUTH 0x18"));
    CHECK(s.publish("a", "x", Qos::at_most_once) == Errc::ok);  // meanwhile all goes on
    s.session.output().clear();
    server_auth(s, ReasonCode::success, "last");
    CHECK(s.events() == "challenged 0x00 last");
    CHECK_FALSE(s.session.re_authenticating());
    CHECK(s.session.reauthenticate("newer") == Errc::ok);
    s.session.output().clear();
    s.server_bytes(std::string_view("\xF0\x00", 2));  // success, in its shortest form
    CHECK(s.events() == "challenged 0x00 ");
}

TEST_CASE("a refusal comes in DISCONNECT, and from mosquitto in CONNACK, which has no place otherwise") {
    Script s(with_method());
    s.connect();
    CHECK(s.session.reauthenticate("new") == Errc::ok);
    s.server(Connack{.reason_code = ReasonCode::not_authorized});
    CHECK(s.events() == "disconnected 0x87");
    CHECK(s.sent() == "");
    Script accepted(with_method());
    accepted.connect();
    CHECK(accepted.session.reauthenticate("new") == Errc::ok);
    accepted.server(Connack{});
    CHECK(accepted.events() == "broken protocol_error CONNACK");
    Script idle(with_method());
    idle.connect();
    idle.server(Connack{.reason_code = ReasonCode::not_authorized});
    CHECK(idle.events() == "broken protocol_error CONNACK");
}

TEST_CASE("a server may ask for it, and need not ask twice") {
    Script s(with_method());
    s.connect();
    server_auth(s, ReasonCode::re_authenticate);
    CHECK(s.events() == "challenged 0x19 ");
    CHECK(s.session.reauthenticate("new") == Errc::ok);
    server_auth(s, ReasonCode::re_authenticate);
    CHECK(s.events() == "");
    s.lose_connection();
    s.open();
    CHECK_FALSE(s.session.re_authenticating());
}

TEST_CASE("a challenge that nobody asked for, and a success, break the protocol after CONNACK") {
    for (const ReasonCode code : {ReasonCode::success, ReasonCode::continue_authentication}) {
        Script s(with_method());
        s.connect();
        server_auth(s, code);
        CHECK(s.events() == "broken protocol_error AUTH");
        CHECK(s.sent() == "DISCONNECT 0x82");
    }
}

TEST_CASE("data that the server does not take is not sent [MQTT-3.2.2-15]") {
    Script s(with_method());
    wire::PropertyWriter limits;
    limits.add(PropertyIdentifier::maximum_packet_size, 20U);
    s.connect(false, limits);
    CHECK(s.session.reauthenticate(std::string(30, 'x')) == Errc::packet_too_large_for_server);
    CHECK_FALSE(s.session.re_authenticating());
    CHECK(s.sent() == "");
    CHECK(s.session.reauthenticate("x") == Errc::ok);
    s.session.output().clear();
    server_auth(s, ReasonCode::continue_authentication, "why");
    CHECK(s.events() == "challenged 0x18 why");
    CHECK(s.session.authenticate(std::string(30, 'x')) == Errc::packet_too_large_for_server);
    CHECK(s.sent() == "");
    s.session.connection_lost();
    s.open();
    s.session.output().clear();
    server_auth(s, ReasonCode::continue_authentication, "why");
    CHECK(s.session.authenticate(std::string(30, 'x')) == Errc::ok);  // that limit was the last connection's
}

TEST_CASE("nothing but AUTH follows CONNECT early [MQTT-3.1.2-30]") {
    session::Settings settings = with_method();
    settings.early = settings.publish_early = true;
    Script s(settings);
    s.open();
    CHECK_FALSE(s.session.can_send_early());
    CHECK_FALSE(s.session.can_publish());
    settings.authentication_method.clear();
    Script without(settings);
    without.open();
    CHECK(without.session.can_send_early());
    settings.connect_properties.add(PropertyIdentifier::authentication_method, "M");
    Script as_property(settings);
    as_property.open();
    CHECK_FALSE(as_property.session.can_send_early());
}

TEST_CASE("a method that only -D connect names gets no answer, before CONNACK or after it") {
    session::Settings settings;
    settings.connect_properties.add(PropertyIdentifier::authentication_method, "M");
    Script before(settings);
    before.open();
    server_auth(before, ReasonCode::continue_authentication, "x");
    CHECK(before.events() == "broken authentication_unsupported AUTH");
    Script after(settings);
    after.connect();
    server_auth(after, ReasonCode::re_authenticate);
    CHECK(after.events() == "broken authentication_unsupported AUTH");
    CHECK(after.sent() == "DISCONNECT 0x8c");
}
