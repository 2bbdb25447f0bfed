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

/// The publisher is held in mid-stream until the subscriber is back: so nothing may be missing, whether the broker
/// keeps sessions or not. What was on its way may come twice.
void restart_cell(Cell& cell) {
    constexpr int count = 3000;
    const std::string topic = cell.topic();
    Subscribed subscriber(cell.subscriber({"-t", topic, "-q", "1", "--until", "^3000$"}));
    Process publisher({.arguments = cell.publisher({"-t", topic, "-q", "1", "-l", "--rate", "1000"}),
                       .input = Text{numbers(1, count)}});
    static_cast<void>(publisher.writes_error("what it never says", 10ms));  // it is fed
    subscriber->wait_for_output("\n500\n", cell_patience);
    publisher.signal(SIGSTOP);
    const bool before = reaches(cell, topic, subscriber.process(), "before");
    cell.broker().stop();
    cell.broker().start();
    const bool after = reaches(cell, topic, subscriber.process(), "after");
    publisher.signal(SIGCONT);
    cell.expect(before && after, "the subscriber is not there, or not back: " + subscriber->error());
    const Outcome published = publisher.wait(cell_patience);
    cell.expect(published, cell.answer({}));
    const Outcome received = subscriber->wait(cell_patience);
    cell.expect(received, cell.answer({}));
    cell.expect(distinct_lines(received.output) == distinct_lines(numbers(1, count) + "before\nafter\n"),
                "of 3000 lines and 2 marks arrived " + std::to_string(distinct_lines(received.output).size()) +
                    "; the publisher: " + published.error + "the subscriber: " + received.error);
}

}  // namespace mqtts::test
