// SPDX-License-Identifier: Apache-2.0
// What %j and %J print is JSON, whatever came: it is read back here with an independent parser.
#include <boost/json/parse.hpp>

#include "format_messages.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::string_view_literals;
using namespace std::string_literals;

namespace boost_json = boost::json;

namespace {

const std::string head = R"({"tst":"2026-11-20T12:17:43.789743+0000","topic":"t","qos":0,"retain":false,"payloadlen":)";

/// The message of one payload, parsed.
boost_json::object parsed(const std::string& format, std::string_view payload,
                          format::Reader reader = format::Reader::program) {
    const std::string line =
        printed({.settings = {.format = format}, .reader = reader}, {.topic_name = "t", .payload = payload});
    CAPTURE(line);
    boost::system::error_code error;
    const boost_json::value value = boost_json::parse(line, error);
    REQUIRE_FALSE(error);
    return value.as_object();
}

std::string_view string_in(const boost_json::object& object, const char* key) {
    const boost_json::string& text = object.at(key).as_string();
    return {text.data(), text.size()};
}

/// What %J prints as the payload.
std::string embedded(const std::string& payload, bool pretty = false) {
    const std::string line = printed({.settings = {.end_of_line = false, .format = "%J", .pretty = pretty}},
                                     {.topic_name = "t", .payload = payload});
    const std::string key = pretty ? "\"payload\":\t" : "\"payload\":";
    const std::size_t begin = line.find(key);
    REQUIRE(begin != std::string::npos);
    return line.substr(begin + key.size(), line.size() - begin - key.size() - (pretty ? 2 : 1));
}

}  // namespace

TEST_CASE("%j: the keys and their order") {
    const TimeZone utc("UTC");
    wire::PropertyWriter properties;
    using enum wire::PropertyIdentifier;
    properties.add(content_type, "text/plain");
    properties.add(correlation_data, "cor");
    properties.add(payload_format_indicator, 1);
    properties.add(response_topic, "re/ply");
    properties.add(user_property, "k1", "v1");
    properties.add(user_property, "k2", "v2");
    properties.add(message_expiry_interval, 100);
    properties.add(user_property, "k1", "v3");
    properties.add(subscription_identifier, 7);
    const wire::Publish message{.topic_name = "f/topic",
                                .payload = "he\"llo",
                                .properties = properties.view(),
                                .packet_identifier = 1,
                                .qos = wire::Qos::at_least_once};
    CHECK(formatted("%j", message) ==
          R"({"tst":"2026-11-20T12:17:43.789743+0000","topic":"f/topic","qos":1,"retain":false,"payloadlen":6,"mid":1,)"
          R"("properties":{"content-type":"text/plain","correlation-data":"cor","payload-format-indicator":1,)"
          R"("response-topic":"re/ply","user-properties":[{"k1":"v1"},{"k2":"v2"},{"k1":"v3"}],)"
          R"("message-expiry-interval":100,"subscription-identifier":7},"payload":"he\"llo"})");
}

TEST_CASE("%j: no mid at QoS 0, no properties where there are none, null for an empty payload") {
    const TimeZone utc("UTC");
    CHECK(formatted("%j", {.topic_name = "t", .payload = "x"}) == head + R"(1,"payload":"x"})");
    CHECK(formatted("%j", {.topic_name = "t"}) == head + R"(0,"payload":null})");
    CHECK(formatted("%J", {.topic_name = "t"}) == head + R"(0,"payload":null})");
    CHECK(printed({.settings = {.format = "%5j"}}, {.topic_name = "t"}) == head + "0,\"payload\":null}\n");
}

TEST_CASE("%j: several subscription identifiers are an array, large numbers are not negative") {
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::subscription_identifier, 7);
    properties.add(wire::PropertyIdentifier::message_expiry_interval, 0xFFFF'FFFF);
    properties.add(wire::PropertyIdentifier::subscription_identifier, 268'435'455);
    const std::string line = formatted("%j", {.topic_name = "t", .properties = properties.view()});
    CHECK(line.find(R"({"subscription-identifier":[7,268435455],"message-expiry-interval":4294967295})") !=
          std::string::npos);
}

TEST_CASE("--pretty: tabs, objects on lines of their own, arrays in one") {
    const TimeZone utc("UTC");
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::user_property, "k1", "v1");
    properties.add(wire::PropertyIdentifier::user_property, "k2", "v2");
    const wire::Publish message{
        .topic_name = "t", .payload = R"({"a":[1,{"b":[]},[2,3]],"c":{}})", .properties = properties.view()};
    const std::string pretty = printed({.settings = {.format = "%J", .pretty = true}}, message);
    CHECK(pretty ==
          "{\n"
          "\t\"tst\":\t\"2026-11-20T12:17:43.789743+0000\",\n"
          "\t\"topic\":\t\"t\",\n"
          "\t\"qos\":\t0,\n"
          "\t\"retain\":\tfalse,\n"
          "\t\"payloadlen\":\t31,\n"
          "\t\"properties\":\t{\n"
          "\t\t\"user-properties\":\t[{\n"
          "\t\t\t\t\"k1\":\t\"v1\"\n"
          "\t\t\t}, {\n"
          "\t\t\t\t\"k2\":\t\"v2\"\n"
          "\t\t\t}]\n"
          "\t},\n"
          "\t\"payload\":\t{\n"
          "\t\t\"a\":\t[1, {\n"
          "\t\t\t\t\"b\":\t[]\n"
          "\t\t\t}, [2, 3]],\n"
          "\t\t\"c\":\t{\n"
          "\t\t}\n"
          "\t}\n"
          "}\n");
    CHECK(boost_json::parse(pretty).as_object().at("payload") == boost_json::parse(message.payload));
}

TEST_CASE("--pretty: what mosquitto_sub makes of nested objects and arrays") {
    CHECK(embedded(R"({"a":[1,{"b":[]},[2,3],{}],"c":{},"d":[],"e":{"f":{"g":[{"h":1},{"i":[{"j":2}]}]}},"s":"x\ny"})",
                   true) ==
          "{\n"
          "\t\t\"a\":\t[1, {\n\t\t\t\t\"b\":\t[]\n\t\t\t}, [2, 3], {\n\t\t\t}],\n"
          "\t\t\"c\":\t{\n\t\t},\n"
          "\t\t\"d\":\t[],\n"
          "\t\t\"e\":\t{\n"
          "\t\t\t\"f\":\t{\n"
          "\t\t\t\t\"g\":\t[{\n\t\t\t\t\t\t\"h\":\t1\n\t\t\t\t\t}, {\n"
          "\t\t\t\t\t\t\"i\":\t[{\n\t\t\t\t\t\t\t\t\"j\":\t2\n\t\t\t\t\t\t\t}]\n\t\t\t\t\t}]\n"
          "\t\t\t}\n"
          "\t\t},\n"
          "\t\t\"s\":\t\"x\\ny\"\n"
          "\t}");
}

TEST_CASE("%j: how characters are escaped") {
    CHECK(formatted("%j", {.topic_name = "t", .payload = "\"\\/\b\f\n\r\t\0\x01\x1f\x7f"sv})
              .ends_with(R"("payload":"\"\\/\b\f\n\r\t\u0000\u0001\u001f)"
                         "\x7f\"}"));
    CHECK(formatted("%j", {.topic_name = "t", .payload = "Grüße\xc2\x85世界😀"})
              .ends_with("\"payload\":\"Grüße\xc2\x85世界😀\"}"));
}

TEST_CASE("%j: every character comes back, alone and at each place in a longer text") {
    for (unsigned byte = 0; byte < 0x80; ++byte) {
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string payload = std::string(before, 'x') + static_cast<char>(byte) + std::string(11, 'y');
            CHECK(string_in(parsed("%j", payload), "payload") == payload);
            CHECK(string_in(parsed("%j", payload, format::Reader::terminal), "payload") == payload);
        }
    }
    for (const std::string payload :
         {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"})
        CHECK(string_in(parsed("%j", "1234567" + payload), "payload") == "1234567" + payload);
}

TEST_CASE("what is not UTF-8 travels as base64") {
    const struct {
        std::string_view payload, base64;
    } samples[] = {{"\xff", "/w=="},
                   {"\xff\xfe", "//4="},
                   {"\xff\xfe\xfd", "//79"},
                   {"\xc3", "ww=="},
                   {"\xed\xa0\x80", "7aCA"},
                   {"\xc0\x80", "wIA="},
                   {"\xf4\x90\x80\x80", "9JCAgA=="},
                   {"hello \x80 world\0"sv, "aGVsbG8ggCB3b3JsZAA="}};
    for (const char* format : {"%j", "%J"}) {
        for (const auto& [payload, base64] : samples) {
            const boost_json::object message = parsed(format, payload);
            CHECK(string_in(message, "payload-base64") == base64);
            CHECK_FALSE(message.contains("payload"));
            CHECK(message.at("payloadlen").as_int64() == static_cast<std::int64_t>(payload.size()));
        }
    }
}

TEST_CASE("each property of bytes has the key of its name, and -base64 behind it for what is not UTF-8") {
    int count = 0;
    for (const wire::PropertyInfo& rules : wire::property_table()) {
        if (rules.type != wire::PropertyType::binary || !rules.allowed(wire::PacketType::publish)) continue;
        ++count;
        wire::PropertyWriter properties;
        properties.add(rules.identifier, "\xff");
        const std::string line =
            printed({.settings = {.format = "%j"}}, {.topic_name = "t", .properties = properties.view()});
        CHECK(line.find("{\"" + std::string(rules.name) + "-base64\":\"/w==\"}") != std::string::npos);
    }
    CHECK(count != 0);
}

TEST_CASE("Correlation Data is whole: NUL is a character, other bytes are base64") {
    wire::PropertyWriter text;
    text.add(wire::PropertyIdentifier::correlation_data, "a\0b"sv);
    CHECK(formatted("%j", {.topic_name = "t", .properties = text.view()})
              .find(R"("properties":{"correlation-data":"a\u0000b"})") != std::string::npos);
    wire::PropertyWriter bytes;
    bytes.add(wire::PropertyIdentifier::correlation_data, "\0\xff"sv);
    CHECK(formatted("%j", {.topic_name = "t", .properties = bytes.view()})
              .find(R"("properties":{"correlation-data-base64":"AP8="})") != std::string::npos);
}

TEST_CASE("topics, names and values of properties are escaped") {
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::user_property, "na\"me\n", "va\\lue");
    const std::string line = formatted("%j", {.topic_name = "a\"b\t", .properties = properties.view()});
    const boost_json::object message = boost_json::parse(line).as_object();
    CHECK(string_in(message, "topic") == "a\"b\t");
    const boost_json::object& first =
        message.at("properties").as_object().at("user-properties").as_array().front().as_object();
    CHECK(string_in(first, "na\"me\n") == "va\\lue");
}

TEST_CASE("%J: numbers and strings byte for byte, only white space goes") {
    for (const char* payload :
         {"0", "-0", "1e5", "1E+05", "1.10", "12345678901234567890123", "0.1000000000000000055511151231257827",
          "-1.5e-400", "true", "false", "null", "\"\"", R"("a\/\u00e9\ud83d\ude00é")", "{}", "[]",
          R"({"a":1,"a":2,"":[{},[],"x"]})", R"([[[[]]],{"b":{"c":null}}])"})
        CHECK(embedded(payload) == payload);
    CHECK(embedded(" \t\r\n{ \"a b\" : [ 1 , 2 ] , \"c\" : { } } \n") == R"({"a b":[1,2],"c":{}})");
    CHECK(embedded("[1.10, 1e5]", true) == "[1.10, 1e5]");
}

TEST_CASE("%J: what is not JSON becomes a string, with a warning that names the topic") {
    const std::string nested(1001, '[');
    for (const std::string& payload : {"hello"s,
                                       "{"s,
                                       "}"s,
                                       "[1,]"s,
                                       "[,]"s,
                                       "[1 2]"s,
                                       "{\"a\":1,}"s,
                                       "{\"a\" 1}"s,
                                       "{a:1}"s,
                                       "{\"a\":}"s,
                                       "{1:2}"s,
                                       "1 2"s,
                                       "01"s,
                                       "1."s,
                                       ".5"s,
                                       "-"s,
                                       "+1"s,
                                       "1e"s,
                                       "1e+"s,
                                       "0x10"s,
                                       "NaN"s,
                                       "tru"s,
                                       "truex"s,
                                       "nul"s,
                                       "'a'"s,
                                       "\"a"s,
                                       "\""s,
                                       "\"\\x\""s,
                                       "\"\\u12g4\""s,
                                       "\"\\u123"s,
                                       "\"\\"s,
                                       "\"\\ud800\""s,
                                       "\"\\ud800\\u0041\""s,
                                       "\"\\udc00\""s,
                                       "\"a\nb\""s,
                                       " "s,
                                       "\xef\xbb\xbf{}"s,
                                       "[1]\0"s.substr(0, 4),
                                       nested + std::string(1001, ']')}) {
        CAPTURE(payload);
        const Printing how{.settings = {.format = "%J"}, .log = warning};
        std::string line;
        const std::string error =
            standard_error([&] { line = printed(how, {.topic_name = "a/b\a", .payload = payload}); });
        CHECK(error == "mqtts-sub: the payload of a message on a/b\\x07 is not JSON; %J prints it as a string\n");
        CHECK(string_in(boost_json::parse(line).as_object(), "payload") == payload);
    }
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    CHECK(embedded(deep) == deep);
}

TEST_CASE("%J agrees with another parser about each mutilated text") {
    const std::string text = R"({"a":[1.5e3,-0,true,null,"x\u00e9\n"],"b":{"c":"d"}})";
    const auto agree = [](const std::string& mutilated) {
        boost::system::error_code error;
        static_cast<void>(boost_json::parse(mutilated, error));
        const bool as_string = embedded(mutilated).front() == '"' && mutilated.front() != '"';
        CAPTURE(mutilated);
        CHECK(as_string == error.failed());
    };
    for (std::size_t i = 1; i < text.size(); ++i) {
        agree(text.substr(0, i));
        agree(text.substr(0, i) + text.substr(i + 1));
        for (const char other : {'"', '\\', ',', ':', '[', ']', '{', '}', '0', 'e', ' ', '\x01'})
            agree(text.substr(0, i) + other + text.substr(i + 1));
    }
}

TEST_CASE("on a terminal JSON holds no control character, and is the same JSON") {
    const std::string payload = "[\"a\x7f\xc2\x9bz\xc2\xa0\", {\"\x7f\":1}]";
    const std::string line = printed({.settings = {.format = "%J"}, .reader = format::Reader::terminal},
                                     {.topic_name = "t\x7f", .payload = payload});
    CHECK(line.find(R"("topic":"t\u007f")") != std::string::npos);
    CHECK(line.ends_with("\"payload\":[\"a\\u007f\\u009bz\xc2\xa0\",{\"\\u007f\":1}]}\n"));
    CHECK(boost_json::parse(line).as_object().at("payload") == boost_json::parse(payload));
}
