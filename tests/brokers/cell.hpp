// SPDX-License-Identifier: Apache-2.0
// One cell of the matrix: a rule, tried with the programs at a broker, in one version of MQTT and through one carrier.
// The program under test is the one that speaks in the variant of the cell; whoever feeds or watches it is an
// unrestricted user with MQTT 3.1.1 in TLS alone, which every broker can do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "brokers/real_broker.hpp"
#include "support/process.hpp"

namespace mqtts::test {

using Words = std::vector<std::string>;

constexpr Process::Duration cell_patience = patience;

class Cell {
public:
    Cell(RealBroker& broker, Rule rule, Variant variant);

    [[nodiscard]] RealBroker& broker() const noexcept { return broker_; }
    /// A Client Identifier, and a topic that everybody may use; no other cell has them.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::string topic() const { return "open/" + name_; }

    [[nodiscard]] Variant variant() const noexcept { return variant_; }
    /// With the version that both understand, which is not always the one of the variant.
    [[nodiscard]] Variant spoken() const;
    [[nodiscard]] bool falls_back() const { return spoken().version != variant_.version; }

    /// Command lines of the programs under test.
    [[nodiscard]] Words publisher(const Words& options, const User& user = restricted) const;
    [[nodiscard]] Words subscriber(const Words& options, const User& user = restricted) const;
    /// Command line of a subscriber that watches what arrives.
    [[nodiscard]] Words observer(const Words& options) const;
    /// Publishes at QoS 1, as somebody else. False: it did not work.
    bool publish_aside(const Words& options, Input input = Nothing{}) const;

    /// What the program under test is to do here: as the rule wants it, unless this broker is an exception.
    [[nodiscard]] Answer answer(Answer as_a_rule) const;
    void expect(const Outcome& outcome, const Answer& answer);
    void expect(bool condition, const std::string& complaint);
    /// What is worth knowing, and neither right nor wrong: printed beside the verdict.
    void note(const std::string& text) { notes_ += (notes_.empty() ? "" : ", ") + text; }
    [[nodiscard]] const std::string& notes() const noexcept { return notes_; }
    /// Empty: the cell is right.
    [[nodiscard]] const std::string& complaints() const noexcept { return complaints_; }

private:
    RealBroker& broker_;
    Rule rule_;
    Variant variant_;
    std::string name_;
    std::string complaints_;
    std::string notes_;
};

/// A subscriber whose subscriptions are granted.
class Subscribed {
public:
    explicit Subscribed(Words words);

    [[nodiscard]] Process& process() noexcept { return *process_; }
    Process* operator->() noexcept { return &*process_; }

private:
    TemporaryDirectory directory_;
    std::optional<Process> process_;
};

/// What seq(1) writes.
std::string numbers(int first, int last);
/// The lines, each once, sorted.
std::vector<std::string> distinct_lines(const std::string& text);
std::size_t count_lines(const std::string& text);

void publish_cell(Cell& cell, int qos);
void stream_cell(Cell& cell);
void subscribe_cell(Cell& cell);
void retained_done_cell(Cell& cell, int messages);
void refused_publish_cell(Cell& cell);
void refused_line_cell(Cell& cell);
void refused_subscribe_cell(Cell& cell);
void wrong_password_cell(Cell& cell);
void take_over_cell(Cell& cell);
void restart_cell(Cell& cell);
void crash_cell(Cell& cell);

}  // namespace mqtts::test
