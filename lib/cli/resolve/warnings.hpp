// SPDX-License-Identifier: Apache-2.0
// What is told about options that contradict nothing, and still do not do what they ask for: they have no effect beside
// the others, or another one than it seems. The run goes on.
//
// mosquitto's programs accept most of these command lines, so they are not refused. Only the command line itself is
// looked at: a configuration file or the environment may hold what other runs need. An option that asks for what
// happens anyway is no matter for a warning, nor is one that is given again: the last one counts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/given.hpp"

namespace mqtts::cli {

/// One sentence for each, in the order typed. Precondition: the arguments were resolved without a contradiction.
[[nodiscard]] std::vector<std::string> warnings(const Arguments& arguments, std::span<const Given> given);

}  // namespace mqtts::cli
