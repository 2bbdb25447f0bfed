// SPDX-License-Identifier: Apache-2.0
#include "simulation/witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mqtts::simulation {

using wire::Qos;

std::string_view to_text(Invariant invariant) noexcept {
    constexpr std::array<std::string_view, 27> names = {"at-least-once",     "exactly-once",    "publish-order",
                                                        "delivery-order",    "safe-first",      "losses-told",
                                                        "verdict-cause",     "live-lock",       "bounded-memory",
                                                        "content",           "replay",          "patience",
                                                        "dup-flag",          "keep-alive",      "well-formed",
                                                        "connect-first",     "within-limits",   "send-window",
                                                        "identifier-in-use", "one-answer",      "acknowledgement-order",
                                                        "authentication",    "session-resumed", "taken-first",
                                                        "one-outcome",       "repetition",      "endpoints"};
    return names[static_cast<std::size_t>(invariant)];
}

std::string payload_of(std::uint32_t number, std::uint32_t size) {
    std::string payload = fmt::format("{}.", number);
    if (payload.size() < size) payload.resize(size, 'x');
    return payload;
}

namespace {

/// Returns the number that the text begins with, up to the character `behind` it.
std::optional<std::uint32_t> number_in(std::string_view text, char behind) noexcept {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool ok = error == std::errc() && end != text.data() + text.size() && *end == behind;
    return ok ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> number_of(const wire::Publish& message, std::string_view payload) noexcept {
    if (payload != same_payload) return number_in(payload, '.');
    if (const auto type = message.properties.find(wire::PropertyIdentifier::content_type))
        return number_in(type->text, '/');
    constexpr std::size_t number = 2;  // t/NUMBER/
    return message.topic_name.size() < number ? std::nullopt : number_in(message.topic_name.substr(number), '/');
}

void Witness::broken(Invariant invariant, std::string what) {
    if (!violation_) violation_.emplace(invariant, std::move(what));
}

Witness::Message& Witness::message(std::uint32_t number) {
    if (messages_.size() <= number) messages_.resize(number + 1);
    return messages_[number];
}

// The publisher

void Witness::accepted(const wire::Publish& packet, std::string_view payload, std::uint32_t source) {
    const auto number = number_of(packet, payload);
    if (!number) return broken(Invariant::content, "a record is published that nobody wrote");
    Message& accepted = message(*number);
    accepted.qos = packet.qos;
    accepted.source = source;
    accepted.topic_name = packet.topic_name;
    accepted.size = payload.size();
    accepted.was_accepted = true;
}

void Witness::begins(unsigned client) noexcept {
    connected_[client] = ended_[client] = false;
    std::ranges::fill(attempts_[client], Time{});
    if (client == 1) unflushed_.clear();
}

void Witness::killed(unsigned client) noexcept {
    ++progress_;
    ended_[client] = true;
}

void Witness::attempts(unsigned client, Time now, bool wanted) {
    if (!wanted && connected_[client])
        broken(Invariant::patience, fmt::format("client {} connects again, which nobody wants", client));
    auto& last = attempts_[client];
    if (now - last[0] < std::chrono::milliseconds(250))
        broken(Invariant::patience, fmt::format("client {} makes {} attempts in a rush", client, std::size(last) + 1));
    std::shift_left(std::begin(last), std::end(last), 1);
    *std::rbegin(last) = now;
}

// The broker

void Witness::check_content(const Message& known, const wire::Publish& packet, std::uint32_t number) {
    const bool same = known.topic_name == packet.topic_name && known.size == packet.payload.size();
    const bool is_filled = packet.payload.find_first_not_of('x', packet.payload.find('.') + 1) == packet.payload.npos;
    if (!same || (!is_filled && packet.payload != same_payload))
        broken(Invariant::content, fmt::format("message {} has another topic or payload", number));
}

std::uint32_t Witness::arrived(const wire::Publish& packet, bool resumed) {
    const auto number = number_of(packet, packet.payload);
    if (!number || *number >= messages_.size() || !messages_[*number].was_accepted) {
        broken(Invariant::content, "a message arrives that nobody published");
        return 0;
    }
    Message& known = message(*number);
    check_content(known, packet, *number);
    if (known.qos != packet.qos) broken(Invariant::content, fmt::format("message {} has another QoS", *number));
    const bool again = known.has_arrived && resumed && known.arrival_epoch == epochs_[0];
    if (again != packet.dup && (again || !resumed))
        broken(Invariant::dup_flag, fmt::format("message {} arrives {} DUP", *number, again ? "without" : "with"));
    known.arrival_epoch = epochs_[0];
    if (known.has_arrived) return *number;
    known.has_arrived = true;
    ++progress_;
    if (last_arrived_.size() <= known.source) last_arrived_.resize(known.source + 1, -1);
    std::int64_t& last = last_arrived_[known.source];
    if (*number < last && !may_step_back_)
        broken(Invariant::publish_order, fmt::format("message {} arrives first after message {}", *number, last));
    last = *number;
    return *number;
}

Fate Witness::fate(std::uint32_t number) const noexcept {
    if (number >= messages_.size()) return {};
    const Message& known = messages_[number];
    const bool is_kept = known.qos == Qos::at_most_once || known.handed_on != 0 || crashed_;
    return {known.was_accepted, known.has_arrived, known.was_refused, is_kept, known.qos, known.topic_name};
}

void Witness::refused(std::uint32_t number) {
    Message& known = message(number);
    if (!known.was_refused) ++refused_;
    known.was_refused = true;
    ++progress_;
}

void Witness::taken(std::uint32_t number) {
    Message& known = message(number);
    if (std::exchange(known.was_refused, false)) --refused_;
}

void Witness::handed_on(std::uint32_t number, Qos qos) {
    Message& known = message(number);
    const bool may_come_again = known.source == 0 ? known.epoch != epochs_[0] : crashed_;
    if (qos == Qos::exactly_once && known.handed_on != 0 && !may_come_again)
        broken(Invariant::exactly_once, fmt::format("message {} is handed on twice", number));
    ++known.handed_on;
    known.epoch = epochs_[0];
    ++progress_;
}

void Witness::owed(std::uint32_t number, Qos qos) {
    Message& known = message(number);
    ++known.times_owed;
    known.owed_order = ++last_owed_;
    known.owed_qos = qos;
}

// The subscriber

void Witness::delivered(const wire::Publish& packet) {
    const auto number = number_of(packet, packet.payload);
    if (!number || *number >= messages_.size() || messages_[*number].times_owed == 0)
        return broken(Invariant::content, "a message is delivered that the broker did not send");
    Message& known = message(*number);
    check_content(known, packet, *number);
    ++progress_;
    unflushed_.push_back(*number);
    if (known.delivery_epoch != epochs_[1]) known.delivered_here = 0;
    const bool twice = ++known.delivered_here > known.times_owed;
    if (twice && known.owed_qos == Qos::exactly_once)
        broken(Invariant::exactly_once, fmt::format("message {} is delivered twice", *number));
    if (delivery_order_epoch_ != epochs_[1]) last_delivered_ = -1;
    delivery_order_epoch_ = epochs_[1];
    const bool is_first = known.delivered++ == 0;
    known.delivery_epoch = epochs_[1];
    if (!is_first || known.times_owed != 1 || packet.retain) return;
    if (known.owed_order < last_delivered_)
        broken(Invariant::delivery_order, fmt::format("message {} is delivered behind a later one", *number));
    last_delivered_ = known.owed_order;
}

void Witness::taken_back(std::uint32_t number) {
    Message& known = message(number);
    if (known.acknowledged && known.delivered == 1 && known.times_owed == 1 && known.owed_qos != Qos::at_most_once &&
        !crashed_)
        broken(Invariant::safe_first, fmt::format("message {} was acknowledged, and is lost", number));
    const bool is_left = --known.delivered != 0;  // another copy of it
    known.delivered_here -= known.delivered_here == 0 ? 0 : 1;
    known.is_safe = known.is_safe && is_left;
    last_delivered_ = -1;
}

void Witness::flushed() noexcept {
    for (const std::uint32_t number : unflushed_)
        messages_[number].is_safe = true;
    unflushed_.clear();
}

void Witness::handled(std::uint32_t number) {
    message(number).is_safe = true;
    ++progress_;
}

void Witness::acknowledged(std::uint32_t number) {
    if (number >= messages_.size()) return;
    Message& known = message(number);
    // After a crash an identifier may be given to another message while the client still knows the first one.
    const bool is_excused = (crashed_ || known.is_mistakable) && known.owed_qos == Qos::exactly_once;
    if (!known.is_safe && !is_excused)
        broken(Invariant::safe_first, fmt::format("message {} is acknowledged before it is safe", number));
    if (!known.acknowledged) ++progress_;
    known.acknowledged = true;
}

void Witness::check_retained() {
    if (interrupted_[1]) return;
    for (const std::uint32_t number : retained_)
        if (messages_[number].delivered == 0)
            broken(Invariant::at_least_once, fmt::format("the run ends without the retained message {}", number));
}

// The end

void Witness::network_failed(unsigned client) noexcept {
    allow(client, exit_status(Errc::connection_refused));
    allow(client, exit_status(Errc::connection_lost));
    if (needs_version_5_) allow(client, exit_status(Errc::unsupported_version));
}

void Witness::closed(unsigned client) noexcept {
    constexpr unsigned enough = 4;  // connections in a row, see client/suspicion.hpp
    if (++closed_[client] >= enough) allow(client, exit_status(Errc::publish_refused));
}

void Witness::interrupted(unsigned client) noexcept {
    interrupted_[client] = true;
    allow(client, exit_status(Errc::unacknowledged));
}

void Witness::ended(unsigned client, const Result<>& result, const client::Statistics& statistics) {
    ++progress_;
    ended_[client] = true;
    if (!result) {
        const int status = exit_status(result.error().code);
        if (!may_end_with(client, status))
            broken(Invariant::verdict_cause,
                   fmt::format("client {} ends with {} ({}), but nothing of the kind has happened", client, status,
                               one_line(result.error())));
    }
    if (client != 0 || others_tell_) return;
    std::uint64_t missing = 0;
    std::optional<std::uint32_t> first;
    for (std::uint32_t number = 0; number != messages_.size(); ++number) {
        const Message& known = messages_[number];
        if (!known.was_accepted) continue;
        const bool kept = known.qos == Qos::at_most_once || known.handed_on != 0 || known.was_refused || crashed_;
        if (result && known.has_arrived && !kept)
            broken(Invariant::at_least_once, fmt::format("the run succeeds, but message {} was not handed on", number));
        if (known.has_arrived) continue;
        if (missing++ == 0) first = number;
    }
    const std::uint64_t told = statistics.published - statistics.acknowledged;
    if (missing > told)
        broken(Invariant::losses_told,
               fmt::format("{} messages are missing, the first is {}, but {} are told", missing, *first, told));
    if (result && missing != 0)
        broken(Invariant::at_least_once, fmt::format("the run succeeds, but message {} is missing", *first));
    if (result && (refused_ != 0 || forbidden_ != 0))
        broken(Invariant::losses_told, "the run succeeds, but a message was refused");
}

}  // namespace mqtts::simulation
