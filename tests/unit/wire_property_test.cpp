// SPDX-License-Identifier: Apache-2.0
#include "wire/property.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/hex.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using mqtts::test::from_hex;
using mqtts::test::to_hex;

namespace {

using Id = PropertyIdentifier;

const std::vector<PacketType> packets_with_properties = {
    will_properties,         PacketType::connect,  PacketType::connack,    PacketType::publish,   PacketType::puback,
    PacketType::pubrec,      PacketType::pubrel,   PacketType::pubcomp,    PacketType::subscribe, PacketType::suback,
    PacketType::unsubscribe, PacketType::unsuback, PacketType::disconnect, PacketType::auth,
};

bool is_number(const PropertyInfo& property) {
    return property.type != PropertyType::string && property.type != PropertyType::binary &&
           property.type != PropertyType::string_pair;
}

void add_valid(PropertyWriter& writer, const PropertyInfo& property) {
    if (is_number(property)) {
        writer.add(property.identifier, property.minimum);
    } else if (property.type == PropertyType::string_pair) {
        writer.add(property.identifier, "name", "value");
    } else {
        writer.add(property.identifier, "text");
    }
}

Errc check_number(Id identifier, std::uint32_t number, PacketType packet) {
    PropertyWriter writer;
    writer.add(identifier, number);
    return check_properties(writer.view().bytes(), packet);
}

Errc check_hex(std::string_view hex, PacketType packet) {
    return check_properties(from_hex(hex), packet);
}

}  // namespace

TEST_CASE("the table has all 27 properties, ascending, each with a name of its own [MQTT-2.2.2.2]") {
    CHECK(property_table().size() == 27);
    std::set<std::string_view> names;
    unsigned previous = 0;
    for (const PropertyInfo& property : property_table()) {
        CAPTURE(property.name);
        const auto identifier = static_cast<unsigned>(property.identifier);
        CHECK(identifier > previous);
        previous = identifier;
        CHECK(names.insert(property.name).second);
        CHECK(property.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == property.name.npos);
        CHECK(property.allowed_in != 0);
        CHECK(find_property(identifier) == &property);
        CHECK(find_property(property.name) == &property);
        CHECK(&info(property.identifier) == &property);
        CHECK((property.maximum > 0) == is_number(property));
        CHECK(property.minimum <= property.maximum);
    }
}

TEST_CASE("what is not in the table is not found") {
    for (const std::uint32_t identifier : {0U, 4U, 0x0AU, 0x14U, 0x2BU, 0x7FU, 0x80U, 0xFFFF'FFFFU}) {
        CHECK(find_property(identifier) == nullptr);
    }
    CHECK(find_property("") == nullptr);
    CHECK(find_property("topic") == nullptr);
}

TEST_CASE("each property stands only in the packets the specification names [MQTT-2.2.2.2]") {
    // One letter a packet: Will, CONNECT, connacK, Publish, puback to pubcomp: 4 5 6 7, Subscribe, subAck, Unsubscribe,
    // unsubacK: u, Disconnect, auTh.
    const auto letters = [](const PropertyInfo& property) {
        const std::string_view alphabet = "WCKP4567SAUuDT";
        std::string result;
        for (std::size_t i = 0; i < alphabet.size(); ++i) {
            if (property.allowed(packets_with_properties[i])) result += alphabet[i];
        }
        return result;
    };
    const struct {
        std::string_view name, packets;
    } expected[] = {
        {"payload-format-indicator", "WP"},
        {"message-expiry-interval", "WP"},
        {"content-type", "WP"},
        {"response-topic", "WP"},
        {"correlation-data", "WP"},
        {"subscription-identifier", "PS"},
        {"session-expiry-interval", "CKD"},
        {"assigned-client-identifier", "K"},
        {"server-keep-alive", "K"},
        {"authentication-method", "CKT"},
        {"authentication-data", "CKT"},
        {"request-problem-information", "C"},
        {"will-delay-interval", "W"},
        {"request-response-information", "C"},
        {"response-information", "K"},
        {"server-reference", "KD"},
        {"reason-string", "K4567AuDT"},
        {"receive-maximum", "CK"},
        {"topic-alias-maximum", "CK"},
        {"topic-alias", "P"},
        {"maximum-qos", "K"},
        {"retain-available", "K"},
        {"user-property", "WCKP4567SAUuDT"},
        {"maximum-packet-size", "CK"},
        {"wildcard-subscription-available", "K"},
        {"subscription-identifier-available", "K"},
        {"shared-subscription-available", "K"},
    };
    for (const auto& [name, packets] : expected) {
        CAPTURE(name);
        const PropertyInfo* const property = find_property(name);
        REQUIRE(property != nullptr);
        CHECK(letters(*property) == packets);
    }
}

TEST_CASE("the columns that few properties have are those of the specification") {
    const auto columns = [](const PropertyInfo& property) {
        std::string result;
        const auto add = [&](std::string_view column, bool has) {
            if (has) result.append(result.empty() ? "" : ", ").append(column);
        };
        add("repeatable", property.repeatable_in == property.allowed_in);
        add("repeatable in PUBLISH", property.repeatable_in == packets({PacketType::publish}));
        add("only from a server in PUBLISH", property.only_from_server == packets({PacketType::publish}));
        add("topic name", property.is_topic_name);
        add("secret", property.is_secret);
        add("per connection", property.per_connection);
        return result;
    };
    const std::map<std::string_view, std::string_view> expected = {
        {"response-topic", "topic name"},   // [MQTT-3.3.2-14]
        {"authentication-data", "secret"},  // section 3.1.2.11.10: what is in it depends on the method
        {"topic-alias", "per connection"},  // [MQTT-3.3.2-7]
        {"user-property", "repeatable"},    // section 3.1.2.11.8, and in each other packet
        {"subscription-identifier",         // [MQTT-3.3.4-4] [MQTT-3.3.4-6]; of the subscriptions of one client
         "repeatable in PUBLISH, only from a server in PUBLISH, per connection"},
    };
    for (const PropertyInfo& property : property_table()) {
        CAPTURE(property.name);
        const auto found = expected.find(property.name);
        CHECK(columns(property) == (found != expected.end() ? found->second : ""));
    }
}

TEST_CASE("a column says nothing about packets that the property is not allowed in, nor about values it cannot have") {
    for (const PropertyInfo& property : property_table()) {
        CAPTURE(property.name);
        CHECK((property.repeatable_in & ~property.allowed_in) == 0);
        CHECK((property.only_from_server & ~property.allowed_in) == 0);
        if (property.is_topic_name) CHECK(property.type == PropertyType::string);
        for (const PacketType packet : packets_with_properties) {
            const bool only_the_server = contains(property.only_from_server, packet);
            CHECK(property.allowed_from_client(packet) == (property.allowed(packet) && !only_the_server));
        }
    }
}

TEST_CASE("a client may send each property where it is allowed, but for the Subscription Identifier [MQTT-3.3.4-6]") {
    const PropertyInfo& subscription = info(Id::subscription_identifier);
    CHECK_FALSE(subscription.allowed_from_client(PacketType::publish));
    CHECK(subscription.allowed_from_client(PacketType::subscribe));
    CHECK_FALSE(subscription.allowed_from_client(PacketType::connect));
    CHECK(info(Id::topic_alias).allowed_from_client(PacketType::publish));
}

TEST_CASE("each property is accepted in its packets and refused in all others") {
    for (const PropertyInfo& property : property_table()) {
        CAPTURE(property.name);
        PropertyWriter writer;
        if (property.is_topic_name) {
            writer.add(property.identifier, "reply/to");
        } else {
            add_valid(writer, property);
        }
        for (const PacketType packet : packets_with_properties) {
            CAPTURE(name(packet));
            const Errc expected = property.allowed(packet) ? Errc::ok : Errc::malformed_packet;
            CHECK(check_properties(writer.view().bytes(), packet) == expected);
        }
        CHECK(check_properties(writer.view().bytes(), PacketType::pingresp) == Errc::malformed_packet);
    }
}

TEST_CASE("only User Property, and Subscription Identifier in PUBLISH, may stand twice [MQTT-3.3.4-3]") {
    for (const PropertyInfo& property : property_table()) {
        PropertyWriter writer;
        add_valid(writer, property);
        add_valid(writer, property);
        for (const PacketType packet : packets_with_properties) {
            if (!property.allowed(packet)) continue;
            CAPTURE(property.name);
            CAPTURE(name(packet));
            const bool repeatable =
                property.identifier == Id::user_property ||
                (property.identifier == Id::subscription_identifier && packet == PacketType::publish);
            CHECK(check_properties(writer.view().bytes(), packet) == (repeatable ? Errc::ok : Errc::protocol_error));
        }
    }
}

TEST_CASE("numbers stay within their range") {
    const struct {
        Id identifier;
        PacketType packet;
        std::uint32_t number;
        Errc expected;
    } table[] = {
        {Id::payload_format_indicator, PacketType::publish, 0, Errc::ok},
        {Id::payload_format_indicator, PacketType::publish, 1, Errc::ok},
        {Id::payload_format_indicator, PacketType::publish, 2, Errc::protocol_error},
        {Id::request_problem_information, PacketType::connect, 2, Errc::protocol_error},
        {Id::request_response_information, PacketType::connect, 255, Errc::protocol_error},
        {Id::maximum_qos, PacketType::connack, 1, Errc::ok},
        {Id::maximum_qos, PacketType::connack, 2, Errc::protocol_error},
        {Id::retain_available, PacketType::connack, 2, Errc::protocol_error},
        {Id::wildcard_subscription_available, PacketType::connack, 2, Errc::protocol_error},
        {Id::subscription_identifier_available, PacketType::connack, 2, Errc::protocol_error},
        {Id::shared_subscription_available, PacketType::connack, 2, Errc::protocol_error},
        {Id::receive_maximum, PacketType::connack, 0, Errc::protocol_error},
        {Id::receive_maximum, PacketType::connack, 1, Errc::ok},
        {Id::receive_maximum, PacketType::connack, 65535, Errc::ok},
        {Id::topic_alias_maximum, PacketType::connack, 0, Errc::ok},
        {Id::topic_alias, PacketType::publish, 0, Errc::protocol_error},
        {Id::topic_alias, PacketType::publish, 65535, Errc::ok},
        {Id::maximum_packet_size, PacketType::connack, 0, Errc::protocol_error},
        {Id::maximum_packet_size, PacketType::connack, 0xFFFF'FFFF, Errc::ok},
        {Id::subscription_identifier, PacketType::publish, 0, Errc::protocol_error},
        {Id::subscription_identifier, PacketType::publish, 1, Errc::ok},
        {Id::subscription_identifier, PacketType::publish, 268'435'455, Errc::ok},
        {Id::message_expiry_interval, PacketType::publish, 0xFFFF'FFFF, Errc::ok},
        {Id::server_keep_alive, PacketType::connack, 0, Errc::ok},
        {Id::will_delay_interval, will_properties, 0, Errc::ok},
    };
    for (const auto& [identifier, packet, number, expected] : table) {
        CAPTURE(info(identifier).name);
        CAPTURE(number);
        CHECK(check_number(identifier, number, packet) == expected);
    }
}

TEST_CASE("what is not well-formed is malformed, wherever it is cut") {
    CHECK(check_hex("", PacketType::publish) == Errc::ok);
    CHECK(check_hex("00", PacketType::publish) == Errc::malformed_packet);
    CHECK(check_hex("04 00", PacketType::publish) == Errc::malformed_packet);
    CHECK(check_hex("81 00 01", PacketType::publish) == Errc::malformed_packet);  // 1, in two bytes
    CHECK(check_hex("81 01", PacketType::publish) == Errc::malformed_packet);     // 129 is no property
    CHECK(check_hex("80 80 80 80", PacketType::publish) == Errc::malformed_packet);
    CHECK(check_hex("0b 80 80 80 80 01", PacketType::publish) == Errc::malformed_packet);
    for (const PropertyInfo& property : property_table()) {
        CAPTURE(property.name);
        PropertyWriter writer;
        add_valid(writer, property);
        for (const PacketType packet : packets_with_properties) {
            if (!property.allowed(packet)) continue;
            const std::string bytes(writer.view().bytes());
            for (std::size_t length = 1; length < bytes.size(); ++length) {
                CHECK(check_properties(std::string(bytes, 0, length), packet) == Errc::malformed_packet);
            }
        }
    }
}

TEST_CASE("strings are valid UTF-8, binary data is anything [MQTT-1.5.4-1] [MQTT-1.5.7-1]") {
    CHECK(check_hex("03 00 01 ff", PacketType::publish) == Errc::malformed_packet);
    CHECK(check_hex("1f 00 01 00", PacketType::puback) == Errc::malformed_packet);
    CHECK(check_hex("26 00 01 ff 00 01 76", PacketType::puback) == Errc::malformed_packet);
    CHECK(check_hex("26 00 01 6b 00 01 ff", PacketType::puback) == Errc::malformed_packet);
    CHECK(check_hex("26 00 00 00 00", PacketType::puback) == Errc::ok);
    CHECK(check_hex("09 00 02 ff 00", PacketType::publish) == Errc::ok);
    CHECK(check_hex("16 00 01 ff", PacketType::auth) == Errc::ok);
}

TEST_CASE("a Response Topic is a Topic Name [MQTT-3.3.2-14]") {
    for (const std::string_view invalid : {"a/#", "+", ""}) {
        PropertyWriter writer;
        writer.add(Id::response_topic, invalid);
        CHECK(check_properties(writer.view().bytes(), PacketType::publish) == Errc::protocol_error);
        CHECK(check_properties(writer.view().bytes(), will_properties) == Errc::protocol_error);
    }
}

TEST_CASE("properties are written as the specification lays them out") {
    PropertyWriter writer;
    writer.add(Id::payload_format_indicator, 1U);
    writer.add(Id::topic_alias, 0x0102U);
    writer.add(Id::message_expiry_interval, 0x0102'0304U);
    writer.add(Id::subscription_identifier, 300U);
    writer.add(Id::content_type, "t/p");
    writer.add(Id::correlation_data, std::string_view("\0\xFF", 2));
    writer.add(Id::user_property, "k", "vw");
    CHECK(to_hex(writer.view().bytes()) ==
          "01 01 23 01 02 02 01 02 03 04 0b ac 02 03 00 03 74 2f 70 09 00 02 00 ff 26 00 01 6b 00 02 76 77");
    CHECK(check_properties(writer.view().bytes(), PacketType::publish) == Errc::ok);
}

TEST_CASE("a view iterates over what was written, in order") {
    PropertyWriter writer;
    writer.add(Id::subscription_identifier, 268'435'455U);
    writer.add(Id::user_property, "a", "1");
    writer.add(Id::user_property, "a", "2");
    writer.add(Id::response_topic, "r");
    writer.add(Id::subscription_identifier, 7U);
    std::string text;
    for (const Property& property : writer.view()) {
        text += std::string(info(property.identifier).name) + ' ' + std::to_string(property.number) + ' ' +
                std::string(property.text) + ' ' + std::string(property.value) + '\n';
    }
    CHECK(text ==
          "subscription-identifier 268435455  \n"
          "user-property 0 a 1\n"
          "user-property 0 a 2\n"
          "response-topic 0 r \n"
          "subscription-identifier 7  \n");
}

TEST_CASE("find returns the first property with an identifier") {
    PropertyWriter writer;
    writer.add(Id::user_property, "a", "1");
    writer.add(Id::user_property, "b", "2");
    writer.add(Id::topic_alias, 9U);
    const PropertiesView view = writer.view();
    REQUIRE(view.find(Id::user_property));
    CHECK(view.find(Id::user_property)->text == "a");
    CHECK(view.find(Id::user_property)->value == "1");
    REQUIRE(view.find(Id::topic_alias));
    CHECK(view.find(Id::topic_alias)->number == 9);
    CHECK_FALSE(view.find(Id::content_type));
    CHECK_FALSE(PropertiesView().find(Id::topic_alias));
    CHECK(PropertiesView().empty());
    CHECK(PropertiesView().begin() == PropertiesView().end());
}
