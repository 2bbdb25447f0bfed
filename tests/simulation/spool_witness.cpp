// SPDX-License-Identifier: Apache-2.0
#include "simulation/spool_witness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "client/retry.hpp"
#include "wire/decode.hpp"

namespace mqtts::simulation {

namespace {

/// Messages of QoS 1 that a process may have removed late: the next one sends them once more.
constexpr std::size_t most_late = 999;

}  // namespace

std::vector<SpoolWitness::Row> SpoolWitness::read(store::Spool& spool) {
    std::vector<Row> rows;
    const Result<> done = spool.read(0, [&](const store::Spool::Entry& entry) {
        Errc error = Errc::ok;
        wire::Publish message;
        const auto frame = wire::next_frame(entry.packet, wire::largest_packet, error);
        if (frame) error = wire::decode(*frame, wire::ProtocolVersion::v5, message);
        const auto number =
            frame && error == Errc::ok ? number_of(message, message.payload) : std::optional<std::uint32_t>();
        if (!number) broken(Invariant::content, "the spool contains what is no message");
        rows.push_back({.number = number.value_or(0), .received = entry.received});
        return true;
    });
    if (!done) broken(Invariant::content, "the spool cannot be read: " + one_line(done.error()));
    return rows;
}

void SpoolWitness::opened(store::Spool& spool) {
    const std::vector<Row> rows = read(spool);
    check_rows(rows);
    if (last_.was_killed) check_count(rows.size());
    if (spool.size() != rows.size())
        broken(Invariant::losses_told,
               fmt::format("the spool has {} messages, and counts {}", rows.size(), spool.size()));
    last_ = {.rows = rows.size(), .received = static_cast<std::size_t>(std::ranges::count(rows, true, &Row::received))};
}

/// All that was committed is there, in order, or done with; and nothing else.
void SpoolWitness::check_rows(const std::vector<Row>& rows) {
    if (!std::ranges::is_sorted(rows, std::ranges::less_equal(), &Row::number))
        broken(Invariant::publish_order, "the spool is not in order");
    for (const Row& row : rows)
        if (!witness_.fate(row.number).was_accepted)
            broken(Invariant::content, fmt::format("message {} is in the spool, but was never committed", row.number));
    std::uint64_t missing = 0;
    std::uint32_t first = 0;
    auto next = rows.begin();
    for (std::uint32_t number = 0; number != first_left_; ++number) {
        if (next != rows.end() && next->number == number) {
            ++next;
            continue;
        }
        const Fate fate = witness_.fate(number);
        const bool is_done = fate.was_refused || (fate.has_arrived && fate.is_kept);
        if (!fate.was_accepted || is_done || witness_.has_crashed()) continue;
        if (missing++ == 0) first = number;
    }
    if (missing > told_refused_)
        broken(Invariant::at_least_once,
               fmt::format("{} messages are neither in the spool nor with the broker, the first is {}, but {} are told",
                           missing, first, told_refused_));
}

/// What was answered is removed, but for what may be late; and nothing else is removed.
void SpoolWitness::check_count(std::size_t rows) {
    const std::size_t all = last_.rows + last_.accepted;
    const std::size_t late = last_.was_killed ? most_late : 0;
    if (rows + last_.finished > all + late)
        broken(Invariant::one_outcome,
               fmt::format("{} of {} messages are in the spool, although {} were finished", rows, all, last_.finished));
    if (rows + last_.finished + last_.received + last_.refused < all)
        broken(Invariant::at_least_once,
               fmt::format("{} of {} messages are in the spool, but only {} were finished", rows, all, last_.finished));
}

void SpoolWitness::accepted(const wire::Publish& message, std::string_view payload) {
    witness_.accepted(message, payload);
    ++last_.accepted;
    first_left_ = number_of(message, payload).value_or(0) + 1;
}

void SpoolWitness::left_out() {
    ++last_.left_out;
    witness_.allow(0, exit_status(Errc::not_spoolable));
}

void SpoolWitness::tell(const client::Statistics& statistics) {
    last_.refused = statistics.refused;
    last_.finished = statistics.published - std::min(statistics.published, statistics.in_flight);
    told_refused_ += statistics.refused;
    told_twice_ += statistics.perhaps_twice;
    const auto [of_qos_2, twice] = witness_.of_qos_2();
    if (twice > told_twice_ && !witness_.has_crashed())
        broken(Invariant::losses_told, fmt::format("{} of {} messages of QoS 2 have arrived twice, but {} are told",
                                                   twice, of_qos_2, told_twice_));
}

void SpoolWitness::killed(const client::Statistics& statistics) {
    tell(statistics);
    last_.was_killed = true;
    if (statistics.refused != 0) witness_.may_step_back();
}

void SpoolWitness::ended(const Result<>& result, bool had_input, const client::Statistics& statistics) {
    tell(statistics);
    last_.result = result;
    const bool is_flawed = network_.plan.recording.is_flawed();
    if (!result) {
        const int status = exit_status(result.error().code);
        if (!witness_.may_end_with(0, status))
            broken(Invariant::verdict_cause,
                   fmt::format("the run ends with {} ({}), but nothing of the kind has happened", status,
                               one_line(result.error())));
        return;
    }
    if (statistics.refused != 0 || last_.left_out != 0)
        broken(Invariant::losses_told, "the run succeeds, but a message was refused");
    if (had_input && first_left_ != network_.plan.publishing.messages && !is_flawed)
        broken(Invariant::losses_told, fmt::format("the run succeeds, but kept only {} of {} records", first_left_,
                                                   network_.plan.publishing.messages));
}

void SpoolWitness::concluded(const Result<>& result, store::Spool& spool) {
    const std::vector<Row> rows = read(spool);
    check_rows(rows);
    check_count(rows.size());
    check_saying(result, rows.size());
}

void SpoolWitness::check_saying(const Result<>& result, std::size_t rows) {
    if (last_.result && !result)
        broken(Invariant::verdict_cause, "the run fails because of its spool: " + one_line(result.error()));
    if (result && rows != 0)
        broken(Invariant::at_least_once, fmt::format("the run succeeds, but {} messages are in the spool", rows));
    if (result || last_.result) return;
    const Failure& before = last_.result.error();
    const Errc expected = rows != 0 && client::retry_can_cure(before.code) ? Errc::unacknowledged : before.code;
    if (result.error().code != expected)
        broken(Invariant::verdict_cause,
               "the run ends with another error than its client: " + one_line(result.error()));
    witness_.allow(0, exit_status(expected));
    const std::string saying = fmt::format("; {} {} in spool for the next run", client::count_of(rows, "message"),
                                           rows == 1 ? "waits" : "wait");
    if (result.error().cause != before.cause + (rows == 0 ? "" : saying))
        broken(Invariant::losses_told,
               fmt::format("{} messages are in the spool, and the run says: {}", rows, one_line(result.error())));
}

}  // namespace mqtts::simulation
