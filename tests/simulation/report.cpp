// SPDX-License-Identifier: Apache-2.0
#include "simulation/report.hpp"

#include <fmt/format.h>

#include "simulation/shrink.hpp"

namespace mqtts::simulation {

std::string report_failure(const Plan& plan, const Violation& violation) {
    const Plan reduced = shrink(plan, [&](const Plan& smaller) {
        const Outcome outcome = run(smaller);
        return outcome.violation && outcome.violation->invariant == violation.invariant;
    });
    const Outcome outcome = run(reduced, true);
    return fmt::format("seed {} breaks {}: {}\n\nreduced to: {}\n{}\n{}", plan.seed, to_text(violation.invariant),
                       violation.what, outcome.violation ? outcome.violation->what : "nothing", to_text(reduced),
                       outcome.trace);
}

}  // namespace mqtts::simulation
