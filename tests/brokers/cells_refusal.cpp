// Cells in which the broker does not allow it.
#include "brokers/cell.hpp"

namespace mqtts::test {

void refused_publish_cell(Cell& cell) {
    const std::string topic = "forbidden/" + cell.name();
    Subscribed observer(cell.observer({"-t", topic, "-q", "1", "-C", "1"}));
    Answer answer = cell.answer({.status = 8});
    if (answer.status != 0) answer.says.push_back("'" + topic + "'");
    cell.expect(run({.arguments = cell.publisher({"-t", topic, "-m", "secret", "-q", "1"})}, cell_patience), answer);
    cell.expect(cell.publish_aside({"-t", topic, "-m", "end"}), "the end could not be published");
    const std::string arrived = observer->wait(cell_patience).output;
    cell.expect(arrived == "end\n", "arrived: " + arrived);
}

void refused_subscribe_cell(Cell& cell) {
    const std::string filter = "forbidden/" + cell.name();
    Answer answer = cell.answer({.status = 8});
    if (answer.status == 8) answer.says.push_back("'" + filter + "'");
    const std::string patience = answer.status == 27 ? "2" : "40";
    const Outcome outcome =
        run({.arguments = cell.subscriber({"-t", filter, "-q", "1", "-C", "1", "-W", patience})}, cell_patience);
    cell.expect(outcome, answer);
    cell.expect(outcome.output.empty(), "arrived: " + outcome.output);
}

void wrong_password_cell(Cell& cell) {
    const User guessing{restricted.name, "wrong-secret"};
    const Answer answer = cell.answer({.status = 7, .says = {"check --username and --pw"}});
    for (const Words& words : {cell.publisher({"-t", cell.topic(), "-q", "1", "-m", "x"}, guessing),
                               cell.subscriber({"-t", cell.topic(), "-q", "1"}, guessing)}) {
        const Outcome outcome = run({.arguments = words}, cell_patience);
        cell.expect(outcome, answer);
        cell.expect(outcome.output.empty(), "on standard output: " + outcome.output);
        cell.expect(outcome.error.find(guessing.password) == std::string::npos, "it tells the password");
    }
}

}  // namespace mqtts::test
