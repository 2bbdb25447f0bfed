// SPDX-License-Identifier: Apache-2.0
// Cells in which a connection ends that was good.
#include <csignal>

#include "brokers/cell.hpp"

namespace mqtts::test {

namespace {

using namespace std::chrono_literals;

/// Publishes a mark, and another one, until the subscriber has printed one: then it is subscribed, and has all that the
/// broker took before.
bool reaches(const Cell& cell, const std::string& topic, Process& subscriber, const std::string& mark) {
    const auto deadline = std::chrono::steady_clock::now() + cell_patience;
    while (!subscriber.has_closed_all() && std::chrono::steady_clock::now() < deadline) {
        if (cell.publish_aside({"-t", topic, "-m", mark}) && subscriber.writes_output(mark + "\n", 500ms)) return true;
    }
    return subscriber.output().find(mark + "\n") != std::string::npos;
}

/// One of two with the same name says so.
bool either_says(Process& first, Process& second, const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + cell_patience;
    while (!first.has_closed_all() && !second.has_closed_all() && std::chrono::steady_clock::now() < deadline) {
        if (first.writes_error(text, 50ms) || second.writes_error(text, 50ms)) return true;
    }
    return false;
}

}  // namespace

/// Two subscribers with one Client Identifier. Where the broker says so the first one ends; where it just hangs up on
/// one of them, they get to know what the matter is, and one alone goes on.
void take_over_cell(Cell& cell) {
    const Words options{"-i", cell.name(), "-t", cell.topic(), "-q", "1", "-C", "1"};
    const Answer answer = cell.answer({.says = {cell.name()}});
    Subscribed first(cell.subscriber(options));
    Subscribed second(cell.subscriber(options));
    if (answer.status == 0) {
        const bool named = either_says(first.process(), second.process(), answer.says.at(0));
        cell.expect(named, "nobody names the identifier:\n" + first->error() + second->error());
        second->signal(SIGKILL);
        cell.expect(reaches(cell, cell.topic(), first.process(), "alone"), "the other one does not come back");
        cell.expect(first->wait(cell_patience), {});
        return;
    }
    cell.expect(first->wait(cell_patience), answer);
    cell.expect(reaches(cell, cell.topic(), second.process(), "alone"), "the second one is not subscribed");
    cell.expect(second->wait(cell_patience), {});
}

namespace {

/// A publisher that streams to a subscriber, and is held whenever the broker is not what it should be: so nothing may
/// be missing in the end, whether the broker keeps sessions or not. What was on its way may come twice.
class Stream {
public:
    explicit Stream(Cell& cell)
        : cell_(cell),
          subscriber_(cell.subscriber({"-t", cell.topic(), "-q", "1", "--until", "^3000$"})),
          publisher_({.arguments = cell.publisher({"-t", cell.topic(), "-q", "1", "-l", "--rate", "1000", "-d"}),
                      .input = Pipe{}}) {
        give(1000);  // and not all of them: this test may be too slow to stop it before its last line
        publisher_.wait_for_error(published, cell_patience);
        subscriber_->wait_for_output("\n500\n", cell_patience);
        publisher_.signal(SIGSTOP);
        cell_.expect(reaches(cell_, cell_.topic(), subscriber_.process(), "before"), "the subscriber is not there");
    }

    /// The publisher goes on, with this number of lines at least.
    void send(int lines) {
        const std::size_t before = count_of(published, publisher_.error());
        give(lines);
        publisher_.signal(SIGCONT);
        publisher_.wait_for_errors(published, before + static_cast<std::size_t>(lines), cell_patience);
        publisher_.signal(SIGSTOP);
    }

    /// The broker is back: so is the subscriber, and then the publisher goes on.
    void finish() {
        const bool back = reaches(cell_, cell_.topic(), subscriber_.process(), "after");
        cell_.expect(back, "the subscriber does not come back: " + subscriber_->error());
        give(count - given_);
        publisher_.close_input();
        publisher_.signal(SIGCONT);
        const Outcome sent = publisher_.wait(cell_patience);
        cell_.expect(sent, cell_.answer({}));
        const Outcome received = subscriber_->wait(cell_patience);
        cell_.expect(received, cell_.answer({}));
        const std::size_t distinct = distinct_lines(received.output).size();
        cell_.expect(
            distinct_lines(received.output) == distinct_lines(numbers(1, count) + "before\nafter\n"),
            "of 3000 lines and 2 marks arrived " + std::to_string(distinct) + "; the subscriber: " + received.error);
        cell_.note(std::to_string(count_lines(received.output) - distinct) + " duplicates");
    }

private:
    static constexpr int count = 3000;
    static constexpr const char* published = "sent PUBLISH";  // in the log of packets

    static std::size_t count_of(std::string_view text, const std::string& in) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = in.find(text, at)) != std::string::npos; ++at)
            ++found;
        return found;
    }

    void give(int lines) {
        publisher_.write(numbers(given_ + 1, given_ + lines));
        given_ += lines;
    }

    Cell& cell_;
    Subscribed subscriber_;
    Process publisher_;
    int given_ = 0;
};

}  // namespace

/// In order, as `systemctl restart` does.
void restart_cell(Cell& cell) {
    Stream stream(cell);
    cell.broker().stop();
    cell.broker().start();
    stream.finish();
}

/// Messages are on their way when the broker ends, and nobody tells.
void crash_cell(Cell& cell) {
    Stream stream(cell);
    cell.broker().stall();
    stream.send(50);
    cell.broker().crash();
    cell.broker().start();
    stream.finish();
}

}  // namespace mqtts::test
