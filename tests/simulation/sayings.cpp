// SPDX-License-Identifier: Apache-2.0
#include "simulation/sayings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "client/statistics.hpp"

namespace mqtts::simulation {

void Sayings::ask(unsigned client, client::Client& run) const {
    const std::string waits = run.waiting_for();
    const bool names_server = waits.find(":8883") != waits.npos;
    if (waits.empty() || (!names_server && !network_.promises.is_connected(client)))
        network_.witness.broken(Invariant::verdict_cause,
                                fmt::format("without a connection, client {} is '{}'", client, waits));
}

/// When it is subscribed on another connection, it knows whether the broker has begun another session.
void Sayings::watch(const client::Client& subscriber) {
    const client::Attendance& attendance = subscriber.attendance();
    const std::uint32_t connection = network_.promises.connections(1);
    if (!attendance.present() || connection == last_.connection) return;
    const std::uint32_t session = broker_.sessions_begun(1);
    if (last_.connection != 0 && last_.session != session && !attendance.missed() && !network_.witness.has_crashed())
        network_.witness.broken(Invariant::losses_told, "the session was lost, and nothing is said to be missed");
    if (connection == 1 && (attendance.missed() || !attendance.bridged().empty()))
        network_.witness.broken(Invariant::losses_told, "a gap is told, but there was none");
    last_ = {.connection = connection, .session = session};
}

namespace {

void check_numbers(Witness& witness, const client::Statistics& statistics) {
    constexpr std::chrono::seconds elapsed{2};
    const std::string text = to_text(statistics, elapsed);
    const std::string json = to_json_members(statistics, elapsed);
    const auto tells = [&](const std::string& where, const std::string& what) {
        if (where.find(what) == where.npos)
            witness.broken(Invariant::losses_told, fmt::format("the statistics lack {}: {}", what, where));
    };
    if (statistics.published != 0) tells(text, fmt::format("{} acknowledged", statistics.acknowledged));
    if (statistics.received != 0) tells(text, client::count_of(statistics.received, "message") + " received");
    tells(json, fmt::format("\"published\":{},", statistics.published));
    tells(json, fmt::format("\"acknowledged\":{},", statistics.acknowledged));
    tells(json, fmt::format("\"perhaps_twice\":{}", statistics.perhaps_twice));
    if (statistics.acknowledged > statistics.published || statistics.bytes < statistics.published)
        witness.broken(Invariant::losses_told, "the statistics do not add up: " + text);
}

}  // namespace

void Sayings::ended(const client::Client& run) const {
    check_numbers(network_.witness, run.statistics());
}

}  // namespace mqtts::simulation
