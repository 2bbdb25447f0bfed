// SPDX-License-Identifier: Apache-2.0
// -D: properties of MQTT 5.
#include "cli/property.hpp"

#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;
using Id = wire::PropertyIdentifier;

namespace {

Settings with(std::vector<std::string> words) {
    words.insert(words.begin(), "-D");
    words.insert(words.end(), {"-t", "a", "-n"});
    auto parsed = CommandLine(Command::publish, words).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}

std::string refusal_of(std::vector<std::string> words) {
    words.insert(words.begin(), "-D");
    words.insert(words.end(), {"-t", "a", "-n"});
    const auto parsed = CommandLine(Command::publish, words).parse();
    REQUIRE(parsed.has_error());
    CHECK(exit_status(parsed.error().code) == 2);
    return one_line(parsed.error());
}

/// A value that is in order.
std::string sample(const wire::PropertyInfo& property) {
    if (property.identifier == Id::response_topic) return "a/b";
    if (property.maximum != 0) return std::to_string(property.maximum);
    return "text";
}

}  // namespace

TEST_CASE("each property is taken for the packets in which a client may send it, and refused for the others") {
    for (const cli::PropertyCommand& command : cli::property_commands()) {
        for (const wire::PropertyInfo& property : wire::property_table()) {
            CAPTURE(command.name);
            CAPTURE(property.name);
            std::vector<std::string> words = {std::string(command.name), std::string(property.name), sample(property)};
            if (property.identifier == Id::user_property) words.emplace_back("value");
            if (command.takes(property)) {
                words.insert(words.begin(), "-D");
                words.insert(words.end(), {"-t", "a", "-n", "-x", "1", "--will-topic", "w"});
                if (property.identifier == Id::authentication_data)
                    words.insert(words.end(), {"-D", "connect", "authentication-method", "m"});
                const auto parsed = CommandLine(Command::publish, words).parse();
                CHECK_MESSAGE(parsed.has_value(), parsed.error().cause);
            } else {
                const std::string cause =
                    "-D: " + std::string(property.name) + " does not belong in " + std::string(command.name);
                const std::string refusal = refusal_of(words);
                CHECK((refusal.starts_with(cause + "; give " + std::string(property.name) + " with ") ||
                       refusal == cause + ": only a broker sends it"));
            }
        }
    }
}

TEST_CASE("properties go to the packets they were given for") {
    using wire::PropertiesView;
    const auto number = [](PropertiesView properties, Id identifier) {
        const auto found = properties.find(identifier);
        REQUIRE(found);
        return found->number;
    };
    CHECK(with({"publish", "content-type", "text/plain"})
              .publish.message.properties.view()
              .find(Id::content_type)
              ->text == "text/plain");
    CHECK(number(with({"publish", "topic-alias", "65535"}).publish.message.properties.view(), Id::topic_alias) ==
          65535);
    CHECK(number(with({"publish", "message-expiry-interval", "4294967295"}).publish.message.properties.view(),
                 Id::message_expiry_interval) == 4294967295);
    CHECK(number(with({"subscribe", "subscription-identifier", "268435455"}).client.session.subscribe_properties.view(),
                 Id::subscription_identifier) == 268'435'455);
    CHECK(
        with({"unsubscribe", "user-property", "k", "v"}).client.session.unsubscribe_properties.view().begin()->value ==
        "v");
    CHECK(with({"disconnect", "reason-string", "tired"}).client.session.disconnect_properties.view().begin()->text ==
          "tired");
    CHECK(number(with({"connect", "topic-alias-maximum", "7"}).client.session.connect_properties.view(),
                 Id::topic_alias_maximum) == 7);
}

TEST_CASE("names in any case, with values attached or not") {
    CHECK_FALSE(with({"PUBLISH", "Content-Type", "x"}).publish.message.properties.view().empty());
    CHECK_FALSE(publish({"-Dpublish", "content-type", "x", "-t", "a", "-n"}).publish.message.properties.view().empty());
    CHECK_FALSE(publish({"--property=publish", "content-type", "x", "-t", "a", "-n"})
                    .publish.message.properties.view()
                    .empty());
    CHECK_FALSE(
        publish({"-rnD", "publish", "content-type", "-x", "-t", "a"}).publish.message.properties.view().empty());
}

TEST_CASE("user properties have two words and may come again, in order [MQTT-3.3.2-18]") {
    const Settings s = publish(
        {"-t", "a", "-n", "-D", "publish", "user-property", "k", "1", "-D", "publish", "USER-PROPERTY", "k", "-D"});
    std::string pairs;
    for (const wire::Property& property : s.publish.message.properties.view())
        pairs += std::string(property.text) + "=" + std::string(property.value) + ";";
    CHECK(pairs == "k=1;k=-D;");
}

TEST_CASE("words that are missing") {
    const std::string hint = "; give -D COMMAND IDENTIFIER VALUE";
    CHECK(publish_refusal({"-t", "a", "-n", "-D"}) == "-D needs 3 words after it and has 0" + hint);
    CHECK(publish_refusal({"-t", "a", "-n", "--property", "publish"}) ==
          "--property needs 3 words after it and has 1; give --property COMMAND IDENTIFIER VALUE");
    CHECK(publish_refusal({"-D", "publish", "content-type"}) == "-D needs 3 words after it and has 2" + hint);
    CHECK(publish_refusal({"-D", "publish", "user-property", "k"}) == "-D needs 4 words after it and has 3" + hint);
}

TEST_CASE("commands and properties that there are not") {
    for (const std::string command : {"auth", "puback", "connack", "", "x"})
        CHECK(refusal_of({command, "reason-string", "x"}) ==
              "-D: the first word is not a packet that has properties; give connect, publish, subscribe, unsubscribe, "
              "disconnect or will");
    CHECK(
        refusal_of({"subscribe", "content", "x"}) ==
        "-D: the second word is not a property of MQTT 5; for subscribe give subscription-identifier or user-property");
    CHECK(refusal_of({"unsubscribe", "\x1b", "x"}) ==
          "-D: the second word is not a property of MQTT 5; for unsubscribe give user-property");
}

TEST_CASE("a property in the wrong packet is answered with the right one") {
    CHECK(refusal_of({"connect", "content-type", "x"}) ==
          "-D: content-type does not belong in connect; give content-type with publish or will");
    CHECK(refusal_of({"will", "reason-string", "x"}) ==
          "-D: reason-string does not belong in will; give reason-string with disconnect");
    CHECK(refusal_of({"connect", "maximum-qos", "1"}) ==
          "-D: maximum-qos does not belong in connect: only a broker sends it");
}

TEST_CASE("a client does not send subscription identifiers in PUBLISH [MQTT-3.3.4-6]") {
    CHECK(refusal_of({"publish", "subscription-identifier", "1"}) ==
          "-D: subscription-identifier does not belong in publish; give subscription-identifier with subscribe");
}

TEST_CASE("numbers are numbers, and in range") {
    CHECK(refusal_of({"subscribe", "subscription-identifier", "0"}) ==
          "-D: subscription-identifier: '0' is not a number from 1 to 268435455");
    CHECK(refusal_of({"connect", "receive-maximum", "0"}) ==
          "-D: receive-maximum: '0' is not a number from 1 to 65535");
    CHECK(refusal_of({"publish", "payload-format-indicator", "2"}) ==
          "-D: payload-format-indicator: '2' is not a number from 0 to 1");
    CHECK(refusal_of({"publish", "topic-alias", "0"}) == "-D: topic-alias: '0' is not a number from 1 to 65535");
    CHECK(refusal_of({"publish", "message-expiry-interval", "4294967296"}) ==
          "-D: message-expiry-interval: '4294967296' is not a number from 0 to 4294967295");
    CHECK(refusal_of({"will", "will-delay-interval", "soon"}) ==
          "-D: will-delay-interval: 'soon' is not a number from 0 to 4294967295");
    CHECK(refusal_of({"connect", "maximum-packet-size", ""}) ==
          "-D: maximum-packet-size: '' is not a number from 1 to 4294967295");
}

TEST_CASE("texts are UTF-8, and a response topic has no wildcards [MQTT-1.5.4-1] [MQTT-3.3.2-14]") {
    CHECK(refusal_of({"publish", "content-type", "\xff"}) == "-D: content-type: '\\xff' is not valid UTF-8");
    CHECK(refusal_of({"publish", "user-property", "k", "\xff"}) == "-D: user-property: '\\xff' is not valid UTF-8");
    CHECK(refusal_of({"publish", "user-property", "\xff", "v"}) == "-D: user-property: '\\xff' is not valid UTF-8");
    CHECK(refusal_of({"publish", "content-type", std::string(65536, 'x')}) ==
          "-D: content-type: its value is longer than 65535 bytes");
    CHECK(refusal_of({"will", "response-topic", "a/+"}) ==
          "-D: response-topic: 'a/+' has the wildcard +; give one topic, without + and #");
}

TEST_CASE("binary values stand for themselves, or are decoded after base64:") {
    const auto data = [](const std::string& text) {
        return std::string(with({"publish", "correlation-data", text})
                               .publish.message.properties.view()
                               .find(Id::correlation_data)
                               ->text);
    };
    CHECK(data("plain") == "plain");
    CHECK(data("") == "");
    CHECK(data("\xff\xfe") == "\xff\xfe");
    CHECK(data("base64:") == "");
    CHECK(data("base64:AAEC") == std::string("\0\1\2", 3));
    CHECK(data("base64:/+8=") == "\xff\xef");
    CHECK(data("base64:QQ==") == "A");
    CHECK(data("base64:YmFzZTY0Og==") == "base64:");
    CHECK(data("Base64:QQ==") == "Base64:QQ==");
    CHECK(data(std::string(65535, 'x')).size() == 65535);

    for (const std::string wrong : {"A", "QQ", "QQ=", "Q===", "QQ==QQ==", "Q=Q=", "Q_==", "QR==", "QUF=", "QQ==\n"})
        CHECK(refusal_of({"publish", "correlation-data", "base64:" + wrong}) ==
              "-D: correlation-data: the text after base64: is not valid base64");
    CHECK(refusal_of({"publish", "correlation-data", std::string(65536, 'x')}) ==
          "-D: correlation-data: its value is longer than 65535 bytes");
}

TEST_CASE("a property that may stand only once is refused the second time") {
    CHECK(publish_refusal({"-D", "publish", "content-type", "x", "-D", "publish", "content-type", "x"}) ==
          "-D: publish has content-type already; give content-type only once");
    CHECK(subscribe_refusal(
              {"-D", "subscribe", "subscription-identifier", "1", "-D", "subscribe", "subscription-identifier", "2"}) ==
          "-D: subscribe has subscription-identifier already; give subscription-identifier only once");
    const Settings both = publish({"-D", "publish", "content-type", "x", "-D", "will", "content-type", "y",
                                   "--will-topic", "w", "-t", "a", "-n"});
    CHECK(both.client.session.will->properties.view().find(Id::content_type)->text == "y");
}

TEST_CASE("any property makes MQTT 5 the only version, wherever -V stands") {
    CHECK(with({"publish", "content-type", "x"}).client.version_pinned);
    const std::string refused = "-D contradicts -V 311: only MQTT 5 has properties; leave out -V";
    CHECK(publish_refusal({"-V", "311", "-D", "publish", "content-type", "x", "-t", "a", "-n"}) == refused);
    CHECK(publish_refusal({"-D", "publish", "content-type", "x", "-V", "311", "-t", "a", "-n"}) == refused);
    CHECK(
        publish({"-V", "311", "-V", "5", "-D", "publish", "content-type", "x", "-t", "a", "-n"}).client.version_pinned);
}

TEST_CASE("properties of packets that are never sent are ignored") {
    CHECK(subscribe({"-t", "a", "-D", "publish", "content-type", "x"}).client.version_pinned);
    CHECK_FALSE(with({"subscribe", "subscription-identifier", "1"}).client.session.will);
    CHECK_FALSE(with({"will", "will-delay-interval", "5"}).client.session.will);
}

TEST_CASE("the session expiry interval of CONNECT is that of -x, the last one counts") {
    const std::vector<std::string> property = {"connect", "session-expiry-interval", "60"};
    const Settings s = with(property);
    CHECK(s.client.session.session_expiry_interval == 60);
    CHECK(s.client.session.connect_properties.view().empty());
    CHECK(publish({"-D", "connect", "session-expiry-interval", "60", "-x", "5", "-t", "a", "-n"})
              .client.session.session_expiry_interval == 5);
    CHECK(publish({"-x", "5", "-D", "connect", "session-expiry-interval", "60", "-t", "a", "-n"})
              .client.session.session_expiry_interval == 60);
    CHECK(publish_refusal({"-D", "connect", "session-expiry-interval", "4294967295", "-t", "a", "-n"}) ==
          "-x -1 keeps the session of a client identifier forever; give a client identifier with -i");
}

TEST_CASE("receive maximum and maximum packet size of CONNECT become our limits") {
    const Settings s = subscribe({"-t", "a", "-C", "3", "-D", "connect", "receive-maximum", "9", "-D", "connect",
                                  "maximum-packet-size", "1000", "-D", "connect", "request-problem-information", "0"});
    CHECK(s.client.session.receive_maximum == 9);
    CHECK(s.client.session.maximum_packet_size == 1000);
    CHECK(s.client.session.connect_properties.view().find(Id::request_problem_information)->number == 0);
    CHECK_FALSE(s.client.session.connect_properties.view().find(Id::receive_maximum));
    CHECK_FALSE(s.client.session.connect_properties.view().find(Id::maximum_packet_size));
}

TEST_CASE("DISCONNECT cannot prolong a session that ends with the connection [MQTT-3.14.2.2.2]") {
    const std::string refused =
        "-D disconnect session-expiry-interval cannot extend a session that ends with the connection; give -x too";
    CHECK(refusal_of({"disconnect", "session-expiry-interval", "9"}) == refused);
    CHECK(subscribe_refusal({"-t", "a", "-q", "1", "-D", "disconnect", "session-expiry-interval", "9"}) == refused);

    const Settings ended = subscribe({"-t", "a", "-q", "1", "-D", "disconnect", "session-expiry-interval", "0"});
    CHECK_FALSE(ended.client.session.end_session_at_disconnect);  // or there were two of them
    CHECK(ended.client.session.session_expiry_interval == 3600);
    CHECK(publish({"-t", "a", "-n", "-x", "5", "-D", "disconnect", "session-expiry-interval", "9"})
              .client.session.session_expiry_interval == 5);
}

TEST_CASE("authentication data needs a method, and is a secret [MQTT-3.1.2.11.10]") {
    CHECK(refusal_of({"connect", "authentication-data", "secret"}) ==
          "-D connect authentication-data needs authentication-method; give -D connect authentication-method too");

    CommandLine line(Command::publish, {"-D", "connect", "Authentication-Data", "secret", "-D", "connect",
                                        "authentication-method", "m", "-t", "a", "-n"});
    REQUIRE(line.parse().has_value());
    CHECK(line.arguments()[3] == std::string(6, '\0'));
    CHECK(line.arguments()[7] == "m");
}
