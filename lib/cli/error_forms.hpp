// SPDX-License-Identifier: Apache-2.0
// The part of the command line that is needed before the rest is parsed: the form of its own errors.
#pragma once

#include <span>

#include "cli/option.hpp"
#include "log/log.hpp"

namespace mqtts::cli {

struct ErrorForms {
    Log::Format log = Log::Format::text;  // --log-format
    bool json_report = false;             // --check=json: the error is reported on standard output, too
};

/// Reads the forms from argv, which begins with the name of the program, before parsing wipes the passwords in it.
/// Ignores errors. The last one of each option counts.
[[nodiscard]] ErrorForms error_forms(Command command, std::span<char* const> elements) noexcept;

}  // namespace mqtts::cli
