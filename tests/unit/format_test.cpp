// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <limits>

#include "format_messages.hpp"
#include "support/allocation_counter.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

std::string plain(const format::Settings& settings, std::string_view payload) {
    return printed({.settings = settings}, {.topic_name = "a/b", .payload = payload});
}

struct Sample {
    std::string format;
    std::string output;
};

/// The bytes of a number, as another machine of this kind sends them.
template <class Number>
std::string bytes_of(Number number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

}  // namespace

TEST_CASE("default: the payload and a newline; nothing for an empty payload") {
    CHECK(plain({}, "hello") == "hello\n");
    CHECK(plain({}, "") == "");
}

TEST_CASE("-v: the topic name before the payload; (null) for an empty payload") {
    CHECK(plain({.verbose = true}, "hello") == "a/b hello\n");
    CHECK(plain({.verbose = true}, "") == "a/b (null)\n");
}

TEST_CASE("-N: no newline") {
    CHECK(plain({.end_of_line = false}, "hello") == "hello");
    CHECK(plain({.end_of_line = false}, "") == "");
}

TEST_CASE("-v -N: nothing at all for an empty payload") {
    CHECK(plain({.verbose = true, .end_of_line = false}, "hello") == "a/b hello");
    CHECK(plain({.verbose = true, .end_of_line = false}, "") == "");
}

TEST_CASE("a payload is printed byte for byte and messages follow each other") {
    const std::string payload("\0\x1b\xff\r\n", 5);
    CHECK(plain({}, payload) == payload + "\n");

    Gather out;
    format::Formatter formatter({.verbose = true}, quiet);
    formatter.format(out, {.topic_name = "a", .payload = "1"});
    formatter.format(out, {.topic_name = "b", .payload = ""});
    CHECK(text_of(out) == "a 1\nb (null)\n");
}

TEST_CASE("-F overrides -v; the newline is left out by -N; an empty payload is formatted like any other") {
    CHECK(plain({.verbose = true, .format = "%t=%p"}, "hello") == "a/b=hello\n");
    CHECK(plain({.end_of_line = false, .format = "%t=%p"}, "hello") == "a/b=hello");
    CHECK(plain({.format = "%t=%p."}, "") == "a/b=.\n");
    CHECK(plain({.format = ""}, "hello") == "\n");
}

TEST_CASE("-F: each letter") {
    const TimeZone utc("UTC");
    const FullMessage full;
    const Sample samples[] = {
        {"100%%", "100%"},
        {"%A", "5"},
        {"%C", "text/plain"},
        {"%D", "cor"},
        {"%E", "100"},
        {"%F", "1"},
        {"%I", "2026-11-20T12:17:43+0000"},
        {"%l", "5"},
        {"%m", "42"},
        {"%P", "k1:v1 k2:v2 k1:v3"},
        {"%p", "hello"},
        {"%q", "1"},
        {"%R", "re/ply"},
        {"%r", "1"},
        {"%S", "7"},
        {"%t", "f/topic"},
        {"%U", "1795177063.789743123"},
        {"%x", "68656c6c6f"},
        {"%X", "68656C6C6F"},
    };
    for (const Sample& sample : samples) {
        CAPTURE(sample.format);
        CHECK(formatted(sample.format, full.message()) == sample.output);
    }
    CHECK(formatted("%q%r%m", {.topic_name = "t", .qos = wire::Qos::exactly_once}) == "200");
}

TEST_CASE("-F: width, alignment, zeros, precision and separator of each letter") {
    const TimeZone utc("UTC");
    const FullMessage full;
    const Sample samples[] = {
        {"%20t", "             f/topic"},
        {"%-10.3t", "f/t       "},
        {"%.t", ""},
        {"%010t", "   f/topic"},
        {"%3t", "f/topic"},
        {"%-12C|", "text/plain  |"},
        {"%12.4C", "        text"},
        {"%8R", "  re/ply"},
        {"%-8.2R|", "re      |"},
        {"%.10I", "2026-11-20"},
        {"%26I", "  2026-11-20T12:17:43+0000"},
        {"%5A%-5A|%05A", "    55    |00005"},
        {"%5E%-5E|%05E", "  100100  |00100"},
        {"%3F%-3F|%03F", "  11  |001"},
        {"%3S%-3S|%03S", "  77  |007"},
        {"%05l", "00005"},
        {"%-05l|", "5    |"},
        {"%4m%-4m|%04m", "  4242  |0042"},
        {"%08p", "000hello"},
        {"%8p%-8p|", "   hellohello   |"},
        {"%3p", "hel"},
        {"%.2p", "hello"},
        {"%5q", "0"},
        {"%5r", "0"},
        {"%9D", "cor"},
        {"%99P", "k1:v1 k2:v2 k1:v3"},
        {"%5%", "%"},
        {"%:t", "f/topic"},
    };
    auto message = full.message();
    message.qos = wire::Qos::at_most_once;
    message.retain = false;
    for (const Sample& sample : samples) {
        CAPTURE(sample.format);
        CHECK(formatted(sample.format, message) == sample.output);
    }
}

TEST_CASE("-F: hexadecimal digits, filled, cut and grouped") {
    const Sample samples[] = {
        {"%014x", "000068656c6c6f"},
        {"%.4-X", "6865-6C6C-6F"},
        {"%020.2:x", "00:00:00:00:00:68:65:6c:6c:6f"},
        {"%20.2:x", "  :  :  :  :  :68:65:6c:6c:6f"},
        {"%.2:x", "68:65:6c:6c:6f"},
        {"%.2x", "68 65 6c 6c 6f"},
        {"%.3x", "686 56c 6c6 f"},
        {"%.1.x", "6.8.6.5.6.c.6.c.6.f"},
        {"%.:x", "68656c6c6f"},
        {"%:x", "68656c6c6f"},
        {"%3x", "68656c"},
        {"%-14x|", "68656c6c6f    |"},
        {"%-12.2:X|", "68:65:6C:6C:6F  |"},
    };
    for (const Sample& sample : samples) {
        CAPTURE(sample.format);
        CHECK(formatted(sample.format, {.topic_name = "t", .payload = "hello"}) == sample.output);
    }
    CHECK(formatted("%x", {.topic_name = "t", .payload = "\xff\x80\x01"}) == "ff8001");
    CHECK(formatted("[%x][%4x][%.2x]", {.topic_name = "t"}) == "[][    ][]");
}

TEST_CASE("-F: payloads that are a float or a double of this machine") {
    const std::string number = bytes_of(3.14159F);
    CHECK(formatted("[%f] [%.3f] [%10.2f] [%-10.2f] [%010.2f]", {.topic_name = "t", .payload = number}) ==
          "[3.141590] [3.142] [      3.14] [3.14      ] [0000003.14]");
    CHECK(formatted("[%d] [%.0d] [%08.1d] [%-8.1d]", {.topic_name = "t", .payload = bytes_of(-2.5)}) ==
          "[-2.500000] [-2] [-00002.5] [-2.5    ]");
    const double infinite = std::numeric_limits<double>::infinity();
    CHECK(formatted("[%06d] [%-6d]", {.topic_name = "t", .payload = bytes_of(infinite)}) == "[   inf] [inf   ]");
    const std::string largest = formatted("%.1074d", {.topic_name = "t", .payload = bytes_of(-1.7976931348623157e308)});
    CHECK(largest.size() == 1 + 309 + 1 + 1074);
    CHECK(largest.starts_with("-179769313486231570"));
}

TEST_CASE("-F: a payload of another length is no number: a warning, and nothing in its place") {
    const Printing how{.settings = {.format = "[%f][%8d]"}, .log = warning};
    std::string output;
    const std::string error =
        standard_error([&] { output = printed(how, {.topic_name = "a\nb", .payload = "hello"}); });
    CHECK(output == "[][]\n");
    CHECK(error ==
          "mqtts-sub: cannot print the payload of a message on a\\x0ab with %f: it has 5 bytes, not 4\n"
          "mqtts-sub: cannot print the payload of a message on a\\x0ab with %d: it has 5 bytes, not 8\n");
}

TEST_CASE("-F: properties that are not there leave their width empty, the others nothing") {
    const Sample samples[] = {{"[%A][%4A][%04A]", "[][    ][0000]"},
                              {"[%C][%4C][%04C]", "[][    ][0000]"},
                              {"[%E][%4E][%-4E]", "[][    ][    ]"},
                              {"[%F][%4F]", "[][    ]"},
                              {"[%S][%4S]", "[][    ]"},
                              {"[%D][%4D][%P][%4P][%R][%4R]", "[][][][][][]"}};
    for (const Sample& sample : samples) {
        CAPTURE(sample.format);
        CHECK(formatted(sample.format, {.topic_name = "t", .payload = "hello"}) == sample.output);
    }
}

TEST_CASE("-F: large numbers are not negative") {
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::message_expiry_interval, 0xFFFF'FFFF);
    properties.add(wire::PropertyIdentifier::subscription_identifier, 268'435'455);
    CHECK(formatted("%E %S", {.topic_name = "t", .properties = properties.view()}) == "4294967295 268435455");
}

TEST_CASE("-F: binary Correlation Data is printed byte for byte") {
    using namespace std::string_view_literals;
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::correlation_data, "\0\xff\x1b"sv);
    CHECK(formatted("%D", {.topic_name = "t", .properties = properties.view()}) == "\0\xff\x1b"sv);
}

TEST_CASE("-F: escapes, and everything else as it is") {
    using namespace std::string_view_literals;
    CHECK(formatted("\\\\|\\0|\\a|\\e|\\n|\\r|\\t|\\v", {.topic_name = "t"}) == "\\|\0|\a|\x1b|\n|\r|\t|\v"sv);
    CHECK(formatted("Grüße, 世界", {.topic_name = "t"}) == "Grüße, 世界");
}

TEST_CASE("-F: @ prints the local time of receipt") {
    const wire::Publish message{.topic_name = "t"};
    {
        const TimeZone utc("UTC");
        CHECK(formatted("@Y-@m-@dT@H:@M:@S.@N@z", message) == "2026-11-20T12:17:43.789743123+0000");
        CHECK(formatted("@@ @F @T @s @j @a @Z", message) == "@ 2026-11-20 12:17:43 1795177063 324 Fri UTC");
        CHECK(formatted("@Q@P", message) == "%Qpm");
    }
    const TimeZone nepal("<+0545>-5:45");
    CHECK(formatted("@F @T @z|%I", message) == "2026-11-20 18:02:43 +0545|2026-11-20T18:02:43+0545");
}

TEST_CASE("-F: each message has its own time, also when the second changes") {
    const TimeZone utc("UTC");
    Gather out;
    format::Formatter formatter({.format = "@T.@N"}, quiet);
    using namespace std::chrono_literals;
    for (const std::chrono::nanoseconds delay :
         std::initializer_list<std::chrono::nanoseconds>{0ns, 210'256'876ns, 210'256'877ns, -1s, 24h})
        formatter.format(out, {.topic_name = "t"}, received() + delay);
    CHECK(text_of(out) ==
          "12:17:43.789743123\n12:17:43.999999999\n12:17:44.000000000\n12:17:42.789743123\n12:17:43.789743123\n");
}

TEST_CASE("-F: what is wrong in a format is quoted, with its position") {
    const Sample samples[] = {
        {"%", "'%' at position 1: the letter is missing; write %% for a percent sign"},
        {"100%", "'%' at position 4: the letter is missing; write %% for a percent sign"},
        {"%t %-05.3", "'%-05.3' at position 4: the letter is missing; write %% for a percent sign"},
        {"%t %z", "'%z' at position 4: unknown letter 'z'; write %% for a percent sign"},
        {"%0-5l", "'%0-5' at position 1: unknown letter '5'; write %% for a percent sign"},
        {"50% off", "'% o' at position 3: unknown letter 'o'; write %% for a percent sign"},
        {"%\x1b", "'%\\x1b' at position 1: unknown letter '\\x1b'; write %% for a percent sign"},
        {"%65536t", "'%65536' at position 1: width and precision are at most 65535"},
        {"%.99999999999999999999999t",
         "'%.99999999999999999999999' at position 1: width and precision are at most 65535"},
        {"a\\", "'\\' at position 2: the letter is missing; write \\\\ for a backslash"},
        {"a\\q", "'\\q' at position 2: unknown escape; use one of \\\\ \\0 \\a \\e \\n \\r \\t \\v"},
        {"@Y@", "'@' at position 3: the letter is missing; write @@ for an at sign"},
    };
    for (const Sample& sample : samples) {
        CAPTURE(sample.format);
        const auto checked = format::check_format(sample.format);
        REQUIRE(checked.has_error());
        CHECK(checked.error().code == Errc::bad_option);
        CHECK(one_line(checked.error()) == sample.output);
    }
    CHECK(format::check_format("%65535t%.65535p").has_value());
    for (int byte = 1; byte < 256; ++byte) {
        const bool known = std::strchr("%ACDEFIJPRSUXdfjlmpqrtx", byte) != nullptr;
        CAPTURE(byte);
        CHECK(format::check_format(std::string("%") + static_cast<char>(byte)).has_value() == known);
    }
}

TEST_CASE("on a terminal nothing from the network is obeyed; what the format says itself is") {
    const Printing terminal{.settings = {.format = "\\e[1m%t\\e[m %p"}, .reader = format::Reader::terminal};
    const wire::Publish message{.topic_name = "t\x1b[2J\n", .payload = "a\tb\nc\x1b]0;x\a\r\xc2\x9b\x7f\xff Grüße"};
    CHECK(printed(terminal, message) ==
          "\x1b[1mt\\x1b[2J\\x0a\x1b[m a\tb\nc\\x1b]0;x\\x07\\x0d\\xc2\\x9b\\x7f\\xff Grüße\n");
    const Printing single_line{.reader = format::Reader::single_line};
    CHECK(printed(single_line, message) == "a\tb\\x0ac\\x1b]0;x\\x07\\x0d\\xc2\\x9b\\x7f\\xff Grüße\n");
}

TEST_CASE("on a terminal properties are escaped as well, and the width counts what is seen") {
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::content_type, "\x1b");
    properties.add(wire::PropertyIdentifier::response_topic, "\a");
    properties.add(wire::PropertyIdentifier::correlation_data, "\x1b");
    properties.add(wire::PropertyIdentifier::user_property, "\n", "\t");
    const Printing terminal{.settings = {.format = "%C %R %D %P [%6t] [%-6p]"}, .reader = format::Reader::terminal};
    CHECK(printed(terminal, {.topic_name = "\b", .payload = "\b", .properties = properties.view()}) ==
          "\\x1b \\x07 \\x1b \\x0a:\\x09 [  \\x08] [\\x08  ]\n");
}

TEST_CASE("once warm, no format allocates per message") {
    const FullMessage full;
    const std::string number = bytes_of(1.5F);
    const std::string formats[] = {
        "%t %p", "@Y-@m-@d @H:@M:@S.@N %I %U", "%A%C%D%E%F%R%S%P%l%m%q%r", "%40.2:x %100p %-100t", "%f %020.3f", "%j",
        "%J"};
    for (const std::string& format : formats) {
        CAPTURE(format);
        format::Formatter formatter({.format = format}, quiet);
        const auto message = format.starts_with("%f") ? full.message(number) : full.message(R"({"a": [1, "b"]})");
        Gather out;
        formatter.format(out, message, received());
        out.clear();
        const AllocationCounter counter;
        for (int i = 0; i < 1000; ++i) {
            formatter.format(out, message, received());
            out.clear();
        }
        CHECK(counter.by_new() == 0);
    }
}

TEST_CASE("a large payload that is printed as it is, is not copied; anywhere else it is") {
    const std::string payload(Gather::large, 'x');
    const wire::Publish message{.topic_name = "t", .payload = payload};
    const auto written = [&](const format::Settings& settings, format::Reader reader, bool refers) {
        format::Formatter formatter(settings, quiet, reader);
        Gather out;
        out.buffer().append("before ");
        formatter.format(out, message);
        out.buffer().append(" behind");
        CHECK(out.borrows() == refers);
        return text_of(out);
    };
    using format::Reader;
    CHECK((written({.verbose = true}, Reader::program, true) == "before t " + payload + "\n behind"));
    CHECK((written({.verbose = true}, Reader::terminal, false) == "before t " + payload + "\n behind"));
    CHECK((written({.format = "%p|%p"}, Reader::program, true) == "before " + payload + "|" + payload + "\n behind"));
    CHECK(written({.format = "%3p"}, Reader::program, false) == "before xxx\n behind");
    format::Formatter formatter({}, quiet);
    Gather out;
    formatter.format(out, {.topic_name = "t", .payload = std::string_view(payload).substr(1)});
    CHECK_FALSE(out.borrows());
}

TEST_CASE("--output: each message is a record, an empty one too") {
    using enum MessageForm;
    const TimeZone utc("UTC");
    const auto record = [](MessageForm form, std::string_view payload,
                           format::Reader reader = format::Reader::program) {
        return printed({.settings = {.output = form}, .reader = reader}, {.topic_name = "t", .payload = payload});
    };
    CHECK(record(raw, "a\n") == "a\n");
    CHECK(record(raw, "") == "");
    CHECK(record(lines, "a") == "a\n");
    CHECK(record(lines, "") == "\n");
    CHECK(record(nul, "a") == std::string("a\0", 2));
    CHECK(record(nul, "") == std::string("\0", 1));
    CHECK(record(length, "a") == std::string("\0\0\0\1a", 5));
    CHECK(record(length, "") == std::string("\0\0\0\0", 4));
    CHECK(record(length, std::string(0x10203, 'x')).substr(0, 4) == std::string("\0\1\2\3", 4));
    CHECK(record(json, "a") == R"({"tst":"2026-11-20T12:17:43.789743+0000","topic":"t","qos":0,"retain":false,)"
                               R"("payloadlen":1,"payload":"a"})"
                               "\n");
    CHECK(record(json, "").ends_with("\"payload\":null}\n"));
}

TEST_CASE("--output on a terminal: nothing of a stranger is obeyed, not even a length") {
    const auto record = [](MessageForm form, const std::string& payload) {
        return printed({.settings = {.output = form}, .reader = format::Reader::terminal},
                       {.topic_name = "t", .payload = payload});
    };
    CHECK(record(MessageForm::raw, "\x1b[2J") == "\\x1b[2J");
    CHECK(record(MessageForm::length, std::string(0x1b, 'x')).starts_with("\\x00\\x00\\x00\\x1bx"));
    CHECK(record(MessageForm::json, "\u009b").find("\\u009b") != std::string::npos);
}
