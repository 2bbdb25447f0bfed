// SPDX-License-Identifier: Apache-2.0
// Reports the counts of the work (--stats).
#pragma once

#include <chrono>

#include "cli/settings.hpp"
#include "client/statistics.hpp"
#include "log/log.hpp"

namespace mqtts::program {

/// Reports the counts at the end of the work, if --stats asks for them, and clears the progress. `elapsed`: since the
/// work began.
void tell_statistics(const cli::DiagnosisSettings& settings, const Log& log, const client::Statistics& statistics,
                     std::chrono::nanoseconds elapsed);

}  // namespace mqtts::program
