// SPDX-License-Identifier: Apache-2.0
#include "wire/cursor.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "support/hex.hpp"

using namespace mqtts::wire;
using mqtts::test::from_hex;
using mqtts::test::to_hex;

namespace {

std::string written(auto write) {
    std::array<char, 64> bytes{};
    Writer writer(bytes.data());
    write(writer);
    return to_hex({bytes.data(), static_cast<std::size_t>(writer.position() - bytes.data())});
}

}  // namespace

TEST_CASE("a Variable Byte Integer takes one to four bytes [MQTT-1.5.5]") {
    const struct {
        std::uint32_t value;
        std::string_view hex;
    } boundaries[] = {
        {0, "00"},
        {1, "01"},
        {127, "7f"},
        {128, "80 01"},
        {16'383, "ff 7f"},
        {16'384, "80 80 01"},
        {2'097'151, "ff ff 7f"},
        {2'097'152, "80 80 80 01"},
        {268'435'455, "ff ff ff 7f"},
    };
    for (const auto& [value, hex] : boundaries) {
        CAPTURE(value);
        const std::uint32_t number = value;
        CHECK(written([&](Writer& writer) { writer.variable_byte(number); }) == hex);
        CHECK(variable_byte_size(value) == from_hex(hex).size());

        const std::string bytes = from_hex(hex) + "rest";
        Reader reader(bytes);
        CHECK(reader.variable_byte() == value);
        CHECK(reader.ok());
        CHECK(reader.rest() == "rest");
    }
}

TEST_CASE("a Variable Byte Integer uses no more bytes than it needs, and never five [MQTT-1.5.5-1]") {
    for (const std::string_view hex :
         {"80 00", "ff 00", "80 80 00", "80 80 80 00", "80 80 80 80", "80 80 80 80 01", "ff ff ff ff 7f"}) {
        CAPTURE(hex);
        const std::string bytes = from_hex(hex);
        Reader reader(bytes);
        CHECK(reader.variable_byte() == 0);
        CHECK_FALSE(reader.ok());
    }
}

TEST_CASE("a Variable Byte Integer that is cut short fails") {
    for (const std::string_view hex : {"", "80", "ff ff", "80 80 80"}) {
        CAPTURE(hex);
        const std::string bytes = from_hex(hex);
        Reader reader(bytes);
        CHECK(reader.variable_byte() == 0);
        CHECK_FALSE(reader.ok());
    }
}

TEST_CASE("integers are big-endian [MQTT-1.5.2] [MQTT-1.5.3]") {
    const std::string bytes = from_hex("ff 80 01 fe dc ba 98");
    Reader reader(bytes);
    CHECK(reader.byte() == 0xFF);
    CHECK(reader.two_byte() == 0x8001);
    CHECK(reader.four_byte() == 0xFEDC'BA98);
    CHECK(reader.complete());
    CHECK(written([](Writer& writer) {
              writer.byte(0xFF);
              writer.two_byte(0x8001);
              writer.four_byte(0xFEDC'BA98);
          }) == "ff 80 01 fe dc ba 98");
}

TEST_CASE("strings and binary data have a length of two bytes [MQTT-1.5.4] [MQTT-1.5.6]") {
    const std::string bytes = from_hex("00 02 c3 a9 00 01 ff 00 00");
    Reader reader(bytes);
    CHECK(reader.string() == "\xC3\xA9");
    CHECK(reader.binary() == "\xFF");
    CHECK(reader.string().empty());
    CHECK(reader.complete());
    CHECK(written([](Writer& writer) {
              writer.prefixed("\xC3\xA9");
              writer.prefixed("\xFF");
              writer.prefixed({});
          }) == to_hex(bytes));
}

TEST_CASE("a string that is not UTF-8 fails, binary data does not [MQTT-1.5.4-1]") {
    const std::string bytes = from_hex("00 01 ff");
    Reader strict(bytes);
    CHECK(strict.string().empty());
    CHECK_FALSE(strict.ok());
    Reader lenient(bytes);
    CHECK(lenient.binary() == "\xFF");
    CHECK(lenient.ok());
}

TEST_CASE("reading past the end yields nothing, for good") {
    const std::string bytes = from_hex("00 05 61 62");
    Reader reader(bytes);
    CHECK(reader.binary().empty());
    CHECK_FALSE(reader.ok());
    CHECK_FALSE(reader.complete());
    CHECK(reader.at_end());
    CHECK(reader.byte() == 0);
    CHECK(reader.two_byte() == 0);
    CHECK(reader.four_byte() == 0);
    CHECK(reader.bytes(1).empty());
    CHECK_FALSE(reader.ok());
}

TEST_CASE("complete means everything read and nothing left") {
    const std::string bytes = from_hex("01 02");
    Reader reader(bytes);
    reader.byte();
    CHECK(reader.ok());
    CHECK_FALSE(reader.complete());
    reader.byte();
    CHECK(reader.complete());
}
