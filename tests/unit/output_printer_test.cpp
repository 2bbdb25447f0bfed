// SPDX-License-Identifier: Apache-2.0
#include "output/printer.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <vector>

#include "format_messages.hpp"

using namespace mqtts;
using namespace mqtts::test;
using output::Wanted;

namespace {

/// A Printer whose standard output is this file.
class Running {
public:
    Running(const output::PrintSettings& settings, const OpenFile& file) : printer_(settings, output_to(file), quiet) {}

    Wanted deliver(std::string_view topic_name, std::string_view payload, bool retain = false) {
        return printer_.deliver({.topic_name = topic_name, .payload = payload, .retain = retain});
    }
    void flush() {
        Started<Result<>> flushing(io_, printer_.flush());
        CHECK(flushing.wait().has_value());
    }
    output::Printer& printer() { return printer_; }
    boost::asio::io_context& io() { return io_; }

private:
    stream::Output output_to(const OpenFile& file) {
        const Replaced replaced(STDOUT_FILENO, file.get());
        auto output = stream::Output::open_stdout(io_.get_executor());
        REQUIRE(output.has_value());
        return std::move(*output);
    }

    boost::asio::io_context io_{1};
    output::Printer printer_;
};

struct Message {
    std::string topic_name;
    std::string payload;
    bool retain = false;
};

struct Printed {
    std::string output;
    std::size_t delivered = 0;  // the last one was answered with enough
};

/// Delivers until it is enough.
Printed print(const output::PrintSettings& settings, const std::vector<Message>& messages) {
    const Ends pipe = make_pipe();
    Running running(settings, pipe.writer);
    Printed result;
    for (const auto& [topic_name, payload, retain] : messages) {
        ++result.delivered;
        if (running.deliver(topic_name, payload, retain) == Wanted::enough) break;
    }
    running.deliver("end", "end");
    running.flush();
    result.output = read_some(pipe.reader);
    return result;
}

std::string print_on_terminal(const output::PrintSettings& settings, const std::vector<Message>& messages) {
    const Terminal pty;
    Running running(settings, pty.terminal);
    for (const auto& [topic_name, payload, retain] : messages)
        CHECK(running.deliver(topic_name, payload, retain) == Wanted::more);
    running.flush();
    return read_some(pty.controlling);
}

}  // namespace

TEST_CASE("without options every message is printed, and there are never enough") {
    const Printed printed = print({}, {{"a", "1"}, {"b", "2", true}, {"c", ""}});
    CHECK(printed.output == "1\n2\nend\n");
    CHECK(printed.delivered == 3);
}

TEST_CASE("-C counts what was taken, empty messages too") {
    CHECK(print({.count = 2}, {{"a", "1"}, {"b", ""}, {"c", "3"}}).delivered == 2);
    CHECK(print({.count = 1}, {{"a", "1"}, {"b", "2"}}).delivered == 1);
}

TEST_CASE("-R leaves out retained messages, and they do not count") {
    const Printed printed = print({.count = 1, .skip_retained = true}, {{"a", "1", true}, {"b", "2"}, {"c", "3"}});
    CHECK(printed.output.starts_with("2\n"));
    CHECK(printed.delivered == 2);
}

TEST_CASE("-T leaves out the topics that match, and they do not count") {
    const Printed printed = print({.count = 2, .filter_out = {"a/#", "+/x"}},
                                  {{"a/b", "1"}, {"b/x", "2"}, {"b/y", "3"}, {"a", "4"}, {"c", "5"}, {"d", "6"}});
    CHECK(printed.output.starts_with("3\n5\n"));
    CHECK(printed.delivered == 5);
    CHECK(print({.filter_out = {"#"}}, {{"$SYS/a", "1"}}).output == "1\n");
}

TEST_CASE("--retained-only ends at the first message that is not retained, even one that -T leaves out") {
    const output::PrintSettings settings{.retained_only = true, .filter_out = {"x"}};
    const Printed printed = print(settings, {{"a", "1", true}, {"x", "2", true}, {"b", "3", true}, {"x", "4"}});
    CHECK(printed.output == "1\n3\n");
    CHECK(printed.delivered == 4);
}

TEST_CASE("--random-filter prints a part of the messages; -C counts all of them") {
    const std::vector<Message> messages(10'000, {"a", "x"});
    const auto lines = [&](double percentage) {
        const Printed printed = print({.count = messages.size(), .random_filter = percentage}, messages);
        CHECK(printed.delivered == messages.size());
        return static_cast<double>(std::count(printed.output.begin(), printed.output.end(), 'x'));
    };
    CHECK(lines(100) == 10'000);
    CHECK(std::abs(lines(50) - 5'000) < 500);  // ten standard deviations
    CHECK(std::abs(lines(0.1) - 10) < 32);
}

TEST_CASE("-w: a line for each topic, in the order of their first messages, emptied before it is written") {
    const output::PrintSettings settings{.format = {.verbose = true}, .watch = true, .broker = "broker.example"};
    const std::string title = "\x1b[2J\x1b[1;1HBroker: broker.example\n";
    CHECK(print_on_terminal(settings, {{"a", "long"}, {"b", "2"}, {"a", "3"}}) ==
          title +
              "\x1b[2;1H\x1b[Ka long\n\x1b[2;1H\n"
              "\x1b[3;1H\x1b[Kb 2\n\x1b[3;1H\n"
              "\x1b[2;1H\x1b[Ka 3\n\x1b[3;1H\n");
    CHECK(print_on_terminal({.filter_out = {"a"}, .watch = true, .broker = "b"}, {{"a", "1"}}) ==
          "\x1b[2J\x1b[1;1HBroker: b\n");
}

TEST_CASE("-w: the number of lines is bounded") {
    Buffer out;
    output::Watch watch(out, "");
    for (int i = 0; i < 10'002; ++i) {
        out.clear();
        watch.begin(out, "topic " + std::to_string(i));
    }
    CHECK(out.readable() == "\x1b[10001;1H\x1b[K");
    out.clear();
    watch.begin(out, "topic 0");
    CHECK(out.readable() == "\x1b[2;1H\x1b[K");
}

TEST_CASE("on a terminal topics and payloads are harmless; newlines and tabs of payloads stay") {
    const std::vector<Message> evil = {{"t\x1b[2J\n", "a\tb\n\x1b]0;title\a\xc2\x9b\xff"}};
    CHECK(print_on_terminal({.format = {.verbose = true}}, evil) ==
          "t\\x1b[2J\\x0a a\tb\n\\x1b]0;title\\x07\\xc2\\x9b\\xff\n");
    CHECK(print_on_terminal({.watch = true, .broker = "b"}, {{"t", "a\nb\tc\r"}}) ==
          "\x1b[2J\x1b[1;1HBroker: b\n\x1b[2;1H\x1b[Ka\\x0ab\tc\\x0d\n\x1b[2;1H\n");
}

TEST_CASE("--raw, pipes and files: exact bytes") {
    const std::string bytes("\0\x1b]0;title\a\xc2\x9b\xff\r\n", 16);
    CHECK(print_on_terminal({.raw = true}, {{"t", bytes}}) == bytes + "\n");
    CHECK(print({}, {{"t", bytes}}).output == bytes + "\nend\n");
}

TEST_CASE("--message-rate: how many messages came in each second, whatever the other options say") {
    const Ends pipe = make_pipe();
    Running running({.count = 1, .skip_retained = true, .message_rate = true, .watch = true}, pipe.writer);
    for (const bool retain : {true, false, true})
        CHECK(running.deliver("a", "1", retain) == Wanted::more);
    running.flush();
    Started<Result<>> reporting(running.io(), running.printer().report_rate());
    CHECK_FALSE(reporting.is_complete());
    std::string lines;
    running.io().restart();
    while (lines.size() < std::string_view("3 msgs/s\n0 msgs/s\n").size()) {
        while (!is_readable(pipe.reader))
            REQUIRE(running.io().run_one() != 0);
        lines += read_some(pipe.reader);
    }
    CHECK(lines == "3 msgs/s\n0 msgs/s\n");
}

TEST_CASE("--message-rate ends when the reader leaves") {
    Ends pipe = make_pipe();
    std::signal(SIGPIPE, SIG_IGN);  // as the programs do
    Running running({.message_rate = true}, pipe.writer);
    { const OpenFile closed = std::move(pipe.reader); }
    Started<Result<>> reporting(running.io(), running.printer().report_rate());
    CHECK(reporting.wait().has_error());
    CHECK(running.printer().reader_left());
}

TEST_CASE("what nobody asked for is shown like the others, and decides nothing") {
    const Ends pipe = make_pipe();
    output::PrintSettings settings{.count = 1, .until = "x", .expect_none = true, .note_time = true};
    settings.skip_retained = true;
    settings.filter_out = {"hidden/#"};
    Running running(settings, pipe.writer);
    CHECK(running.printer().show_unasked({.topic_name = "$JS/a", .payload = "x"}));
    CHECK_FALSE(running.printer().show_unasked({.topic_name = "hidden/a", .payload = "x"}));
    CHECK_FALSE(running.printer().show_unasked({.topic_name = "old", .payload = "x", .retain = true}));
    running.flush();
    CHECK(read_some(pipe.reader) == "x\n");
    CHECK(running.printer().expectation().count() == 0);
    CHECK(running.printer().expectation().verdict({}).error().cause.starts_with("no message matched"));
    CHECK(running.deliver("a", "y") == Wanted::enough);
}
