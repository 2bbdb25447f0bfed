// SPDX-License-Identifier: Apache-2.0
#include "simulation/whole.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

using Flaw = Whole::Flaw;

client::Repetition Whole::repetition() const {
    return {.times = times, .delay = std::chrono::milliseconds(delay)};
}

record::FramingSettings Whole::framing() const {
    const std::size_t longest = flaw == Flaw::too_long ? size - 1 : size;
    return {.framing = record::Framing::whole, .maximum_message_size = longest};
}

std::string Whole::content() const {
    return is_empty() ? std::string() : payload_of(0, size);
}

void draw_whole(Plan& plan) {
    Random random(plan.seed ^ 0x7768'6F6C'65);
    Publishing& out = plan.publishing;
    if (!random.one_in(16) || plan.keeping.on || out.early || plan.details.same_payloads) return;
    Whole& whole = plan.whole;
    whole.on = true;
    if (!random.one_in(3)) whole.times = random.between(1, Whole::most_times);
    whole.delay = random.of({0U, 1U, 1'000U, 30'000U});
    whole.size = random.between(2, std::max(out.largest_payload, 2U));
    if (random.one_in(8)) {  // a file that need not be held
        whole.times = random.between(1, 2);
        whole.size = static_cast<std::uint32_t>(Feeding::held) + random.between(1, 20'000);
        plan.largest_chunk = std::max(plan.largest_chunk, 1'500U);
        if (plan.send_room != 0) plan.send_room = std::max(plan.send_room, 20'000U);
    }
    whole.may_be_empty = random.one_in(6);
    if (random.one_in(whole.size > Feeding::held ? 2 : 6)) whole.flaw = random.of({Flaw::empty, Flaw::too_long});
    if (whole.flaw == Flaw::empty) whole.may_be_empty = false;
    out.fetched = out.skip_refused = out.mixed_qos = false;
    out.topics = 1;
    out.messages_per_second = 0;
    out.messages = whole.times;
    plan.recording = {};
    plan.details.keeps_on = false;
    plan.details.closes_on = whole.flaw == Flaw::none ? std::min(plan.details.closes_on, whole.times) : 0;
}

std::string to_text(const Whole& whole) {
    constexpr const char* flaws[] = {"", ", is empty", ", is too long"};
    if (!whole.on) return {};
    return fmt::format("the input of {} bytes is one message{}{}, published {} times with {} ms between\n", whole.size,
                       flaws[static_cast<std::size_t>(whole.flaw)], whole.may_be_empty ? ", empty with -n" : "",
                       whole.times, whole.delay);
}

Copies::Copies(const Plan& plan, Witness& witness) : plan_(plan), witness_(witness) {
    if (plan.whole.flaw != Flaw::none) witness.allow(0, exit_status(Errc::input_failed));
}

std::string_view Copies::next(std::string_view payload, Time now, bool is_finishing) {
    check(now, is_finishing);
    if (payload != plan_.whole.content()) witness_.broken(Invariant::content, "the message is not the input");
    std::string& copy = payloads_.emplace_back(payload_of(count_, static_cast<std::uint32_t>(payload.size())));
    return copy;
}

void Copies::next(std::size_t size, Time now, bool is_finishing) {
    check(now, is_finishing);
    if (size != plan_.whole.size) witness_.broken(Invariant::content, "the message is not the input");
}

void Copies::check(Time now, bool is_finishing) {
    const Whole& whole = plan_.whole;
    const auto broken = [&](const char* what) { witness_.broken(Invariant::repetition, what); };
    if (is_finishing) broken("another copy is published, although the run comes to its end");
    if (whole.flaw != Flaw::none) broken("an input that is no message is published");
    if (count_ == whole.times) broken("more copies are published than are wanted");
    if (count_ == 0) return;
    const bool has_answer = plan_.publishing.qos != wire::Qos::at_most_once;
    const Fate last = witness_.fate(count_ - 1);
    if (last.was_refused) broken("another copy is published behind one that was refused");
    if (has_answer && !(last.has_arrived && last.is_kept))
        broken("a copy is published before the last one is acknowledged");
    const std::chrono::microseconds round_trip(has_answer ? 2 * plan_.latency : 0);
    if (now < last_ + std::chrono::milliseconds(whole.delay) + round_trip)
        broken("a copy is published before the delay is over");
}

void Copies::published(Time now) {
    ++count_;
    last_ = now;
}

void Copies::ended(const Result<>& result, Time published_at) {
    const auto broken = [&](const char* what) { witness_.broken(Invariant::repetition, what); };
    if (result && plan_.whole.flaw != Flaw::none) broken("the run succeeds, but the input is no message");
    if (result && count_ != plan_.whole.times) broken("the run succeeds, but has not published all copies");
    if (count_ != 0 && published_at != last_) broken("the last copy is said to have left at another time");
}

}  // namespace mqtts::simulation
