// SPDX-License-Identifier: Apache-2.0
#include "simulation/failover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mqtts::simulation {

namespace {

/// Can another attempt cure it? The answer of the simulation itself, which the client has to know.
bool is_passing(Errc error) noexcept {
    constexpr Errc passing[] = {Errc::name_not_found,  Errc::connection_refused,   Errc::unreachable,
                                Errc::connect_timeout, Errc::proxy_failed,         Errc::server_unavailable,
                                Errc::connection_lost, Errc::connection_truncated, Errc::tls_closed};
    return std::ranges::find(passing, error) != std::end(passing);
}

/// Can another host cure it?
bool is_of_host(Errc error) noexcept {
    return is_passing(error) || error == Errc::proxy_refused;
}

std::string server_of(unsigned endpoint) {
    return host_of(endpoint) + ":8883";
}

/// Tells whether it is about an attempt to connect, and not about the work.
bool is_of_attempt(const Failure& failure) {
    return exit_status(failure.code) == exit_status(Errc::connection_refused) ||
           failure.code == Errc::server_unavailable || failure.cause.find("before CONNACK") != failure.cause.npos ||
           failure.cause.find("; gave up after ") != failure.cause.npos;
}

}  // namespace

void Failover::broken(unsigned client, std::string_view what) {
    witness_.broken(Invariant::endpoints, fmt::format("client {} {}", client, what));
}

/// Tells whether each round opens an endpoint only once.
bool Failover::opens_once(unsigned client) const noexcept {
    return plan_.version_pinned && !(client == 0 ? plan_.publishing.early : plan_.subscribing.early);
}

Failover::Opening Failover::opens(unsigned client, std::string_view host, Time now) {
    if (plan_.endpoints.count == 1) return {};
    Run& run = runs_[client];
    unsigned endpoint = 0;
    while (endpoint != plan_.endpoints.count && host_of(endpoint) != host)
        ++endpoint;
    if (endpoint == plan_.endpoints.count) {
        broken(client, fmt::format("connects to '{}', which is no endpoint", host));
        return {};
    }
    // There is a pause between rounds, and none in a round.
    const bool begins = !run.has_round || run.is_accepted || run.left != now;
    if (run.must_warn) broken(client, "does not say that it has failed over");
    if (run.has_round && !run.is_accepted) check_share(client);
    if (begins)
        begin_round(client, endpoint, now);
    else
        go_on(client, endpoint);
    run.endpoint = endpoint;
    run.is_accepted = run.must_warn = run.is_connecting = false;
    run.error.reset();
    run.left.reset();
    const auto ailment = plan_.endpoints.ailment(client, endpoint, run.visits[endpoint]++);
    return {.begins_round = begins, .ailment = ailment};
}

/// An endpoint is given up when its share of the time is over, and a silent one not before.
void Failover::check_share(unsigned client) {
    const Run& run = runs_[client];
    constexpr std::chrono::milliseconds all = client::Patience{}.connect_timeout;
    const Time end = run.round + all * (run.endpoint + 1) / plan_.endpoints.count;
    if (run.left && *run.left > end)
        broken(client, fmt::format("waits for {} longer than its share", host_of(run.endpoint)));
    const bool is_silent = run.error == Errc::connect_timeout && (run.is_connecting || opens_once(client));
    if (run.left && is_silent && *run.left < end)
        broken(client, fmt::format("waits for {} less than its share", host_of(run.endpoint)));
}

void Failover::begin_round(unsigned client, unsigned endpoint, Time now) {
    Run& run = runs_[client];
    const unsigned last = run.endpoint;
    if (endpoint != 0) broken(client, fmt::format("begins with {}", host_of(endpoint)));
    if (run.has_round && !run.is_accepted) {
        const auto error = error_of_round(run);
        if (error && !is_passing(*error)) broken(client, "tries again, although no attempt can cure it");
        if (last + 1U != plan_.endpoints.count && (!run.error || is_of_host(*run.error)))
            broken(client, fmt::format("tries again, but has left {} out", host_of(last + 1)));
    }
    run.has_round = true;
    run.round = now;
    run.errors.clear();
}

void Failover::go_on(unsigned client, unsigned endpoint) {
    Run& run = runs_[client];
    if (endpoint == run.endpoint) {
        if (opens_once(client)) broken(client, fmt::format("connects to {} twice in a round", host_of(endpoint)));
        return;
    }
    if (endpoint != run.endpoint + 1)
        broken(client, fmt::format("tries {} behind {}", host_of(endpoint), host_of(run.endpoint)));
    if (run.error && !is_of_host(*run.error))
        broken(client, fmt::format("tries {} although {} refuses for good", host_of(endpoint), host_of(run.endpoint)));
    run.errors.push_back(run.error);
}

void Failover::fails(unsigned client, Errc error, bool connecting) {
    Run& run = runs_[client];
    run.error = error;
    run.is_connecting = connecting;
}

void Failover::accepted(unsigned client) {
    Run& run = runs_[client];
    run.is_accepted = run.was_accepted = true;
    run.must_warn = run.endpoint != 0;
}

void Failover::warned(unsigned client, std::string_view text, const LogNote& note) {
    Run& run = runs_[client];
    if (!std::exchange(run.must_warn, false)) return broken(client, "says that it has failed over, and has not");
    for (unsigned endpoint = 0; endpoint != run.endpoint; ++endpoint)
        if (text.find(server_of(endpoint)) == text.npos)
            broken(client, fmt::format("does not say that {} has failed: {}", host_of(endpoint), text));
    const std::string server = server_of(run.endpoint);
    if (note.host != server || note.next.find(server) == note.next.npos)
        broken(client, fmt::format("does not say that it is connected to {}", server));
}

/// How a round fails, if that is sure: as its last endpoint, unless only the proxy refuses that one.
std::optional<Errc> Failover::error_of_round(const Run& run) const {
    std::vector<std::optional<Errc>> errors = run.errors;
    errors.push_back(run.error);
    const bool is_sure = std::ranges::all_of(errors, [](const auto& error) { return error.has_value(); });
    if (!is_sure) return std::nullopt;
    while (errors.size() != 1 && errors.back() == Errc::proxy_refused)
        errors.pop_back();
    return errors.back();
}

void Failover::ended(unsigned client, const Result<>& result, Time now) {
    const Run& run = runs_[client];
    if (!run.has_round || witness_.was_interrupted(client)) return;
    if (run.must_warn) broken(client, "does not say that it has failed over");
    if (!result && !run.is_accepted) check_failure(client, result.error(), now);
}

void Failover::check_failure(unsigned client, const Failure& failure, Time now) {
    const Run& run = runs_[client];
    if (!is_of_attempt(failure)) return;
    const bool is_out_of_time = failure.cause.find("; gave up after ") != failure.cause.npos;
    const Errc last = run.error.value_or(is_out_of_time ? Errc::not_mqtt : failure.code);
    if (run.endpoint + 1U != plan_.endpoints.count && is_of_host(last))
        broken(client, fmt::format("gives up without {}: {}", host_of(run.endpoint + 1), failure.cause));
    for (unsigned endpoint = 0; endpoint <= run.endpoint; ++endpoint)
        if (failure.cause.find(server_of(endpoint)) == failure.cause.npos)
            broken(client, fmt::format("gives up, and does not name {}: {}", host_of(endpoint), failure.cause));
    const auto error = error_of_round(run);
    if (!error || !opens_once(client)) return;
    // A server that says nothing to CONNECT may not know MQTT 5.
    const bool is_silent = run.error == Errc::connect_timeout && !run.is_connecting;
    const bool may_be_older =
        plan_.habits.needs_5 && !run.was_accepted && (*error == Errc::connection_lost || is_silent);
    // What waits in a spool is what such a run ends with.
    const bool waits = plan_.restarting.spools() && failure.code == Errc::unacknowledged;
    if (!is_out_of_time && !waits && failure.code != (may_be_older ? Errc::unsupported_version : *error))
        broken(client, fmt::format("ends with {}, but the last cause is another one", exit_status(failure.code)));
    const bool spools = client == 0 && plan_.restarting.spools();
    const std::chrono::milliseconds patience(spools ? plan_.reconnect : plan_.retry_connect);
    if (is_passing(*error) && !run.was_accepted && now < run.begun + patience)
        broken(client, "gives up before the time is over");
}

}  // namespace mqtts::simulation
