// SPDX-License-Identifier: Apache-2.0
#include "simulation/call_witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace mqtts::simulation {

namespace {

/// As many as a keeper serves, and one that it refuses.
constexpr std::size_t most_connections = 128 + 1;

}  // namespace

void CallWitness::connected() {
    if (++connections_ > most_connections)
        network_.witness.broken(Invariant::bounded_memory, fmt::format("{} callers are connected", connections_));
}

void CallWitness::waits() {
    if (++waiting_ >= most_connections)
        network_.witness.broken(Invariant::bounded_memory, fmt::format("{} messages wait", waiting_));
}

void CallWitness::taken(const CallMessage& message) {
    const std::chrono::milliseconds usable(network_.plan.keeping.usable);
    if (usable.count() != 0 && message.call != 0 && network_.clock.elapsed() >= usable)
        network_.witness.broken(Invariant::verdict_cause, "a message is taken although a certificate has expired");
    network_.witness.accepted(message.packet(), message.payload, message.call);
}

void CallWitness::leaves(std::string_view bytes) {
    constexpr std::size_t longest = 12;  // "t/", a number, "/"
    constexpr std::string_view begin = "t/";
    last_left_ += bytes;
    const std::string_view all = last_left_;
    for (std::size_t at = all.find(begin); at != all.npos; at = all.find(begin, at + 1)) {
        std::uint32_t number = 0;
        const char* const digits = all.data() + at + begin.size();
        const auto [end, error] = std::from_chars(digits, all.data() + all.size(), number);
        const bool is_topic = error == std::errc() && end != all.data() + all.size() && *end == '/';
        if (is_topic && !network_.witness.fate(number).was_accepted)
            network_.witness.broken(Invariant::taken_first,
                                    fmt::format("message {} leaves before its caller knows", number));
    }
    last_left_.erase(0, all.size() - std::min(all.size(), longest));
}

// What a caller is told

void CallWitness::done(const CallMessage& message) {
    const Fate fate = network_.witness.fate(message.number);
    if (!fate.has_arrived || !fate.is_kept)
        network_.witness.broken(Invariant::at_least_once,
                                fmt::format("a caller hears that message {} has arrived", message.number));
    if (fate.was_refused)
        network_.witness.broken(Invariant::losses_told,
                                fmt::format("message {} was refused, and its caller hears success", message.number));
}

/// Tells whether the broker, or a limit of it, has refused this message.
bool CallWitness::is_own_refusal(const CallMessage& message, const share::Done& done) const {
    const auto granted = [&](Fault::Kind kind, auto forbids) {
        return std::ranges::any_of(network_.plan.faults,
                                   [&](const Fault& fault) { return fault.kind == kind && forbids(fault.amount); });
    };
    constexpr std::size_t largest_header = 64;
    switch (done.code) {
        case Errc::qos_not_supported:
            return granted(Fault::Kind::grant_qos,
                           [&](std::uint32_t most) { return static_cast<std::uint32_t>(message.qos) > most; });
        case Errc::retain_not_supported:
            return message.retain && granted(Fault::Kind::forbid_retain, [](std::uint32_t) { return true; });
        case Errc::packet_too_large_for_server:
            return granted(Fault::Kind::grant_size, [&](std::uint32_t most) {
                return message.payload.size() + message.topic_name.size() + largest_header > most;
            });
        default:
            return network_.witness.fate(message.number).was_refused ||
                   done.cause.find("closes the connection on it") != done.cause.npos;
    }
}

void CallWitness::told(const CallMessage& message, const share::Done& result) {
    Witness& witness = network_.witness;
    if (!witness.fate(message.number).was_accepted)
        witness.broken(Invariant::one_outcome,
                       fmt::format("message {} has a result, but was not taken", message.number));
    if (result.code == Errc::ok) return done(message);
    if (result.is_refused) {
        if (!is_own_refusal(message, result))
            witness.broken(Invariant::losses_told, fmt::format("the caller of message {} hears of a refusal: {}",
                                                               message.number, result.cause));
        return;
    }
    if (!witness.may_end_with(0, exit_status(result.code)))
        witness.broken(Invariant::verdict_cause, fmt::format("the caller of message {} hears without a reason: {}",
                                                             message.number, result.cause));
}

void CallWitness::refused(const Manner& manner, const CallMessage& message, share::Refusal reason, bool is_open) {
    const Plan& plan = network_.plan;
    const bool may_be_version_3 = plan.version != wire::ProtocolVersion::v5 || !plan.version_pinned;
    const bool has_properties = !message.properties.view().bytes().empty();
    bool is_right = manner.kind == Manner::Kind::other_identity || manner.kind == Manner::Kind::no_identity ||
                    (has_properties && may_be_version_3);
    if (reason == share::Refusal::busy) is_right = plan.keeping.calls >= most_connections;
    if (reason == share::Refusal::ending) is_right = !is_open;
    if (!is_right)
        network_.witness.broken(Invariant::verdict_cause,
                                fmt::format("a caller is refused for reason {}", static_cast<unsigned>(reason)));
}

// The end of a call

void CallWitness::ends(const CallMessage& message, CallEnd how, bool heard_taken, bool heard_all) {
    Witness& witness = network_.witness;
    if (how == CallEnd::alone && !heard_taken && witness.fate(message.number).was_accepted)
        witness.broken(Invariant::exactly_once,
                       fmt::format("message {} is published by its caller, and perhaps by the keeper", message.number));
    if (how == CallEnd::unknown && heard_all && !was_killed_)
        witness.broken(Invariant::one_outcome, fmt::format("the caller of message {} hears no result", message.number));
}

}  // namespace mqtts::simulation
