// SPDX-License-Identifier: Apache-2.0
#include "record/json_record.hpp"

#include "format/json_message.hpp"
#include "format_messages.hpp"
#include "json/cursor.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::string_literals;
using record::JsonRecord;

namespace {

/// What is wrong with a record.
std::string reason(std::string_view record) {
    JsonRecord reader;
    wire::Publish message;
    const Result<> read = reader.read(record, message);
    REQUIRE_MESSAGE(read.has_error(), record);
    CHECK(read.error().code == Errc::bad_record);
    return one_line(read.error());
}

std::string payload(std::string_view record) {
    JsonRecord reader;
    wire::Publish message;
    const Result<> read = reader.read(record, message);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().cause));
    return std::string(message.payload);
}

std::string printed(const wire::Publish& message) {
    Buffer out;
    format::JsonMessage({}, quiet).append(out, message, format::JsonMessage::Payload::string, received());
    return std::string(out.readable());
}

}  // namespace

TEST_CASE("what %j prints is read back, but for what is about the connection") {
    using enum wire::PropertyIdentifier;
    wire::PropertyWriter sent;
    sent.add(payload_format_indicator, 1);
    sent.add(message_expiry_interval, 4'294'967'295);
    sent.add(content_type, "text/\"plain\" \u00e9 \U0001F600");
    sent.add(response_topic, "re/ply");
    sent.add(correlation_data, "\0\xff"s);
    sent.add(user_property, "k", "v");
    sent.add(user_property, "k", "\"\\ \u00a0");
    wire::PropertyWriter received = sent;
    received.add(subscription_identifier, 7);
    received.add(topic_alias, 5);
    const std::string payloads[] = {"", "text", "\0\x01\x7f\n"s, "\xff\xfe"s, "{\"a\":1e400}", "\u00e9\U0001F600"};
    for (const std::string& bytes : payloads) {
        const std::string record = printed({.topic_name = "a/\u00e9",
                                            .payload = bytes,
                                            .properties = received.view(),
                                            .packet_identifier = 3,
                                            .qos = wire::Qos::exactly_once,
                                            .retain = true});
        CAPTURE(record);
        JsonRecord reader;
        wire::Publish message;
        REQUIRE(reader.read(record, message).has_value());
        CHECK(message.topic_name == "a/\u00e9");
        CHECK(message.payload == bytes);
        CHECK(message.qos == wire::Qos::exactly_once);
        CHECK(message.retain);
        CHECK(message.packet_identifier == 0);
        CHECK(message.properties.bytes() == sent.view().bytes());
    }
}

TEST_CASE("what a record does not say stays as it was") {
    JsonRecord reader;
    const FullMessage full;
    wire::Publish message = full.message();
    REQUIRE(reader.read(R"({"payload":"x"})", message).has_value());
    CHECK(message.payload == "x");
    CHECK(message.topic_name == "f/topic");
    CHECK(message.qos == wire::Qos::at_least_once);
    CHECK(message.retain);
    CHECK(message.properties.bytes() == full.message().properties.bytes());

    REQUIRE(reader.read(R"({"payload":"x","retain":false,"qos":0,"properties":{}})", message).has_value());
    CHECK_FALSE(message.retain);
    CHECK(message.qos == wire::Qos::at_most_once);
    CHECK(message.properties.empty());
}

TEST_CASE("a payload is a string, base64, or any other JSON byte for byte") {
    CHECK(payload(R"({"payload":"a\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00b"})") ==
          "a\"\\/\b\f\n\r\t\0\u00e9\U0001F600b"s);
    CHECK(payload(R"({"payload":null})").empty());
    CHECK(payload(R"({"payload-base64":""})").empty());
    CHECK(payload(R"({"payload-base64":"AP8="})") == "\0\xff"s);
    CHECK(payload(R"({"payload":1.10e+400})") == "1.10e+400");
    CHECK(payload(R"({"payload":12345678901234567890123})") == "12345678901234567890123");
    CHECK(payload(R"( { "payload" : [ 1 , {"a" : "\u0041"} ] } )") == R"([ 1 , {"a" : "\u0041"} ])");
    CHECK(payload(R"({"payload":true})") == "true");
}

TEST_CASE("each byte is found wherever it is in a string") {
    for (std::size_t before = 0; before <= 17; ++before) {
        for (int value = 0; value < 256; ++value) {
            const char byte = static_cast<char>(value);
            if (byte == '"' || byte == '\\') continue;
            const std::string string = std::string(before, 'x') + byte + "0123456789";
            const std::string record = "{\"payload\":\"" + string + "\"}";
            CAPTURE(record);
            if (value >= 0x20 && value < 0x80)
                CHECK(payload(record) == string);
            else
                CHECK(reason(record) == "invalid JSON at byte " + std::to_string(13 + before));
        }
        const std::string text(before, 'x');
        CHECK(payload("{\"payload\":\"" + text + R"(\\y\"z"})") == text + "\\y\"z");
    }
}

TEST_CASE("the names of members may hold escapes; unknown members are passed over") {
    CHECK(payload(R"({"p\u0061yload":"x","tst":1,"deep":[[[{"payload":"y"}]]]})") == "x");
}

TEST_CASE("user properties as mosquitto_sub prints them are read, too") {
    JsonRecord reader;
    wire::Publish message;
    REQUIRE(reader.read(R"({"payload":"","retain":1,"properties":{"user-properties":{"a":"1","b":"2"}}})", message)
                .has_value());
    wire::PropertyWriter expected;
    expected.add(wire::PropertyIdentifier::user_property, "a", "1");
    expected.add(wire::PropertyIdentifier::user_property, "b", "2");
    CHECK(message.properties.bytes() == expected.view().bytes());
    CHECK(message.retain);
}

TEST_CASE("a record that is no message says why") {
    CHECK(reason("") == "not a JSON object");
    CHECK(reason("[]") == "not a JSON object");
    CHECK(reason("{}") == "no payload; write null for an empty payload");
    CHECK(reason(R"({"payload":"x")") == "invalid JSON at byte 15");
    CHECK(reason(R"({"payload":"x"} x)") == "invalid JSON at byte 17");
    CHECK(reason(R"({"payload":"x",})") == "invalid JSON at byte 16");
    CHECK(reason("{\"payload\":\"\xff\"}") == "invalid JSON at byte 13");
    CHECK(reason(R"({"payload":"x","payload-base64":"eA=="})") == "payload is given twice");
    CHECK(reason(R"({"topic":"a","topic":"b","payload":"x"})") == "topic is given twice");
    CHECK(reason(R"({"topic":1,"payload":"x"})") == "topic is not a string");
    CHECK(reason(R"({"qos":3,"payload":"x"})") == "qos is not 0, 1 or 2");
    CHECK(reason(R"({"qos":1.0,"payload":"x"})") == "qos is not 0, 1 or 2");
    CHECK(reason(R"({"retain":"yes","payload":"x"})") == "retain is neither true nor false");
    CHECK(reason(R"({"payload-base64":"AP8"})") == "payload-base64 is not base64");
    CHECK(reason(R"({"payload-base64":"AP9="})") == "payload-base64 is not base64");
    CHECK(reason(R"({"payload-base64":1})") == "payload-base64 is not base64");
}

TEST_CASE("a property that cannot be sent would be lost: it is an error") {
    const auto property = [](const std::string& members) {
        return reason(R"({"payload":"","properties":)" + members + "}");
    };
    CHECK(property("[]") == "properties is not an object");
    CHECK(property(R"({"colour":"red"})") == "'colour' is not a property of a message");
    CHECK(property(R"({"receive-maximum":1})") == "'receive-maximum' is not a property of a message");
    CHECK(property(R"({"payload-format-indicator":2})") == "payload-format-indicator is not a number from 0 to 1");
    CHECK(property(R"({"message-expiry-interval":4294967296})") ==
          "message-expiry-interval is not a number from 0 to 4294967295");
    CHECK(property(R"({"message-expiry-interval":"1"})") ==
          "message-expiry-interval is not a number from 0 to 4294967295");
    CHECK(property(R"({"content-type":"a\u0000b"})") ==
          "content-type cannot be sent: it contains a NUL (U+0000), which makes brokers close the connection");
    CHECK(property(R"({"response-topic":"a\u0085"})") ==
          "response-topic cannot be sent: it contains a control character (U+0085), which makes brokers close the "
          "connection");
    for (const char* pair : {R"({"k\t":"v"})", R"({"k":"v\t"})"})
        CHECK(property(R"({"user-properties":[)" + std::string(pair) + "]}")
                  .ends_with("' cannot be sent: it contains a tab (U+0009), which makes brokers close the connection"));
    CHECK(property(R"({"content-type":1})") == "content-type is not a string");
    CHECK(property(R"({"response-topic":"a/+"})") == "'a/+' cannot be a response topic");
    CHECK(property(R"({"content-type":"a","content-type":"b"})") == "a property is given twice");
    CHECK(property(R"({"correlation-data-base64":"?"})") == "correlation-data-base64 is not base64");
    CHECK(property(R"({"user-properties":"a"})") == "user-properties is not an array of objects");
    CHECK(property(R"({"user-properties":[1]})") == "user-properties is not an array of objects");
    CHECK(property(R"({"user-properties":[{"a":1}]})") == "user property 'a' is not a string");
    CHECK(property(R"({"user-property":"a"})").starts_with("user-property is not a property"));
    CHECK(property(R"({"content-type":")" + std::string(65536, 'x') + "\"}") ==
          "content-type cannot be sent: it is longer than 65535 bytes");
}

TEST_CASE("what a stranger wrote is shortened and escaped") {
    const std::string name = "\\u001b" + std::string(1000, 'x');
    const std::string text = reason(R"({"payload":"","properties":{")" + name + "\":1}}");
    CHECK(text.size() < 200);
    CHECK(text.starts_with("'\\x1bxxx"));
}

TEST_CASE("nested too deep is not JSON, and does not exhaust the stack") {
    const std::string deep(100'000, '[');
    CHECK(reason("{\"x\":" + deep).starts_with("invalid JSON"));
    CHECK(json::Cursor(std::string(1000, '[') + std::string(1000, ']')).value().has_value());
    CHECK_FALSE(json::Cursor(std::string(1001, '[') + std::string(1001, ']')).value().has_value());
}

TEST_CASE("no prefix of a record is taken for one, and no byte changed does harm") {
    const std::string record =
        R"({"topic":"a\u00e9","payload":"\ud83d\ude00","properties":{"user-properties":[{"k":"v"}]}})";
    for (std::size_t size = 0; size < record.size(); ++size) {
        (void)reason(record.substr(0, size));
        for (const char byte : {'\0', '"', '\\', '{', ']', '\xff'}) {
            std::string changed = record;
            changed[size] = byte;
            JsonRecord reader;
            wire::Publish message;
            if (reader.read(changed, message)) CHECK(message.payload.size() < changed.size());
        }
    }
}

TEST_CASE("the time of a record is read when asked for, and belongs to the last one") {
    JsonRecord reader;
    wire::Publish message;
    const std::string line = printed({.topic_name = "a", .payload = "b"});
    REQUIRE(reader.read(line, message).has_value());
    const auto stamp = reader.time_stamp();
    REQUIRE(stamp.has_value());
    CHECK(*stamp == record::TimeStamp{1'795'177'063, 789'743'000});
    REQUIRE(reader.read(R"({"tst":"1970-01-01T00:00:01\u005A","payload":"b"})", message).has_value());
    CHECK(*reader.time_stamp() == record::TimeStamp{1, 0});
    for (const char* other : {R"({"payload":"b"})", R"({"tst":null,"payload":"b"})", R"({"tst":7,"payload":"b"})",
                              R"({"tst":{"a":1},"payload":"b"})", R"({"tst":"","payload":"b"})"}) {
        REQUIRE(reader.read(other, message).has_value());
        const auto none = reader.time_stamp();
        REQUIRE_MESSAGE(none.has_error(), other);
        CHECK(none.error().code == Errc::bad_record);
    }
}
