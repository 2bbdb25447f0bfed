// SPDX-License-Identifier: Apache-2.0
// Warnings about options that contradict nothing, and still do not do what they ask for: beside the others they have no
// effect, or a surprising one. The run continues.
//
// mosquitto's programs accept most of these command lines, so they are not refused. Only options on the command line
// get a warning: a configuration file or the environment may contain what other runs need. An option that asks for what
// happens anyway gets none, and neither does one that is given again: the last one counts.
#pragma once

#include <span>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/given.hpp"
#include "cli/remark.hpp"

namespace mqtts::cli {

/// Makes one warning for each, in the order typed. Precondition: the arguments were resolved without a contradiction.
[[nodiscard]] std::vector<Remark> warnings(const Arguments& arguments, std::span<const Given> given);

}  // namespace mqtts::cli
