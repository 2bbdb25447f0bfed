// SPDX-License-Identifier: Apache-2.0
#include "brokers/cell.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

namespace mqtts::test {

namespace {

constexpr Variant plainest{.version = Version::v311, .carrier = Carrier::tls};

Words join(Words first, const Words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// The end of a long text: what is decisive comes last.
std::string tail(const std::string& text) {
    constexpr std::size_t enough = 1500;
    return text.size() <= enough ? text : "…" + text.substr(text.size() - enough);
}

}  // namespace

Cell::Cell(RealBroker& broker, Rule rule, Variant variant) : broker_(broker), rule_(rule), variant_(variant) {
    static int count = 0;
    name_ = "cell" + std::to_string(++count);
}

Variant Cell::spoken() const {
    return {.version = broker_.facts().speaks_mqtt_5 ? variant_.version : Version::v311, .carrier = variant_.carrier};
}

Words Cell::publisher(const Words& options, const User& user) const {
    return join(join({MQTTS_PUB}, broker_.options(variant_, user)), options);
}

Words Cell::subscriber(const Words& options, const User& user) const {
    return join(join({MQTTS_SUB}, broker_.options(variant_, user)), options);
}

Words Cell::observer(const Words& options) const {
    return join(join({MQTTS_SUB}, broker_.options(plainest, unrestricted)), options);
}

bool Cell::publish_aside(const Words& options, Input input) const {
    const Words words = join(join({MQTTS_PUB, "-q", "1"}, broker_.options(plainest, unrestricted)), options);
    return run({.arguments = words, .input = std::move(input)}, cell_patience).status == 0;
}

Answer Cell::answer(Answer as_a_rule) const {
    const Exception* exception = broker_.exception(rule_, spoken());
    return exception ? exception->answer : std::move(as_a_rule);
}

void Cell::expect(const Outcome& outcome, const Answer& answer) {
    bool right = outcome.status == answer.status;
    for (const std::string& part : answer.says)
        right &= outcome.error.find(part) != std::string::npos;
    if (right) return;
    std::string wanted = "status " + std::to_string(answer.status);
    for (const std::string& part : answer.says)
        wanted += ", \"" + part + "\"";
    expect(false, "wanted: " + wanted + "\ngot: status " + std::to_string(outcome.status) +
                      ", standard error: " + tail(outcome.error));
}

void Cell::expect(bool condition, const std::string& complaint) {
    if (!condition) complaints_ += complaint + '\n';
}

Subscribed::Subscribed(Words words) {
    const std::string file = directory_.path() + "/ready";
    process_.emplace(Command{.arguments = join(std::move(words), {"--ready-file", file})});
    const auto deadline = std::chrono::steady_clock::now() + cell_patience;
    while (::access(file.c_str(), F_OK) != 0) {
        if (process_->has_closed_all() || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("not subscribed: " + process_->error());
        }
        // Nobody tells, so it is asked again; what the program says meanwhile is read.
        static_cast<void>(process_->writes_error("what it never says", std::chrono::milliseconds(10)));
    }
}

std::string numbers(int first, int last) {
    std::string lines;
    for (int i = first; i <= last; ++i)
        lines += std::to_string(i) + '\n';
    return lines;
}

std::vector<std::string> distinct_lines(const std::string& text) {
    std::set<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.insert(line);
    return {lines.begin(), lines.end()};
}

std::size_t count_lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace mqtts::test
