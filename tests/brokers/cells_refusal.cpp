// SPDX-License-Identifier: Apache-2.0
// Cells in which the broker does not allow it.
#include "brokers/cell.hpp"
#include "support/fault_proxy.hpp"

namespace mqtts::test {

namespace {

/// What the programs may need to find out that the broker closes on one packet, and not for another reason.
constexpr int connections_of_a_refusal = 4;

/// Counts the connections of a program under test.
class Counter {
public:
    explicit Counter(Cell& cell)
        : cell_(cell), proxy_(cell.broker().port_number(cell.variant().carrier), [](int) { return Fault{}; }) {}

    [[nodiscard]] Words through(Words words) const {
        words.insert(words.end(), {"-p", std::to_string(proxy_.port())});
        return words;
    }

    /// One more is fair where the version is refused.
    void expect_at_most(int limit) {
        const int count = proxy_.connections();
        cell_.note(std::to_string(count) + (count == 1 ? " connection" : " connections"));
        cell_.expect(count > 0 && count <= limit + (cell_.falls_back() ? 1 : 0),
                     "it took " + std::to_string(count) + " connections");
    }

private:
    Cell& cell_;
    FaultProxy proxy_;
};

/// What is to be said of it names the topic.
Answer naming(Answer answer, const std::string& topic) {
    if (answer.status == 8) answer.says.push_back("'" + topic + "'");
    return answer;
}

}  // namespace

void refused_publish_cell(Cell& cell) {
    const std::string topic = "forbidden/" + cell.name();
    Subscribed observer(cell.observer({"-t", topic, "-q", "1", "-C", "1"}));
    Counter counter(cell);
    cell.expect(
        run({.arguments = counter.through(cell.publisher({"-t", topic, "-m", "secret", "-q", "1"}))}, cell_patience),
        naming(cell.answer({.status = 8}), topic));
    counter.expect_at_most(connections_of_a_refusal);
    cell.expect(cell.publish_aside({"-t", topic, "-m", "end"}), "the end could not be published");
    const std::string arrived = observer->wait(cell_patience).output;
    cell.expect(arrived == "end\n", "arrived: " + arrived);
}

/// One line of many is refused: the others arrive, whatever it takes.
void refused_line_cell(Cell& cell) {
    constexpr int count = 1000;
    constexpr int refused = 200;
    const std::string forbidden = "forbidden/" + cell.name();
    std::string lines;
    std::string others;
    for (int i = 1; i <= count; ++i) {
        const std::string number = std::to_string(i) + '\n';
        lines += (i == refused ? forbidden : cell.topic()) + ' ' + number;
        if (i != refused) others += number;
    }
    Subscribed observer(cell.observer({"-t", cell.topic(), "-t", forbidden, "-q", "1", "--until", "^end$"}));
    Counter counter(cell);
    cell.expect(run({.arguments = counter.through(cell.publisher({"-q", "1", "--topic-delimiter", " ", "--skip-bad"})),
                     .input = Text{lines}},
                    cell_patience),
                naming(cell.answer({.status = 8}), forbidden));
    counter.expect_at_most(connections_of_a_refusal + 1);
    cell.expect(cell.publish_aside({"-t", cell.topic(), "-m", "end"}), "the end could not be published");
    const std::string arrived = observer->wait(cell_patience).output;
    const std::size_t distinct = distinct_lines(arrived).size();
    cell.expect(distinct_lines(arrived) == distinct_lines(others + "end\n"),
                "of the 999 others and the end arrived " + std::to_string(distinct));
    cell.note(std::to_string(count_lines(arrived) - distinct) + " duplicates");
}

void refused_subscribe_cell(Cell& cell) {
    const std::string filter = "forbidden/" + cell.name();
    const Answer answer = naming(cell.answer({.status = 8}), filter);
    const std::string limit = answer.status == 27 ? "2" : "600";
    Counter counter(cell);
    const Words words = cell.subscriber({"-t", filter, "-q", "1", "-C", "1", "-W", limit});
    const Outcome outcome = run({.arguments = counter.through(words)}, cell_patience);
    cell.expect(outcome, answer);
    counter.expect_at_most(connections_of_a_refusal);
    cell.expect(outcome.output.empty(), "arrived: " + outcome.output);
}

void wrong_password_cell(Cell& cell) {
    const User guessing{restricted.name, "wrong-secret"};
    const Answer answer = cell.answer({.status = 7, .says = {"check --username and --pw"}});
    for (const Words& words : {cell.publisher({"-t", cell.topic(), "-q", "1", "-m", "x"}, guessing),
                               cell.subscriber({"-t", cell.topic(), "-q", "1"}, guessing)}) {
        Counter counter(cell);
        const Outcome outcome = run({.arguments = counter.through(words)}, cell_patience);
        cell.expect(outcome, answer);
        counter.expect_at_most(1);  // each try costs a login, and too many of them the account
        cell.expect(outcome.output.empty(), "on standard output: " + outcome.output);
        cell.expect(outcome.error.find(guessing.password) == std::string::npos, "it tells the password");
    }
}

}  // namespace mqtts::test
