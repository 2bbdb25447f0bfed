// SPDX-License-Identifier: Apache-2.0
// What has to be known of the command line before it is understood: in which form its own errors are told.
#pragma once

#include <span>

#include "cli/option.hpp"
#include "log/log.hpp"

namespace mqtts::cli {

struct ErrorForms {
    Log::Format log = Log::Format::text;  // --log-format
    bool json_report = false;             // --check=json: the error is reported on standard output, too
};

/// Of argv, with the name of the program, before it is taken apart, which wipes passwords. What is wrong in it is
/// passed over. Of each option the last one counts.
[[nodiscard]] ErrorForms error_forms(Command command, std::span<char* const> elements) noexcept;

}  // namespace mqtts::cli
