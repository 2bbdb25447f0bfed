// SPDX-License-Identifier: Apache-2.0
#include "simulation/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

using Flaw = Recording::Flaw;

namespace {

/// No record is as long as this without a flaw.
constexpr std::size_t longest_record = 100'000;

}  // namespace

record::FramingSettings Recording::framing() const {
    return {.framing = by_length ? record::Framing::length : record::Framing::delimited,
            .maximum_message_size = longest_record};
}

void draw_recording(Plan& plan) {
    Random random(plan.seed ^ 0x7265'706C'6179);
    Publishing& out = plan.publishing;
    if (!random.one_in(10) || plan.keeping.on || out.fetched || out.early || out.messages < 2) return;
    if (plan.details.same_payloads) return;  // such records have a form of their own
    Recording& recording = plan.recording;
    if (random.one_in(2)) {
        recording.speed = random.of({0.5, 1.0, 3.0, 900.0});
        recording.longest_gap = random.of({10U, 1'000U, 5'000U});
        out.messages_per_second = 0;
    }
    if (random.one_in(3)) {
        recording.flaw = static_cast<Flaw>(random.between(1, recording.speed != 0 ? 5 : 3));
        recording.flawed = random.between(2, out.messages);
    }
    recording.by_length = random.one_in(4);
    recording.cut_off = recording.by_length && random.one_in(3);
    const bool is_json =
        recording.speed != 0 || recording.flaw == Flaw::malformed || recording.flaw == Flaw::properties;
    if (is_json) out.mixed_qos = true;
}

std::string to_text(const Recording& recording) {
    constexpr std::array<std::string_view, 6> flaws = {
        "", "no JSON", "too long", "has properties", "has no time", "too late"};
    std::string text;
    if (recording.speed != 0)
        text += fmt::format("replays at speed {}, gaps of up to {} ms\n", recording.speed, recording.longest_gap);
    if (recording.flaw != Flaw::none)
        text +=
            fmt::format("each {}th record: {}\n", recording.flawed, flaws[static_cast<std::size_t>(recording.flaw)]);
    if (recording.by_length) text += fmt::format("lengths before records{}\n", recording.cut_off ? ", cut off" : "");
    return text;
}

Recorded::Recorded(const Plan& plan, Witness& witness) : plan_(plan), witness_(witness) {
    Random random(plan.seed ^ 0x7469'6D65);
    std::int64_t time = 1'000'000;
    for (std::uint32_t number = 0; number != plan.publishing.messages; ++number) {
        const std::int64_t gap = random.below(plan.recording.longest_gap + 1);
        time += random.one_in(10) ? -gap : gap;
        times_.push_back(time);
    }
    if (plan.recording.is_flawed())
        witness.allow(0,
                      exit_status(plan.recording.flaw == Flaw::properties ? Errc::publish_refused : Errc::bad_record));
    if (plan.recording.cut_off) witness.allow(0, exit_status(Errc::bad_record));
}

std::string Recorded::time_stamp(std::uint32_t number) const {
    const std::chrono::hh_mm_ss day(std::chrono::milliseconds(times_[number]));
    const bool is_late = plan_.recording.has_flaw(number) && plan_.recording.flaw == Flaw::too_late;
    // At 900 times the speed, that is still more than ten years.
    return fmt::format("{}-01-01T{:02}:{:02}:{:02}.{:03}Z", is_late ? "9999" : "0100", day.hours().count(),
                       day.minutes().count(), day.seconds().count(), day.subseconds().count());
}

std::string Recorded::flawed(std::string record) const {
    switch (plan_.recording.flaw) {
        case Flaw::malformed:
            return record.substr(0, record.size() / 2);
        case Flaw::too_long:
            return record + std::string(longest_record, ' ');
        case Flaw::properties:
            record.back() = ',';
            return record + R"("properties":{"content-type":"text/plain"}})";
        default:
            return record;
    }
}

std::string Recorded::bytes(std::uint32_t number, std::string record) const {
    const Recording& recording = plan_.recording;
    const bool has_flaw = recording.has_flaw(number);
    if (recording.speed != 0 && !(has_flaw && recording.flaw == Flaw::no_time)) {
        record.back() = ',';
        record += fmt::format(R"("tst":"{}"}})", time_stamp(number));
    }
    if (has_flaw) record = flawed(std::move(record));
    const bool is_last = number + 1 == plan_.publishing.messages;
    if (!recording.by_length) return record + (is_last && plan_.details.unterminated ? "" : "\n");
    std::string framed;
    for (int shift = 24; shift >= 0; shift -= 8)
        framed += static_cast<char>(record.size() >> shift & 0xFF);
    framed += record;
    if (is_last && recording.cut_off) framed.pop_back();
    return framed;
}

void Recorded::leaves(std::uint32_t number, Time now) {
    if (plan_.recording.speed == 0 || number >= times_.size()) return;
    if (!begun_) begun_ = now;
    const std::chrono::duration<double> distance(static_cast<double>(times_[number] - times_[0]) / 1'000 /
                                                 plan_.recording.speed);
    constexpr std::chrono::microseconds rounding{1};
    if (now - *begun_ + rounding < distance)
        witness_.broken(Invariant::replay, fmt::format("record {} leaves before its time", number));
    due_ = std::max({due_, *begun_, *begun_ + std::chrono::ceil<Duration>(distance)});
}

void Recorded::left(Time now) {
    if (begun_) lateness_ = std::max(lateness_, now - due_);
}

void Recorded::ended(const std::optional<Duration>& lateness) {
    constexpr std::chrono::microseconds rounding{1};
    if (lateness.has_value() != (plan_.recording.speed != 0))
        return witness_.broken(Invariant::replay, "a lateness is told without times, or none with them");
    const bool may_skip = plan_.recording.flaw == Flaw::properties;  // a record that never comes here may be the latest
    if (lateness && !may_skip && std::chrono::abs(*lateness - lateness_) > rounding)
        witness_.broken(Invariant::replay, "records were later, or less late, than is told");
}

}  // namespace mqtts::simulation
