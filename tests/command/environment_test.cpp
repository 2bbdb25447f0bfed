// SPDX-License-Identifier: Apache-2.0
#include "command/environment.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "format/json_message.hpp"

using namespace mqtts;
using command::Environment;
using Id = wire::PropertyIdentifier;

namespace {

using Variables = std::map<std::string, std::string>;

Variables variables(char* const* environment) {
    Variables all;
    for (; *environment != nullptr; ++environment) {
        const std::string text = *environment;
        const std::size_t end = text.find('=');
        REQUIRE(end != text.npos);
        CHECK_MESSAGE(all.emplace(text.substr(0, end), text.substr(end + 1)).second, text << " comes twice");
    }
    return all;
}

Variables of(const wire::Publish& message, std::vector<const char*> ours = {}) {
    ours.push_back(nullptr);
    Environment environment(ours.data());
    return variables(environment.of(message));
}

}  // namespace

TEST_CASE("the facts about a message are in the environment, beside our own variables") {
    const Variables found =
        of({.topic_name = "a/b", .payload = "12345", .qos = wire::Qos::exactly_once, .retain = true},
           {"PATH=/bin", "EMPTY=", "MQTT_OTHER=x=y"});
    CHECK(found == Variables{{"PATH", "/bin"},
                             {"EMPTY", ""},
                             {"MQTT_OTHER", "x=y"},
                             {"MQTT_TOPIC", "a/b"},
                             {"MQTT_QOS", "2"},
                             {"MQTT_RETAIN", "1"},
                             {"MQTT_DUP", "0"},
                             {"MQTT_PAYLOAD_LENGTH", "5"},
                             {"MQTT_LEVEL_1", "a"},
                             {"MQTT_LEVEL_2", "b"}});
    CHECK(of({.topic_name = "t", .dup = true}).at("MQTT_DUP") == "1");
    CHECK(of({.topic_name = "t"}).at("MQTT_PAYLOAD_LENGTH") == "0");
}

TEST_CASE("what this message has not is not set, whatever our own environment and the last message had") {
    std::vector<const char*> ours = {"MQTT_LEVEL_7=leak",
                                     "MQTT_LEVEL_33=leak",
                                     "MQTT_CONTENT_TYPE=leak",
                                     "MQTT_RESPONSE_TOPIC=leak",
                                     "MQTT_TOPIC=leak",
                                     "A=b",
                                     nullptr};
    Environment environment(ours.data());
    wire::PropertyWriter properties;
    properties.add(Id::content_type, "text/plain");
    properties.add(Id::user_property, "k", "v");
    CHECK(variables(environment.of({.topic_name = "1/2/3", .properties = properties.view()})).size() == 11);
    const Variables second = variables(environment.of({.topic_name = "1"}));
    CHECK(second.size() == 7);
    CHECK(second.at("MQTT_TOPIC") == "1");
    CHECK_FALSE(second.contains("MQTT_LEVEL_2"));
    CHECK_FALSE(second.contains("MQTT_LEVEL_7"));
    CHECK_FALSE(second.contains("MQTT_CONTENT_TYPE"));
}

TEST_CASE("our secrets are not for commands") {
    const Variables found = of({.topic_name = "t"}, {"MQTTS_PASSWORD=secret", "MQTTS_KEY_PASS=secret",
                                                     "MQTTS_PASSWORD_FILE=x", "MQTTS_HOST=h"});
    CHECK_FALSE(found.contains("MQTTS_PASSWORD"));
    CHECK_FALSE(found.contains("MQTTS_KEY_PASS"));
    CHECK(found.contains("MQTTS_PASSWORD_FILE"));
    CHECK(found.contains("MQTTS_HOST"));
}

TEST_CASE("the levels of the topic: empty ones, and 32 at most") {
    const Variables edges = of({.topic_name = "/a//"});
    CHECK(edges.at("MQTT_LEVEL_1").empty());
    CHECK(edges.at("MQTT_LEVEL_2") == "a");
    CHECK(edges.at("MQTT_LEVEL_3").empty());
    CHECK(edges.at("MQTT_LEVEL_4").empty());
    CHECK_FALSE(edges.contains("MQTT_LEVEL_5"));
    std::string long_topic = "1";
    for (int level = 2; level <= 40; ++level)
        long_topic += "/" + std::to_string(level);
    const Variables many = of({.topic_name = long_topic});
    CHECK(many.at("MQTT_LEVEL_32") == "32");
    CHECK_FALSE(many.contains("MQTT_LEVEL_33"));
    CHECK(many.at("MQTT_TOPIC") == long_topic);
}

TEST_CASE("the properties: text unchanged, Correlation Data in base64") {
    wire::PropertyWriter properties;
    properties.add(Id::response_topic, "answers/$(id)");
    properties.add(Id::correlation_data, std::string_view("\0\xff\n", 3));
    properties.add(Id::content_type, "a \"b\"\n'c'");
    const Variables found = of({.topic_name = "t", .properties = properties.view()});
    CHECK(found.at("MQTT_RESPONSE_TOPIC") == "answers/$(id)");
    CHECK(found.at("MQTT_CORRELATION_DATA") == "AP8K");
    CHECK(found.at("MQTT_CONTENT_TYPE") == "a \"b\"\n'c'");
    CHECK_FALSE(found.contains("MQTT_USER_PROPERTIES"));
}

TEST_CASE("the user properties are the JSON that the output has") {
    wire::PropertyWriter properties;
    properties.add(Id::user_property, "k", "v");
    properties.add(Id::user_property, "k", "\"$(reboot)\"\n\\ \xc3\xa4");
    properties.add(Id::user_property, "", "");
    const wire::Publish message{.topic_name = "t", .properties = properties.view()};
    const std::string json = of(message).at("MQTT_USER_PROPERTIES");
    CHECK(json == "[{\"k\":\"v\"},{\"k\":\"\\\"$(reboot)\\\"\\n\\\\ \xc3\xa4\"},{\"\":\"\"}]");
    const Log log("test", Log::Level::quiet);
    Buffer whole;
    format::JsonMessage({}, log).append(whole, message, format::JsonMessage::Payload::string, {});
    CHECK(whole.readable().find("\"user-properties\":" + json) != std::string_view::npos);
}

TEST_CASE("nothing is cut off and nothing is interpreted: quotes, substitutions, newlines, dashes, 200 KiB") {
    for (const std::string topic : {"-n", "--help", "$(touch x)", "`x`", "a;b|c&d", "'\"", "a\nb=c", "a=b", "%s%n"}) {
        const Variables found = of({.topic_name = topic});
        CHECK(found.at("MQTT_TOPIC") == topic);
        CHECK(found.size() == 6);
    }
    wire::PropertyWriter properties;
    for (int i = 0; i < 4; ++i)
        properties.add(Id::user_property, "large", std::string(50 * 1024, 'x'));
    CHECK(of({.topic_name = "t", .properties = properties.view()}).at("MQTT_USER_PROPERTIES").size() > 200 * 1024);
}
