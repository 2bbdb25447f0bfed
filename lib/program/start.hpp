// SPDX-License-Identifier: Apache-2.0
// Runs a program around its work: standard descriptors, options, keys and passwords, the background, and the exit
// status at the end.
#pragma once

#include "cli/option.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// Reads the options, does the work (or --check, or answers the options about the program itself), reports its failure
/// on standard error, and returns the exit status. No exception leaves it.
[[nodiscard]] int start(cli::Command command, int argc, char** argv, Work work);

}  // namespace mqtts::program
