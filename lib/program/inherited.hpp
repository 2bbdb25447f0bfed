// SPDX-License-Identifier: Apache-2.0
// Handles files that the environment names and the command line does not: they are used if they can be used, and left
// out if the options from elsewhere do without them. A failure about an option that the command line does not show
// names where the option was given.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"

namespace mqtts::program {

/// Tells whether the option comes from the environment and is in force.
[[nodiscard]] bool is_inherited(const cli::Settings& settings, std::string_view option);

/// Tells whether a failure with this code may be about the option.
[[nodiscard]] bool is_about(Errc code, std::string_view option);

/// Notes at the origin of the option why it is left out.
void leave_out(cli::Settings& settings, std::string_view option, const Failure& failure);

/// Says with -d that the option is left out, and why.
void tell_left_out(const cli::Settings& settings, std::string_view option, const Log& log);

/// Leaves SSLKEYLOGFILE out if it cannot be written: it is for looking, and no connection needs it.
void drop_unusable_key_log(cli::Settings& settings, const Log& log);

/// Adds "(--cafile: environment variable MQTTS_CAFILE)" to the cause for each option that the failure may be about, and
/// the reason if that option was left out.
[[nodiscard]] Failure with_origins(Failure failure, const cli::Settings& settings);

}  // namespace mqtts::program
