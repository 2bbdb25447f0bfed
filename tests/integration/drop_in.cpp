#include "integration/drop_in.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "support/process.hpp"

namespace mqtts::test {

namespace {

/// One broker, with one certificate, for all rows.
RecordingBroker& broker() {
    static RecordingBroker broker;
    return broker;
}

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
    return text;
}

std::string filled(std::string_view text, const std::string& directory) {
    return replaced(replaced(std::string(text), "$port", std::to_string(broker().port())), "$dir", directory);
}

std::string program(const std::string& name) {
    if (name == "mqtts-pub") return MQTTS_PUB;
    if (name == "mqtts-sub") return MQTTS_SUB;
    throw std::logic_error("neither of the programs: " + name);
}

std::vector<std::string> arguments(const Row& row, const std::string& directory) {
    std::vector<std::string> typed = words(filled(row.command, directory));
    std::vector<std::string> result{program(typed.front()), "--cafile", broker().ca_file()};
    if (row.command.find("$port") == row.command.npos)
        for (const std::string& word :
             {std::string("-h"), std::string("localhost"), std::string("-p"), std::to_string(broker().port())})
            result.push_back(word);
    result.insert(result.end(), typed.begin() + 1, typed.end());
    return result;
}

Command command(const Row& row, const TemporaryDirectory& directory) {
    Command command{.arguments = arguments(row, directory.path())};
    command.environment = {"XDG_CONFIG_HOME=" + directory.path(), "TZ=UTC0", "LC_ALL=C"};
    for (const std::string& variable : row.environment)
        command.environment.push_back(filled(variable, directory.path()));
    if (!row.input.empty()) command.input = Text{std::string(row.input)};
    return command;
}

std::vector<std::string_view> expected_packets(const Row& row) {
    if (row.status == 2 || row.connect.empty()) return {};
    std::vector<std::string_view> expected;
    if (!row.upgrade.empty()) expected.push_back(row.upgrade);
    expected.push_back(row.connect);
    expected.insert(expected.end(), row.packets.begin(), row.packets.end());
    expected.push_back(row.disconnect);
    return expected;
}

std::string lines(const auto& texts) {
    std::string result;
    for (const auto& text : texts)
        result.append("\n    ").append(text);
    return result;
}

void compare_packets(const Row& row, const std::vector<std::string>& recorded) {
    const std::vector<std::string_view> expected = expected_packets(row);
    CHECK_MESSAGE(std::equal(recorded.begin(), recorded.end(), expected.begin(), expected.end(), fits), "it sent",
                  lines(recorded), "\n  and not", lines(expected));
}

void compare_output(const Row& row, const Outcome& outcome) {
    CHECK(outcome.status == row.status);
    CHECK_MESSAGE(fits(outcome.output, row.output), "it wrote\n", outcome.output, "\n  and not\n", row.output);
    if (row.error.empty()) CHECK(outcome.error == "");
    for (const std::string_view part : row.error)
        CHECK_MESSAGE(outcome.error.find(part) != outcome.error.npos, outcome.error, "\n  does not say: ", part);
}

void check(const Row& row) {
    const TemporaryDirectory directory;
    for (const auto& [name, content] : row.files)
        static_cast<void>(directory.write(name, filled(content, directory.path())));
    INFO(row.command);
    Outcome outcome;
    const auto recorded = broker().record({.subscribed = row.messages, .published = row.answers},
                                          [&] { outcome = run(command(row, directory), std::chrono::seconds(20)); });
    compare_packets(row, recorded);
    compare_output(row, outcome);
}

}  // namespace

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        try {
            check(row);
        } catch (const std::runtime_error& error) {
            FAIL_CHECK(row.command, ": ", std::string(error.what()));
        }
    }
}

void check_refused(const std::vector<Refused>& rows) {
    for (const Refused& row : rows)
        check({{.command = row.command, .files = row.files, .error = row.error, .status = 2}});
}

void check_printed(const std::vector<Printed>& rows) {
    for (const Printed& row : rows) {
        const std::string command = "mqtts-sub -t # -C 1 " + std::string(row.options);
        check({{.command = command,
                .messages = {row.message},
                .connect = connect_for_one,
                .packets = {"SUBSCRIBE 1 # qos0"},
                .output = row.output}});
    }
}

std::vector<std::string> words(std::string_view command_line) {
    std::vector<std::string> result;
    bool quoted = false;
    bool in_word = false;
    for (const char character : command_line) {
        if (character == '\'') {
            quoted = !quoted;
            if (!std::exchange(in_word, true)) result.emplace_back();
        } else if (character == ' ' && !quoted) {
            in_word = false;
        } else {
            if (!std::exchange(in_word, true)) result.emplace_back();
            result.back() += character;
        }
    }
    return result;
}

bool fits(std::string_view text, std::string_view expected) {
    constexpr std::string_view ellipsis = "…";
    const std::size_t open = expected.find(ellipsis);
    if (open == expected.npos) return text == expected;
    if (!text.starts_with(expected.substr(0, open))) return false;
    text.remove_prefix(open);
    expected.remove_prefix(open + ellipsis.size());
    for (; !fits(text, expected); text.remove_prefix(1))
        if (text.empty()) return false;
    return true;
}

}  // namespace mqtts::test
