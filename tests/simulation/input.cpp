// SPDX-License-Identifier: Apache-2.0
#include "simulation/input.hpp"

#include <fmt/format.h>

#include <optional>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

namespace {

/// Tells whether a record is a payload and nothing else.
bool is_plain(const Plan& plan) noexcept {
    const Publishing& publishing = plan.publishing;
    return !publishing.mixed_qos && publishing.topics == 1 && !publishing.retain && !plan.details.same_payloads;
}

std::string record_of(Random& random, const Plan& plan, std::uint32_t number) {
    const Publishing& publishing = plan.publishing;
    const bool tells = plan.details.same_payloads && !plan.details.same_topics;
    std::string payload = payload_of(number, random.below(publishing.largest_payload + 1));
    if (is_plain(plan)) return payload;
    if (plan.details.same_payloads) payload = same_payload;
    const auto topic = tells ? fmt::format("{}/", number) : fmt::format("{}", random.below(publishing.topics));
    const auto qos = publishing.mixed_qos ? random.below(3) : static_cast<std::uint32_t>(publishing.qos);
    const bool retain = publishing.retain && random.one_in(2);
    const std::string type =
        plan.details.same_topics ? fmt::format(R"(,"properties":{{"content-type":"{}/"}})", number) : "";
    return fmt::format(R"({{"topic":"t/{}","qos":{},"retain":{},"payload":"{}"{}}})", topic, qos, retain, payload,
                       type);
}

}  // namespace

std::string records_of(const Plan& plan, const Recorded& recorded, std::uint32_t first,
                       std::vector<std::size_t>* begins) {
    Random random(plan.seed ^ 0x7265'636F'7264);
    std::string records;
    for (std::uint32_t number = 0; number != plan.publishing.messages; ++number) {
        const std::string record = record_of(random, plan, number);
        if (number < first) continue;
        if (begins != nullptr) begins->push_back(records.size());
        records += recorded.bytes(number, record);
    }
    return records;
}

Random sizes_of_fetched(const Plan& plan) {
    return Random(plan.seed ^ 0x6665'7463'6865'64);
}

client::RecordSettings record_settings_of(const Plan& plan) {
    const double speed = plan.recording.speed;
    return {.name = "line",
            .form = is_plain(plan) ? record::RecordForm::payload : record::RecordForm::json,
            .skip_bad = plan.publishing.skip_refused,
            .messages_per_second = plan.publishing.messages_per_second,
            .replay_speed = speed != 0 ? std::optional(speed) : std::nullopt};
}

}  // namespace mqtts::simulation
