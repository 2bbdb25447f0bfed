// SPDX-License-Identifier: Apache-2.0
#include "integration/drop_in.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <list>

#include "support/enough_time.hpp"
#include "support/process.hpp"

namespace mqtts::test {

namespace {

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
    return text;
}

/// What stands for itself in a row: where it runs.
struct Place {
    RecordingBroker& broker;
    TemporaryDirectory directory = {};

    [[nodiscard]] std::string filled(std::string_view text) const {
        return replaced(replaced(std::string(text), "$port", std::to_string(broker.port())), "$dir", directory.path());
    }
};

std::string program(const std::string& name) {
    if (name == "mqtts-pub") return MQTTS_PUB;
    if (name == "mqtts-sub") return MQTTS_SUB;
    throw std::logic_error("neither of the programs: " + name);
}

std::vector<std::string> arguments(const Row& row, const Place& place) {
    std::vector<std::string> typed = words(place.filled(row.command));
    // The last one counts: by themselves these limits are to end no row.
    std::vector<std::string> result{program(typed.front())};
    for (const std::string& word : {std::string("--cafile"), place.broker.ca_file(), std::string("--connect-timeout"),
                                    std::string("600"), std::string("--linger"), std::string("600")})
        result.push_back(word);
    if (row.command.find("$port") == row.command.npos)
        for (const std::string& word :
             {std::string("-h"), std::string("localhost"), std::string("-p"), std::to_string(place.broker.port())})
            result.push_back(word);
    result.insert(result.end(), typed.begin() + 1, typed.end());
    return result;
}

Command command(const Row& row, const Place& place) {
    Command command{.arguments = arguments(row, place)};
    command.environment = {"XDG_CONFIG_HOME=" + place.directory.path(), "TZ=UTC0", "LC_ALL=C"};
    for (const std::string& variable : row.environment)
        command.environment.push_back(place.filled(variable));
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

/// What came of it.
struct Run {
    std::vector<std::string> recorded;
    Outcome outcome;
};

Run execute(const Row& row, RecordingBroker& broker) {
    const Place place{.broker = broker};
    for (const auto& [name, content] : row.files)
        static_cast<void>(place.directory.write(name, place.filled(content)));
    Run result;
    result.recorded = broker.record({.subscribed = row.messages, .published = row.answers},
                                    [&] { result.outcome = run(command(row, place)); });
    return result;
}

bool packets_fit(const Row& row, const Run& run) {
    const std::vector<std::string_view> expected = expected_packets(row);
    return std::equal(run.recorded.begin(), run.recorded.end(), expected.begin(), expected.end(), fits);
}

void compare(const Row& row, const Run& run) {
    const Outcome& outcome = run.outcome;
    CHECK_MESSAGE(packets_fit(row, run), "it sent", lines(run.recorded), "\n  and not", lines(expected_packets(row)));
    CHECK(outcome.status == row.status);
    CHECK_MESSAGE(fits(outcome.output, row.output), "it wrote\n", outcome.output, "\n  and not\n", row.output);
    if (row.error.empty()) CHECK(outcome.error == "");
    for (const std::string_view part : row.error)
        CHECK_MESSAGE(outcome.error.find(part) != outcome.error.npos, outcome.error, "\n  does not say: ", part);
}

void check(const Row& row, RecordingBroker& broker) {
    INFO(row.command);
    if (row.command.find("$time") == row.command.npos) return compare(row, execute(row, broker));
    with_enough_time(row.time, [&](const std::string& seconds) {
        const std::string command = replaced(std::string(row.command), "$time", seconds);
        Row timed = row;
        timed.command = command;
        const Run run = execute(timed, broker);
        if (!packets_fit(row, run) || !fits(run.outcome.output, row.output)) return false;
        compare(row, run);
        return true;
    });
}

}  // namespace

void check(const std::vector<Row>& rows) {
    static std::array<RecordingBroker, 2> brokers;
    std::atomic<std::size_t> next = 0;
    std::vector<std::future<void>> workers;
    for (RecordingBroker& broker : brokers)
        workers.push_back(std::async(std::launch::async, [&] {
            for (std::size_t index = next++; index < rows.size(); index = next++) {
                try {
                    check(rows[index], broker);
                } catch (const std::runtime_error& error) {
                    FAIL_CHECK(rows[index].command, ": ", std::string(error.what()));
                }
            }
        }));
    for (std::future<void>& worker : workers)
        worker.get();
}

void check_refused(const std::vector<Refused>& rows) {
    std::vector<Row> full;
    for (const Refused& row : rows)
        full.push_back({.command = row.command, .files = row.files, .error = row.error, .status = 2});
    check(full);
}

void check_printed(const std::vector<Printed>& rows) {
    std::list<std::string> commands;  // that the rows refer to
    std::vector<Row> full;
    for (const Printed& row : rows) {
        commands.push_back("mqtts-sub -t # -C 1 " + std::string(row.options));
        full.push_back({.command = commands.back(),
                        .messages = {row.message},
                        .connect = connect_for_one,
                        .packets = {"SUBSCRIBE 1 # qos0"},
                        .output = row.output});
    }
    check(full);
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
