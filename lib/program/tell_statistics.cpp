// SPDX-License-Identifier: Apache-2.0
#include "program/tell_statistics.hpp"

#include <string>

namespace mqtts::program {

void tell_statistics(const cli::DiagnosisSettings& settings, const Log& log, const client::Statistics& statistics,
                     std::chrono::nanoseconds elapsed) {
    log.progress({});
    if (!settings.statistics) return;
    const std::string members = to_json_members(statistics, elapsed);
    log.information(to_text(statistics, elapsed), {.event = "stats", .members = members});
}

}  // namespace mqtts::program
