// SPDX-License-Identifier: Apache-2.0
// Starts a program: standard descriptors, options, and everything that needs no connection of its own.
#pragma once

#include "cli/option.hpp"
#include "program/run.hpp"

namespace mqtts::program {

/// Reads the options, answers those about the program itself, hands the message to a keeper, or does the run; reports a
/// failure on standard error, and returns the exit status. No exception leaves it.
[[nodiscard]] int start(cli::Command command, int argc, char** argv, Runner runner);

}  // namespace mqtts::program
