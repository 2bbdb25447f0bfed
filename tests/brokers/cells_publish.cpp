// SPDX-License-Identifier: Apache-2.0
// Cells in which mqtts-pub is under test, and everything is allowed.
#include "brokers/cell.hpp"

namespace mqtts::test {

/// Exit 0 means delivered, once; and where it cannot be done, nothing is said to be done. A broker that never answers
/// gets less time than usual.
void publish_cell(Cell& cell, int qos) {
    const std::string topic = cell.topic();
    Subscribed observer(cell.observer({"-t", topic, "-q", "1", "--until", "^end$"}));
    const Answer answer = cell.answer({});
    cell.expect(run({.arguments = cell.publisher(
                         {"-t", topic, "-m", "hello", "-q", std::to_string(qos), "--ack-timeout", "15"})},
                    cell_patience),
                answer);
    // At QoS 0 nobody says when it is there, and the end must not overtake it.
    if (answer.arrives == Arrives::once) observer->wait_for_output("hello\n", cell_patience);
    cell.expect(cell.publish_aside({"-t", topic, "-m", "end"}), "the end could not be published");
    const std::string arrived = observer->wait(cell_patience).output;
    const bool right = (answer.arrives != Arrives::never && arrived == "hello\nend\n") ||
                       (answer.arrives != Arrives::once && arrived == "end\n");
    cell.expect(right, "arrived: " + arrived);
}

void stream_cell(Cell& cell) {
    constexpr int count = 3000;
    Subscribed observer(cell.observer({"-t", cell.topic(), "-q", "1", "-C", std::to_string(count)}));
    cell.expect(
        run({.arguments = cell.publisher({"-t", cell.topic(), "-q", "1", "-l"}), .input = Text{numbers(1, count)}},
            cell_patience),
        cell.answer({}));
    const std::string arrived = observer->wait(cell_patience).output;
    cell.expect(arrived == numbers(1, count), "the lines did not arrive once each, and in order; distinct ones: " +
                                                  std::to_string(distinct_lines(arrived).size()));
}

}  // namespace mqtts::test
