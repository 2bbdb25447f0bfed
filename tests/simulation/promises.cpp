// SPDX-License-Identifier: Apache-2.0
#include "simulation/promises.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mqtts::simulation {

void Promises::begins(unsigned client) {
    Run& run = runs_[client];
    run = {.first_connection = run.first_connection + run.begun};
    if (client != 1) return;
    removal_refused_ = left_out_ = false;
    handled_elsewhere_.clear();
    in_handling_since_.clear();
}

/// The waits between attempts double until a connection lasts: 250 ms at least, then 500 …
void Promises::attempts(unsigned client, Time now, bool begins) {
    constexpr std::size_t counted = 6;
    constexpr std::chrono::milliseconds shortest{250 + 500 + 1'000 + 2'000 + 4'000};
    Run& run = runs_[client];
    ++run.begun;
    if (is_early(client) || !plan_.version_pinned) return;  // such a run may make several attempts at once
    if (run.was_refused)
        witness_.broken(Invariant::patience, fmt::format("client {} asks again, although it was refused", client));
    if (!begins) return;
    if (run.progress != witness_.progress()) run.attempts.clear();
    run.progress = witness_.progress();
    run.attempts.push_back(now);
    // The last attempt begins when the time is up, whatever the wait.
    if (plan_.reconnect < 60'000 || (plan_.retry_connect != 0 && plan_.retry_connect < 60'000)) return;
    if (run.attempts.size() > counted) run.attempts.pop_front();
    if (run.attempts.size() == counted && now - run.attempts.front() < shortest && !witness_.may_suspect(client))
        witness_.broken(Invariant::patience, fmt::format("client {} makes {} attempts in a rush", client, counted));
}

/// Tells whether a fault on the way can keep what the broker sends on this connection.
bool Promises::may_miss(unsigned client, unsigned connection) const noexcept {
    return std::ranges::any_of(plan_.faults, [&](const Fault& fault) {
        return fault.kind < Fault::Kind::refuse_connack && fault.client == client && fault.connection == connection;
    });
}

void Promises::refused_for_good(unsigned client, unsigned connection) {
    Run& run = runs_[client];
    if (!may_miss(client, connection) && is_of_run(client, connection)) run.was_refused = true;
}

void Promises::must_end(unsigned client, unsigned connection, int status) {
    const bool is_sure = std::ranges::none_of(plan_.faults, [](const Fault& fault) {
        return fault.kind == Fault::Kind::crash || fault.kind == Fault::Kind::late_connack;
    });
    Run& run = runs_[client];
    if (is_sure && run.status == 0 && !may_miss(client, connection) && is_of_run(client, connection))
        run.status = status;
}

void Promises::asks(unsigned client, const wire::ClientConnect& connect) {
    const Run& run = runs_[client];
    if (plan_.habits.needs_5 && connect.version != wire::ProtocolVersion::v5)
        witness_.broken(Invariant::patience, fmt::format("client {} gives MQTT 5 up, which is needed", client));
    if (run.was_accepted && connect.version != run.version)
        witness_.broken(Invariant::patience, fmt::format("client {} asks in another version of MQTT again", client));
    if (!run.was_accepted || connect.version != wire::ProtocolVersion::v5) return;
    const auto expiry = connect.packet.properties.find(wire::PropertyIdentifier::session_expiry_interval);
    const bool lasts = expiry && expiry->number != 0;
    if (connect.packet.client_identifier.empty())
        witness_.broken(Invariant::session_resumed, fmt::format("client {} asks for another identifier", client));
    if (connect.packet.clean_start && lasts)
        witness_.broken(Invariant::session_resumed, fmt::format("client {} gives its session away", client));
}

void Promises::accepted(unsigned client, wire::ProtocolVersion version) {
    Run& run = runs_[client];
    run.version = version;
    run.was_accepted = run.is_connected = true;
    ++run.connections;
}

void Promises::early_not_taken(unsigned client) {
    const bool has_reason = std::ranges::any_of(plan_.faults, [&](const Fault& fault) {
        const bool is_crash = fault.kind == Fault::Kind::crash;
        const bool is_harmless = fault.kind == Fault::Kind::late_connack && fault.at % 4 == 2 && fault.amount <= 400;
        return (is_crash || fault.client == client) && !is_harmless;
    });
    const bool is_out_of_order =
        std::ranges::any_of(plan_.endpoints.outages, [&](const Outage& outage) { return outage.client == client; });
    if (!has_reason && !is_out_of_order && plan_.old_broker == 0 && plan_.details.hangs_up == 0 &&
        plan_.details.closes_on == 0)
        witness_.broken(Invariant::verdict_cause, "early packets are said not to be taken");
}

/// A PUBREL before our PUBREC ends what the identifier tells, and so does our PUBACK when the message comes twice.
bool Promises::identifiers_tell() const noexcept {
    return std::ranges::none_of(plan_.faults, [](const Fault& fault) {
        return fault.client == 1 && (fault.kind == Fault::Kind::release_early || fault.kind == Fault::Kind::send_twice);
    });
}

/// What was handed out before is not handed out again, as far as DUP and the identifier tell that it is the same.
void Promises::delivered(const wire::Publish& message, std::uint32_t number, bool in_handling) {
    const std::uint32_t epoch = witness_.session_epoch(1);
    const bool tells = message.dup && message.qos != wire::Qos::at_most_once && !witness_.has_crashed() &&
                       !witness_.is_owed_twice(number) && identifiers_tell();
    if (tells && in_handling && in_handling_since_[number] == epoch)
        witness_.broken(Invariant::exactly_once,
                        fmt::format("message {} is in handling, and handed out again", number));
    const auto elsewhere = handled_elsewhere_.find(number);
    if (tells && elsewhere != handled_elsewhere_.end() && elsewhere->second.epoch == epoch &&
        elsewhere->second.connections + 1 == runs_[1].connections)
        witness_.broken(Invariant::exactly_once,
                        fmt::format("message {} was handled, and is handed out again", number));
    handled_elsewhere_.erase(number);
    in_handling_since_[number] = epoch;
}

void Promises::handled(std::uint32_t number) {
    if (runs_[1].is_connected) return;
    handled_elsewhere_[number] = {.connections = runs_[1].connections, .epoch = witness_.session_epoch(1)};
}

void Promises::ended(unsigned client, const Result<>& result, const client::Statistics& statistics) {
    const int must = runs_[client].status;
    if (must != 0 && !witness_.was_interrupted(client) && (result || exit_status(result.error().code) != must))
        witness_.broken(Invariant::verdict_cause, fmt::format("client {} must end with {}, and ends with {}", client,
                                                              must, result ? 0 : exit_status(result.error().code)));
    const bool others_tell = plan_.keeping.on || plan_.restarting.spools();
    if (client == 0 && !others_tell) return check_records(result, statistics);
    if (client == 0) return;
    const Subscribing& in = plan_.subscribing;
    if (result && subscription_refused_ && in.wanted == 0 && !in.again && plan_.restarting.deaths.empty())
        witness_.broken(Invariant::losses_told, "the run succeeds, but a subscription was refused");
    if (result && removal_refused_)
        witness_.broken(Invariant::losses_told, "the run succeeds, but a removal was refused");
}

void Promises::check_records(const Result<>& result, const client::Statistics& statistics) {
    const std::uint64_t accepted = witness_.accepted_messages();
    const std::uint32_t wanted = plan_.whole.on ? plan_.whole.times : plan_.publishing.messages;
    if (result && accepted != wanted)
        witness_.broken(Invariant::losses_told,
                        fmt::format("the run succeeds, but published only {} of {} records", accepted, wanted));
    const auto [of_qos_2, twice] = witness_.of_qos_2();
    if (statistics.perhaps_twice > of_qos_2 || (twice > statistics.perhaps_twice && !witness_.has_crashed()))
        witness_.broken(Invariant::losses_told,
                        fmt::format("{} of {} messages of QoS 2 have arrived twice, but {} are told", twice, of_qos_2,
                                    statistics.perhaps_twice));
    if (!result) check_refusal(result.error());
    const Publishing& out = plan_.publishing;
    const bool must_refuse = plan_.details.closes_on != 0 && plan_.faults.empty() && !out.mixed_qos &&
                             out.qos != wire::Qos::at_most_once && plan_.publisher_interrupted == 0 &&
                             plan_.old_broker == 0 && !out.early && !plan_.recording.is_flawed() &&
                             plan_.habits.answers_as_1 == 0 && plan_.endpoints.outages.empty();
    if (must_refuse && (result || exit_status(result.error().code) != exit_status(Errc::publish_refused)))
        witness_.broken(Invariant::verdict_cause, "the packet that ends each connection is not refused");
}

/// The record that a refusal names is one that was refused.
void Promises::check_refusal(const Failure& failure) {
    constexpr std::string_view before = "line ";
    const std::size_t at = failure.cause.find(before);
    if (failure.code != Errc::publish_refused || at == failure.cause.npos || witness_.may_suspect(0)) return;
    std::uint32_t line = 0;
    const char* const digits = failure.cause.data() + at + before.size();
    std::from_chars(digits, failure.cause.data() + failure.cause.size(), line);
    if (line == 0 ||
        (!witness_.was_refused(line - 1) && !forbidden_.contains(line - 1) && !plan_.recording.has_flaw(line - 1)))
        witness_.broken(Invariant::verdict_cause, fmt::format("line {} is named, but was not refused", line));
}

}  // namespace mqtts::simulation
