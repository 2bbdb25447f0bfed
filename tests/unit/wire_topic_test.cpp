// SPDX-License-Identifier: Apache-2.0
#include "wire/topic.hpp"

#include <doctest/doctest.h>

#include <bitset>
#include <string>
#include <vector>

#include "support/hex.hpp"

using namespace mqtts::wire;
using mqtts::test::from_hex;

namespace {

/// All texts of up to `count` of these levels, with '/' between them.
std::vector<std::string> texts_of(const std::vector<std::string>& levels, int count) {
    std::vector<std::string> all;
    std::vector<std::string> longest = levels;
    for (int i = 1; i <= count; ++i) {
        all.insert(all.end(), longest.begin(), longest.end());
        std::vector<std::string> longer;
        for (const std::string& begin : longest)
            for (const std::string& level : levels)
                longer.push_back(begin + "/" + level);
        longest = std::move(longer);
    }
    return all;
}

}  // namespace

TEST_CASE(
    "UTF-8 Encoded Strings are well-formed, without surrogates and without U+0000 [MQTT-1.5.4-1] [MQTT-1.5.4-2]") {
    const struct {
        std::string_view hex;
        bool valid;
        std::string_view why;
    } table[] = {
        {"", true, "empty"},
        {"01", true, "U+0001: discouraged, not forbidden"},
        {"7f", true, "U+007F"},
        {"00", false, "U+0000"},
        {"61 00 62", false, "U+0000 inside"},
        {"c2 80", true, "U+0080, the first of two bytes"},
        {"df bf", true, "U+07FF, the last of two bytes"},
        {"e0 a0 80", true, "U+0800, the first of three bytes"},
        {"ed 9f bf", true, "U+D7FF, the last before the surrogates"},
        {"ee 80 80", true, "U+E000, the first behind the surrogates"},
        {"ef bb bf", true, "U+FEFF is kept, wherever it stands [MQTT-1.5.4-3]"},
        {"ef bf bf", true, "U+FFFF, a noncharacter: discouraged, not forbidden"},
        {"f0 90 80 80", true, "U+10000, the first of four bytes"},
        {"f4 8f bf bf", true, "U+10FFFF, the last of all"},
        {"80", false, "a continuation byte alone"},
        {"c0 80", false, "U+0000 in two bytes"},
        {"c1 bf", false, "U+007F in two bytes"},
        {"e0 9f bf", false, "U+07FF in three bytes"},
        {"f0 8f bf bf", false, "U+FFFF in four bytes"},
        {"ed a0 80", false, "U+D800, a surrogate"},
        {"ed bf bf", false, "U+DFFF, a surrogate"},
        {"f4 90 80 80", false, "U+110000"},
        {"f5 80 80 80", false, "a lead byte above F4"},
        {"ff", false, "FF"},
        {"c3", false, "cut after one of two bytes"},
        {"e2 82", false, "cut after two of three bytes"},
        {"f0 9f 98", false, "cut after three of four bytes"},
        {"c3 41", false, "the second byte is no continuation"},
        {"e2 82 41", false, "the third byte is no continuation"},
        {"f0 9f 98 c3", false, "the fourth byte is no continuation"},
    };
    for (const auto& [hex, valid, why] : table) {
        CAPTURE(why);
        const std::string text = from_hex(hex);
        CHECK(is_valid_utf8(text) == valid);
        // The same at each place of a longer text, where eight bytes are looked at together.
        for (std::size_t before = 0; before <= 17; ++before) {
            CAPTURE(before);
            CHECK(is_valid_utf8(std::string(before, 'x') + text + std::string(9, 'y')) == valid);
        }
    }
}

TEST_CASE("long text is valid whatever its length is") {
    for (std::size_t length = 0; length < 40; ++length)
        CHECK(is_valid_utf8(std::string(length, 'a')));
    CHECK(is_valid_utf8(std::string(100'000, 'a')));
}

TEST_CASE("Topic Names have 1 to 65535 bytes and no wildcards [MQTT-4.7.3-1] [MQTT-4.7.1-1] [MQTT-3.3.2-2]") {
    CHECK(is_topic_name("a"));
    CHECK(is_topic_name("/"));
    CHECK(is_topic_name("a//b/ c"));
    CHECK(is_topic_name("$SYS/broker"));
    CHECK(is_topic_name("\xC3\xA9"));
    CHECK(is_topic_name(std::string(65535, 'a')));
    CHECK_FALSE(is_topic_name(""));
    CHECK_FALSE(is_topic_name(std::string(65536, 'a')));
    CHECK_FALSE(is_topic_name("a/#"));
    CHECK_FALSE(is_topic_name("a/+/b"));
    CHECK_FALSE(is_topic_name("a+b"));
    CHECK_FALSE(is_topic_name(std::string("a\0b", 3)));
    CHECK_FALSE(is_topic_name("a\xFF"));
}

TEST_CASE("a Topic Name of any length is refused for one wrong byte at any place") {
    for (std::size_t size = 1; size <= 26; ++size) {
        std::string text(size, 'a');
        CHECK(is_topic_name(text));
        for (std::size_t at = 0; at < size; ++at) {
            for (const char wrong : {'#', '+', '\0', '\x80', '\xff'}) {
                text[at] = wrong;
                CHECK_FALSE(is_topic_name(text));
            }
            for (const char right : {'\x01', '\x7f', '"', '$', '*', ',', '/'}) {
                text[at] = right;
                CHECK(is_topic_name(text));
            }
            text[at] = 'a';
        }
    }
    CHECK(is_topic_name("plain ascii and \xc3\xa4 behind it"));
}

TEST_CASE("what mosquitto closes the connection on is not sent, and nothing else is held back [MQTT-1.5.4]") {
    const auto character = [](char32_t code) {
        const auto byte = [&](unsigned lead, unsigned shift) {
            return static_cast<char>(lead | (code >> shift & (lead == 0x80 ? 0x3FU : 0x1FU)));
        };
        if (code < 0x80) return std::string{static_cast<char>(code)};
        if (code < 0x800) return std::string{byte(0xC0, 6), byte(0x80, 0)};
        if (code < 0x10000) return std::string{byte(0xE0, 12), byte(0x80, 6), byte(0x80, 0)};
        return std::string{byte(0xF0, 18), byte(0x80, 12), byte(0x80, 6), byte(0x80, 0)};
    };
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;  // no characters
        const bool is_control = code <= 0x1F || (code >= 0x7F && code <= 0x9F);
        const bool is_character = !(code >= 0xFDD0 && code <= 0xFDEF) && (code & 0xFFFF) < 0xFFFE;
        const bool is_taken = !is_control && is_character;
        if (objection_to(character(code)).empty() == is_taken) continue;
        FAIL_CHECK("U+", static_cast<unsigned>(code));
    }
    CHECK(objection_to("").empty());
    CHECK(objection_to("grüße/" + character(0x1F600)).empty());
    CHECK(objection_to("a\tb") == "it contains a tab (U+0009), which makes brokers close the connection");
    CHECK(objection_to("a\nb\r") == "it contains a newline (U+000A), which makes brokers close the connection");
    CHECK(objection_to("a\r") == "it contains a carriage return (U+000D), which makes brokers close the connection");
    CHECK(hint_for_text("a\r") == "remove the carriage returns of Windows with tr -d '\\r'");
    CHECK(hint_for_text("a\t\r").empty());
    CHECK(hint_for_text("a").empty());
    CHECK(objection_to("\x1b") == "it contains a control character (U+001B), which makes brokers close the connection");
    CHECK(objection_to(character(0x10FFFF)) ==
          "it contains a non-character (U+10FFFF), which makes brokers close the connection");
    CHECK(objection_to(std::string(1, '\0')) == "it contains a NUL (U+0000), which makes brokers close the connection");
    CHECK(objection_to("a\xff\r") == "it is not UTF-8");
}

TEST_CASE("a Topic Name that may be received need not be sendable") {
    for (std::size_t size = 1; size <= 26; ++size) {
        std::string text(size, 'a');
        CHECK(is_sendable_topic_name(text));
        for (std::size_t at = 0; at < size; ++at) {
            for (const char wrong : {'#', '+', '\0', '\x80', '\xff', '\x01', '\r', '\x1f', '\x7f'}) {
                text[at] = wrong;
                CHECK_FALSE(is_sendable_topic_name(text));
            }
            for (const char right : {' ', '!', '"', '$', '*', ',', '/', '~'}) {
                text[at] = right;
                CHECK(is_sendable_topic_name(text));
            }
            text[at] = 'a';
        }
    }
    CHECK(is_sendable_topic_name("plain ascii and \xc3\xa4 behind it"));
    CHECK_FALSE(is_sendable_topic_name("plain ascii and \xc2\x80 behind it"));
    CHECK_FALSE(is_sendable_topic_name(""));
    CHECK_FALSE(is_sendable_topic_name(std::string(65536, 'a')));
}

TEST_CASE("Topic Filters: '#' is the last level, '+' is a whole level [MQTT-4.7.1-1] [MQTT-4.7.1-2]") {
    for (const std::string_view valid : {"a", "/", "#", "+", "a/#", "/#", "+/a", "a/+", "a/+/b/#", "+/+", "/+",
                                         "$SYS/#", "a//b", "$share", "\xC3\xA9/#"}) {
        CAPTURE(valid);
        CHECK(is_topic_filter(valid));
    }
    for (const std::string_view invalid :
         {"", "a#", "a/#/b", "#/", "##", "a/b#", "a+", "+a", "a/b+/c", "a/+b", "++", "\xFF"}) {
        CAPTURE(invalid);
        CHECK_FALSE(is_topic_filter(invalid));
    }
    CHECK_FALSE(is_topic_filter(std::string("a\0", 2)));
    CHECK(is_topic_filter(std::string(65535, 'a')));
    CHECK_FALSE(is_topic_filter(std::string(65536, 'a')));
}

TEST_CASE("a Shared Subscription has a name without wildcards, and a filter [MQTT-4.8.2-1] [MQTT-4.8.2-2]") {
    for (const std::string_view valid : {"$share/group/a", "$share/group/#", "$share/g//", "$share/g/+/b"}) {
        CAPTURE(valid);
        CHECK(is_topic_filter(valid));
    }
    for (const std::string_view invalid : {"$share/", "$share/group", "$share/group/", "$share//a", "$share/+/a",
                                           "$share/g#/a", "$share/g/a#", "$share/g/#/b"}) {
        CAPTURE(invalid);
        CHECK_FALSE(is_topic_filter(invalid));
    }
}

TEST_CASE("a Topic Filter matches Topic Names [MQTT-4.7.1] [MQTT-4.7.2-1]") {
    const struct {
        std::string_view topic_filter, topic_name;
        bool match;
    } table[] = {
        {"a", "a", true},
        {"a", "A", false},
        {"a", "a/", false},
        {"a/", "a", false},
        {"a", "/a", false},
        {"a/b", "a/b", true},
        {"a/b", "a/c", false},
        {"a/b", "a", false},
        {"a", "a/b", false},
        {"#", "a", true},
        {"#", "a/b/c", true},
        {"#", "/", true},
        {"a/#", "a", true},
        {"a/#", "a/", true},
        {"a/#", "a/b/c", true},
        {"a/#", "ab", false},
        {"a/#", "b", false},
        {"a/+", "a", false},
        {"a/+", "a/", true},
        {"a/+", "a/b", true},
        {"a/+", "a/b/c", false},
        {"a/+/c", "a/b/c", true},
        {"a/+/c", "a//c", true},
        {"a/+/c", "a/b/d", false},
        {"a/+/#", "a", false},
        {"a/+/#", "a/b", true},
        {"a/+/#", "a/b/c/d", true},
        {"+", "a", true},
        {"+", "/a", false},
        {"+/+", "/a", true},
        {"/+", "/a", true},
        {"+/b", "a/b", true},
        {"/#", "/a/b", true},
        {"/#", "a", false},
        {"#", "$SYS/a", false},
        {"+/a", "$SYS/a", false},
        {"$SYS/#", "$SYS/a", true},
        {"$SYS/+", "$SYS/a", true},
        {"$SYS/a", "$SYS/a", true},
        {"a/#", "a/$b", true},
        {"$share/group/a/+", "a/b", true},
        {"$share/group/a/+", "b/b", false},
        {"$share/group/#", "$SYS/a", false},
        {"$share/group//a", "/a", true},
        {"$share", "$share", true},
    };
    for (const auto& [topic_filter, topic_name, match] : table) {
        CAPTURE(topic_filter);
        CAPTURE(topic_name);
        CHECK(matches(topic_filter, topic_name) == match);
    }
}

TEST_CASE("two Topic Filters overlap if a Topic Name matches both") {
    const struct {
        std::string_view one, other;
        bool overlap;
    } table[] = {
        {"a", "a", true},
        {"a", "b", false},
        {"a", "a/b", false},
        {"a/b", "a/c", false},
        {"a", "+", true},
        {"a/b", "+", false},
        {"a/+", "a/b", true},
        {"a/+", "+/b", true},
        {"a/+/c", "+/b/c", true},
        {"a/+/c", "+/b/d", false},
        {"a/#", "a", true},
        {"a/#", "b", false},
        {"a/#", "a/b/c", true},
        {"a/#", "+/b", true},
        {"a/b/#", "+/c/#", false},
        {"a/b/#", "+/+", true},
        {"a/b/#", "+", false},
        {"#", "a/b", true},
        {"#", "#", true},
        {"+", "+/#", true},
        {"/", "+/+", true},
        {"/#", "/", true},
        {"/#", "+", false},  // both match only the empty text
        {"#", "$SYS/#", false},
        {"+/a", "$SYS/a", false},
        {"$SYS/#", "$SYS/+/a", true},
        {"a/+", "a/$b", true},
        {"$share/g/a/+", "a/b", true},
        {"$share/g/a/+", "$share/h/+/b", true},
        {"$share/g/a", "$share/g/b", false},
        {"$share/g/#", "$SYS/a", false},
        {"$share/g/$SYS/a", "$SYS/#", true},
    };
    for (const auto& [one, other, expected] : table) {
        CAPTURE(one);
        CAPTURE(other);
        CHECK(overlap(one, other) == expected);
        CHECK(overlap(other, one) == expected);
    }
}

TEST_CASE("filters overlap exactly if one of all short Topic Names matches both") {
    std::vector<std::string> filters = texts_of({"", "a", "b", "$", "+", "#"}, 3);
    std::erase_if(filters, [](const std::string& text) { return !is_topic_filter(text); });
    std::vector<std::string> names = texts_of({"", "a", "b", "$"}, 4);  // one level more than the filters have
    std::erase_if(names, [](const std::string& text) { return !is_topic_name(text); });
    REQUIRE(filters.size() > 100);
    std::vector<std::bitset<512>> matched(filters.size());  // by each filter, of the names
    REQUIRE(names.size() <= 512);
    for (std::size_t filter = 0; filter < filters.size(); ++filter)
        for (std::size_t name = 0; name < names.size(); ++name)
            matched[filter].set(name, matches(filters[filter], names[name]));
    std::size_t wrong = 0;
    for (std::size_t one = 0; one < filters.size(); ++one) {
        for (std::size_t other = 0; other < filters.size(); ++other) {
            const bool expected = (matched[one] & matched[other]).any();
            if (overlap(filters[one], filters[other]) == expected) continue;
            ++wrong;
            MESSAGE(filters[one], " ", filters[other]);
        }
    }
    CHECK(wrong == 0);
}
