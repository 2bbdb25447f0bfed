// SPDX-License-Identifier: Apache-2.0
#include "simulation/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "simulation/network.hpp"

namespace mqtts::simulation {

namespace {

using Kind = Fault::Kind;
using wire::Qos;
using enum wire::ProtocolVersion;

/// What a pattern has found in a part of a sentence.
struct Found {
    std::vector<std::uint64_t> numbers;   // one for each '#'
    std::vector<std::string_view> words;  // one for each '*'
};

/// Tells whether the text is the pattern, in which '#' is a number and '*' any text, as short as possible.
bool fits(std::string_view pattern, std::string_view text, Found& found) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '#') {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc()) return false;
        found.numbers.push_back(number);
        return fits(pattern.substr(1), text.substr(static_cast<std::size_t>(end - text.data())), found);
    }
    if (pattern.front() != '*')
        return !text.empty() && text.front() == pattern.front() && fits(pattern.substr(1), text.substr(1), found);
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const Found before = found;
        found.words.push_back(text.substr(0, size));
        if (fits(pattern.substr(1), text.substr(size), found)) return true;
        found = before;
    }
    return false;
}

/// All that a part of a sentence is held against.
struct Case {
    const Heard& heard;
    const Witness& witness;
    const Plan& plan;
    const unsigned client;
    Found found;

    template <class... Kinds>
    [[nodiscard]] bool happened(Kinds... kinds) const {
        return (heard.faults[static_cast<std::size_t>(kinds)] || ...);
    }
    [[nodiscard]] bool met(Ailment ailment) const { return heard.ailments_met[static_cast<std::size_t>(ailment)]; }
    /// The last word is what an endpoint does instead of the broker.
    [[nodiscard]] bool was_met() const {
        for (std::size_t i = 0; i != ailments; ++i)
            if (heard.ailments_met[i] && to_text(static_cast<Ailment>(i)) == found.words.back()) return true;
        return false;
    }
    [[nodiscard]] bool ended(Ending how) const { return heard.endings[static_cast<std::size_t>(how)]; }
    [[nodiscard]] bool was_silent() const {
        if (plan.send_room != 0 && heard.endings.any()) return true;  // who waits for room does not see an end
        return plan.old_broker == 3 || met(Ailment::silent_connack) ||
               happened(Kind::silent_connack, Kind::late_connack, Kind::mute, Kind::stall, Kind::delay_answers,
                        Kind::mislead, Kind::babble, Kind::shorten_keep_alive);
    }
    /// The last word is a reason that the broker has given.
    [[nodiscard]] bool was_said() const {
        std::string_view reason = found.words.back();
        constexpr std::string_view explained = " (because)";
        if (reason.ends_with(explained)) reason.remove_suffix(explained.size());
        return heard.reasons.contains(reason);
    }
    /// The record of the first number has a flaw, or without a number the whole input.
    [[nodiscard]] bool is_flawed() const {
        if (found.numbers.empty()) return plan.whole.flaw != Whole::Flaw::none;
        return has_flaw(static_cast<std::uint32_t>(found.numbers.front() - 1));
    }
    [[nodiscard]] bool has_flaw(std::uint32_t record) const {
        return plan.recording.has_flaw(record) || (plan.recording.cut_off && record + 1 == plan.publishing.messages);
    }
};

/// A message that the broker has not done with: refused is done with, too.
bool is_open(const Witness& witness, std::uint32_t number) {
    const Fate fate = witness.fate(number);
    return fate.was_accepted && fate.qos != Qos::at_most_once && !fate.is_kept && !fate.was_refused;
}

/// As many messages are told to be unacknowledged as the broker has not acknowledged, and not more than were sent.
bool counts_unacknowledged(const Case& of) {
    const std::uint64_t told = of.found.numbers.front();
    if (told == 0 || told > of.heard.told->in_flight) return false;
    const bool is_one_run = !of.plan.keeping.on && !of.plan.restarting.spools();
    if (of.client != 0 || !is_one_run || of.witness.may_suspect(0)) return true;
    std::uint64_t open = 0;
    for (std::uint32_t number = 0; number != of.witness.messages(); ++number)
        open += is_open(of.witness, number) ? 1 : 0;
    return open <= told + of.heard.told->refused;
}

/// … and the first one is the first one.
bool names_unacknowledged(const Case& of) {
    if (!counts_unacknowledged(of)) return false;
    if (of.plan.restarting.spools() || of.found.numbers.size() < 2 || of.witness.may_suspect(0) ||
        of.heard.told->refused != 0)
        return true;
    const auto named = static_cast<std::uint32_t>(of.found.numbers.back() - 1);
    const Fate fate = of.witness.fate(named);
    if (!fate.was_accepted || fate.topic_name != of.found.words.front()) return false;
    for (std::uint32_t number = 0; number != named; ++number)
        if (is_open(of.witness, number)) return false;
    return true;
}

bool counts_lost(const Case& of) {
    std::uint64_t published = 0;
    for (std::uint32_t number = 0; number != of.witness.messages(); ++number)
        published += of.witness.fate(number).was_accepted && of.witness.fate(number).qos == Qos::at_most_once ? 1 : 0;
    const std::uint64_t told = of.found.numbers.front();
    if (of.client == 1) return told != 0 && of.plan.subscribing.removes;  // removals may be of QoS 0
    return told != 0 && told <= published;
}

/// Records that are no messages, or that the limits of the broker forbid.
bool were_skipped(const Case& of) {
    const std::uint64_t count = of.found.numbers.front();
    const std::uint64_t line = of.found.numbers.back();
    const bool is_flawed = line != 0 && of.has_flaw(static_cast<std::uint32_t>(line - 1));
    const bool is_forbidden = of.plan.restarting.spools() || of.plan.version != v5 || !of.plan.version_pinned ||
                              of.happened(Kind::grant_qos, Kind::grant_size, Kind::forbid_retain);
    return count != 0 && count + line <= of.plan.publishing.messages + 1 && (is_flawed || is_forbidden);
}

bool is_true(const Case&) {
    return true;
}

bool was_interrupted(const Case& of) {
    return of.witness.was_interrupted(of.client) && (!of.plan.details.runs_out_of_time || of.plan.keeping.on);
}
bool ran_out_of_time(const Case& of) {
    return of.witness.was_interrupted(of.client) && of.plan.details.runs_out_of_time;
}
bool was_silent(const Case& of) {
    return of.was_silent();
}
bool was_said(const Case& of) {
    return of.was_said();
}
bool connection_ended(const Case& of) {
    return of.heard.endings.any() || of.heard.goodbye;
}
bool has_flaw(const Case& of) {
    return of.is_flawed();
}
bool misled(const Case& of) {
    return of.happened(Kind::mislead);
}
bool babbled(const Case& of) {
    return of.happened(Kind::babble) || of.met(Ailment::foreign);
}
bool output_fails(const Case& of) {
    return of.plan.subscribing.fails_after != 0;
}
bool closes_on_it(const Case& of) {
    return of.witness.may_suspect(of.client);
}
bool closes_on_removal(const Case& of) {
    return of.plan.habits.removal == Habits::Removal::closes;
}
bool qos_forbidden(const Case& of) {
    return of.happened(Kind::grant_qos);
}
bool retain_forbidden(const Case& of) {
    return of.happened(Kind::forbid_retain);
}
bool size_limited(const Case& of) {
    return of.happened(Kind::grant_size);
}
bool was_refused(const Case& of) {
    return of.heard.told->refused == of.found.numbers.front();
}
bool protocol_was_broken(const Case& of) {
    return of.plan.habits.miscounts || of.happened(Kind::babble, Kind::mislead, Kind::ask_again, Kind::exceed_window,
                                                   Kind::send_twice, Kind::crash, Kind::lose_session);
}
/// A broker that answers at once, in order, is not said to acknowledge nothing.
bool acknowledged_nothing(const Case& of) {
    return of.happened(Kind::stall, Kind::mute, Kind::delay_answers, Kind::late_connack) ||
           (of.client == 0 && of.plan.details.falls_silent != 0);
}
bool session_was_lost(const Case& of) {
    return of.witness.session_epoch(of.client) > 1;
}

struct Part {
    std::string_view pattern;
    bool (*may_be)(const Case&);
};

/// What may come before a part, in this order.
constexpr Part beginnings[] = {
    {"# messages were refused, the first: *", was_refused},
    {"line #: *", is_true},
};

constexpr Part parts[] = {
    {"the time is up", ran_out_of_time},
    {"terminated by signal #", was_interrupted},
    // Attempts to connect
    {"no answer from broker:8883 within * s (while connecting)",
     [](const Case& of) { return of.met(Ailment::silent); }},
    {"no answer from broker:8883 within * s (while waiting for CONNACK)", was_silent},
    {"the TLS handshake succeeded, but then nothing came: perhaps *",
     [](const Case& of) {
         const bool is_far = of.plan.latency + of.plan.jitter > 200'000;
         return (of.heard.silent_attempt || !of.heard.came) && (of.was_silent() || is_far);
     }},
    {"broker:8883 does not answer CONNECT", was_silent},
    {"broker:8883 closed the connection before CONNACK", connection_ended},
    {"perhaps the broker refuses *", connection_ended},
    {"perhaps it is a proxy whose broker is down", connection_ended},
    {"broker:8883 refused the connection: *", was_said},
    {"broker:8883 does not speak MQTT 5, which -D needs",
     [](const Case& of) {
         const auto refused = sentence(wire::ReasonCode::unsupported_protocol_version);
         return of.plan.habits.needs_5 && (of.plan.old_broker == 4 || of.heard.reasons.contains(refused));
     }},
    {"broker:8883 answers *, not MQTT", babbled},
    {"broker:8883 answers TLS inside TLS: *", babbled},
    {"gave up after # s without a lasting connection",
     [](const Case& of) {
         const std::uint64_t tried = of.found.numbers.front() * 1'000;
         return of.heard.attempts > 1 && (tried == of.plan.reconnect || tried == of.plan.retry_connect);
     }},
    // Authentication
    {"broker:8883 sent a SCRAM *", misled},
    {"broker:8883 asks for *", misled},
    {"broker:8883 accepted us with*", misled},
    {"broker:8883 refused the login: *", misled},
    // Ends of connections
    {"broker:8883 closed the connection", [](const Case& of) { return of.ended(Ending::close); }},
    {"broker:8883 cut the connection off", [](const Case& of) { return of.ended(Ending::cut_off); }},
    {"broker:8883: connection reset by peer", [](const Case& of) { return of.ended(Ending::reset); }},
    {"broker:8883 closed the connection while a command ran",
     [](const Case& of) { return of.plan.subscribing.later && of.heard.endings.any(); }},
    {"no connection to broker:8883", [](const Case& of) { return of.plan.details.proves; }},
    {"broker:8883 did not answer a ping within # s", was_silent},
    {"broker:8883 stopped answering pings", was_silent},
    {"broker:8883 answers pings, but has acknowledged nothing for 60 s", acknowledged_nothing},
    {"broker:8883 ended the connection", [](const Case& of) { return of.heard.goodbye; }},
    {"broker:8883 ended the connection before CONNACK", [](const Case& of) { return of.heard.goodbye; }},
    {"broker:8883 ended the connection: *", was_said},
    {"another client connected with the same client identifier",
     [](const Case& of) { return of.heard.reasons.contains(sentence(wire::ReasonCode::session_taken_over)); }},
    {"broker:8883 did not keep the session when the connection was lost", session_was_lost},
    {"broker:8883 perhaps did not keep the session when the connection was lost",
     [](const Case& of) { return of.heard.attempts > 2; }},
    {"broker:8883 broke the protocol in *", protocol_was_broken},
    {"broker:8883 acknowledged a QoS 2 message as if it were QoS 1",
     [](const Case& of) { return of.plan.habits.answers_as_1 != 0; }},
    // Records and messages
    {"# records were skipped, the first: line #", were_skipped},
    {"# record was skipped: line #", were_skipped},
    {"cannot publish to '*': it has properties, but the broker does not speak MQTT 5",
     [](const Case& of) { return of.plan.restarting.spools() && (!of.plan.version_pinned || of.plan.version != v5); }},
    {"it has properties, but the broker does not speak MQTT 5",
     [](const Case& of) { return of.is_flawed() && (!of.plan.version_pinned || of.plan.version != v5); }},
    {"invalid JSON at byte #", has_flaw},
    {"the message is longer than --max-message-size", has_flaw},
    {"the input ends before the message is complete", has_flaw},
    {"its time comes more than # years after the first one", has_flaw},
    {"no tst", has_flaw},
    {"standard input is empty", has_flaw},
    {"the broker refused a message for '*': it closes the connection on it each time", closes_on_it},
    {"perhaps it is not allowed, too large, or its QoS too high", closes_on_it},
    {"cannot remove the retained message of '*': the broker acknowledges the removal, closes the connection and keeps "
     "the message",
     closes_on_removal},
    {"perhaps the removal is not allowed", closes_on_removal},
    {"the broker refused a message for '*': *", was_said},
    {"it is unknown whether the broker has a message for '*': *", was_said},
    {"the broker does not support this QoS", qos_forbidden},
    {"cannot publish to '*': the broker does not support this QoS", qos_forbidden},
    {"cannot send # message* again: the broker does not support this QoS", qos_forbidden},
    {"# message* sent before CONNACK, perhaps delivered: the broker does not support this QoS", qos_forbidden},
    {"the broker does not support retained messages", retain_forbidden},
    {"cannot publish to '*': the broker does not support retained messages", retain_forbidden},
    {"cannot send # message* again: the broker does not support retained messages", retain_forbidden},
    {"cannot remove the retained message of '*': the broker does not support retained messages", retain_forbidden},
    {"the message is larger than the broker accepts", size_limited},
    {"cannot publish to '*': the message is larger than the broker accepts", size_limited},
    {"cannot send # message* again: the message is larger than the broker accepts", size_limited},
    {"# message* sent before CONNACK, perhaps delivered: the message is larger than the broker accepts", size_limited},
    // Subscriptions
    {"the packet with the topic filters is larger than the broker accepts", size_limited},
    {"the broker refused the subscription to '*': it closes the connection on it each time", closes_on_it},
    {"the broker refused the subscription to '*': *", was_said},
    {"cannot subscribe to '*': the broker does not support *",
     [](const Case& of) { return of.plan.habits.no_wildcards || of.plan.habits.no_shared; }},
    {"a message may match '*' and '*', and nothing in it tells which command it is for: the broker does not *",
     [](const Case& of) { return of.plan.habits.identified; }},
    {"the broker granted QoS # for '*', not #: messages may *",
     [](const Case& of) { return of.found.numbers[0] == static_cast<std::uint64_t>(of.plan.habits.most_granted); }},
    {"the subscription to '*' was not answered", [](const Case& of) { return of.client == 1; }},
    {"writing the output failed", output_fails},
    {"standard output does not take the messages received",
     [](const Case& of) { return of.plan.subscribing.slowest_flush > 5'000; }},
    {"a command failed", output_fails},
    // Last, as it fits much
    {"broker:8883 *", [](const Case& of) { return of.was_met(); }},
    // What is left
    {"# message* not acknowledged", counts_unacknowledged},
    {"# messages not acknowledged, the first for '*', line #", names_unacknowledged},
    {"# messages not acknowledged, the first for '*'", counts_unacknowledged},
    {"# message not acknowledged, for '*', line #", names_unacknowledged},
    {"# message not acknowledged, for '*'", counts_unacknowledged},
    {"# QoS 0 message* perhaps lost with a connection", counts_lost},
    {"# QoS 0 message* perhaps lost with a connection, the last for '*'", counts_lost},
    {"# message* wait* in spool for the next run", [](const Case& of) { return of.plan.restarting.spools(); }},
    {"# retained message* not removed", [](const Case& of) { return of.plan.subscribing.removes; }},
    {"# retained message* not removed because too many came at once",
     [](const Case& of) { return of.plan.subscribing.removes; }},
    {"# message* received but not yet acknowledged", [](const Case& of) { return of.heard.told->received != 0; }},
    {"the broker sends them to this session again", [](const Case& of) { return of.client == 1; }},
};

/// Takes what fits the beginning off the text. Returns false if it is not true.
bool take(const Part& beginning, Case& of, std::string_view& text) {
    of.found = {};
    if (!fits(beginning.pattern, text, of.found)) return true;
    text = of.found.words.back();
    return beginning.may_be(of);
}

/// Tells whether this part of a sentence may be.
bool may_be(Case of, std::string_view text) {
    for (const Part& beginning : beginnings)
        if (!take(beginning, of, text)) return false;
    const Found before = std::exchange(of.found, {});
    for (const Part& part : parts) {
        of.found = before;
        of.found.words.clear();
        if (fits(part.pattern, text, of.found)) return part.may_be(of);
    }
    return false;
}

/// Calls all endpoints by the name of the first.
std::string without_numbers(std::string cause) {
    for (unsigned endpoint = 1; endpoint != Endpoints::most; ++endpoint)
        for (std::size_t at = 0; (at = cause.find(host_of(endpoint) + ':', at)) != cause.npos;)
            cause.erase(at + host_of(0).size(), 1);
    return cause;
}

}  // namespace

void Sentences::happened(unsigned client, const Fault& fault) {
    Heard& heard = heard_[client];
    heard.faults.set(static_cast<std::size_t>(fault.kind));
}

void Sentences::said(unsigned client, wire::ReasonCode reason) {
    heard_[client].reasons.insert(sentence(reason));
}

void Sentences::ended(unsigned client, const Failure& failure, const client::Statistics& statistics) {
    constexpr std::string_view between = "; ";
    heard_[client].told = &statistics;
    const Case of{.heard = heard_[client], .witness = witness_, .plan = plan_, .client = client, .found = {}};
    const std::string cause = without_numbers(failure.cause);
    std::string_view left = cause;
    while (!left.empty()) {
        const std::string_view part = left.substr(0, left.find(between));
        left.remove_prefix(std::min(left.size(), part.size() + between.size()));
        if (!may_be(of, part))
            return witness_.broken(
                Invariant::verdict_cause,
                fmt::format("client {} says '{}', for which there is no reason: {}", client, part, failure.cause));
    }
}

}  // namespace mqtts::simulation
