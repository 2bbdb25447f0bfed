// SPDX-License-Identifier: Apache-2.0
#include "record/record.hpp"

#include <doctest/doctest.h>

#include <string>

#include "text/base64.hpp"

using namespace mqtts;
using record::RecordForm;
using record::RecordReader;

namespace {

std::string reason(RecordReader reader, std::string_view record, std::string_view topic_name = {}) {
    wire::Publish message{.topic_name = topic_name};
    const Result<> read = reader.read(record, message);
    REQUIRE(read.has_error());
    CHECK(read.error().code == Errc::bad_record);
    return one_line(read.error());
}

}  // namespace

TEST_CASE("a payload is all of the record") {
    RecordReader reader(RecordForm::payload);
    wire::Publish message{.topic_name = "a"};
    REQUIRE(reader.read("{x", message).has_value());
    CHECK(message.payload == "{x");
    CHECK(message.topic_name == "a");
}

TEST_CASE("the first delimiter ends the topic; the payload may hold more of them, or be empty") {
    RecordReader reader(RecordForm::topic_and_payload, "::");
    wire::Publish message;
    REQUIRE(reader.read("a:b::c::d", message).has_value());
    CHECK(message.topic_name == "a:b");
    CHECK(message.payload == "c::d");
    REQUIRE(reader.read("a::", message).has_value());
    CHECK(message.payload.empty());
}

TEST_CASE("a topic has to be there, and one to publish to") {
    const RecordReader reader(RecordForm::topic_and_payload, "\t");
    CHECK(reason(reader, "a payload") == "no '\\x09' after the topic");
    CHECK(reason(reader, "\tpayload") == "no topic");
    CHECK(reason(reader, "a/#\tpayload") == "'a/#' is not a topic to publish to");
    CHECK(reason(reader, "\xff\tpayload") == "'\\xff' is not a topic to publish to: it is not UTF-8");
    CHECK(
        reason(reader, "a\r\tpayload") ==
        "'a\\x0d' is not a topic to publish to: it contains a carriage return (U+000D), which makes brokers close the "
        "connection; remove the carriage returns of Windows with tr -d '\\r'");
    CHECK(
        reason(RecordReader(RecordForm::json), R"({"topic":"a\ufffe","payload":"x"})") ==
        "'a\xef\xbf\xbe' is not a topic to publish to: it contains a non-character (U+FFFE), which makes brokers close "
        "the connection");
    CHECK(reason(RecordReader(RecordForm::json), R"({"payload":"x"})") == "no topic");
    CHECK(reason(RecordReader(RecordForm::json), R"({"topic":"+","payload":"x"})", "a") ==
          "'+' is not a topic to publish to");
}

TEST_CASE("base64 has its padding and no spare bits") {
    std::string bytes;
    CHECK((decode_base64("", bytes) && bytes.empty()));
    CHECK((decode_base64("Zg==", bytes) && bytes == "f"));
    CHECK((decode_base64("Zm8=", bytes) && bytes == "fo"));
    CHECK((decode_base64("Zm9v", bytes) && bytes == "foo"));
    CHECK((decode_base64("+/+/", bytes) && bytes == "\xfb\xff\xbf"));
    for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "====", "Zg==Zg==", "Zm9 ", "Zm-_", "=Zm9"})
        CHECK_FALSE_MESSAGE(decode_base64(text, bytes), text);
}
