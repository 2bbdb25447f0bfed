// SPDX-License-Identifier: Apache-2.0
// Cells in which mqtts-sub is under test, and everything is allowed.
#include <algorithm>
#include <array>
#include <cstdio>

#include "brokers/cell.hpp"

namespace mqtts::test {

void subscribe_cell(Cell& cell) {
    const std::string topic = cell.topic();
    Subscribed subscriber(cell.subscriber({"-t", topic + "/+", "-q", "1", "-v", "-C", "3"}));
    for (const char* message : {"one", "two", "three"})
        cell.expect(cell.publish_aside({"-t", topic + "/a", "-m", message}), "it could not be published");
    const Outcome outcome = subscriber->wait(cell_patience);
    cell.expect(outcome, cell.answer({}));
    const std::string prefix = topic + "/a ";
    cell.expect(outcome.output == prefix + "one\n" + prefix + "two\n" + prefix + "three\n",
                "arrived: " + outcome.output);
}

namespace {

/// Runs it, and notes how long after the last byte on standard output it ended.
Outcome run_noting_the_rest(Cell& cell, const Words& words) {
    using Clock = std::chrono::steady_clock;
    Process process({.arguments = words});
    const auto deadline = Clock::now() + cell_patience;
    auto last = Clock::now();
    for (std::size_t size = 0; !process.has_closed_all() && Clock::now() < deadline;) {
        static_cast<void>(process.writes_output("what it never prints", std::chrono::milliseconds(2)));
        if (process.output().size() != size) last = Clock::now();
        size = process.output().size();
    }
    const std::chrono::duration<double> rest = Clock::now() - last;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "ended %.2f s after the last message", rest.count());
    cell.note(text.data());
    return process.wait(cell_patience);
}

}  // namespace

/// All that is retained, and the program knows when that is all, also where it is nothing.
void retained_done_cell(Cell& cell, int messages) {
    const bool wildcard = cell.broker().facts().retained_by_wildcard;
    const int count = wildcard ? messages : std::min(messages, 20);
    const std::string topic = cell.topic();
    std::string records;
    Words filters;
    if (wildcard) filters = {"-t", topic + "/#"};
    for (int i = 1; i <= count; ++i) {
        const std::string one = topic + "/" + std::to_string(i);
        records += one + " kept\n";
        if (!wildcard) filters.insert(filters.end(), {"-t", one});
    }
    cell.expect(cell.publish_aside({"-r", "--topic-delimiter", " "}, Text{records}), "it could not be published");

    Words options{"-q", "1", "-v", "--exit-when-retained-done"};
    options.insert(options.end(), filters.begin(), filters.end());
    const Outcome all = run_noting_the_rest(cell, cell.subscriber(options));
    cell.expect(all, cell.answer({}));
    cell.expect(distinct_lines(all.output) == distinct_lines(records) && all.output.size() == records.size(),
                "of " + std::to_string(count) + " arrived " + std::to_string(distinct_lines(all.output).size()));

    const Words empty{"-q", "1", "-v", "--exit-when-retained-done", "-t", topic + "-empty/x"};
    const Outcome none = run({.arguments = cell.subscriber(empty)}, cell_patience);
    cell.expect(none, cell.answer({}));
    cell.expect(none.output.empty(), "where nothing is retained arrived: " + none.output);
}

}  // namespace mqtts::test
