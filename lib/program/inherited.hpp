// SPDX-License-Identifier: Apache-2.0
// Handles files that the environment names and the command line does not: they are used if they can be used, and left
// out if the options from elsewhere do without them. A failure about an option that the command line does not show
// names where the option was given.
#pragma once

#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/secrets.hpp"
#include "tls/context.hpp"

namespace mqtts::program {

/// Leaves SSLKEYLOGFILE out if it cannot be written: it is for looking, and no connection needs it.
void drop_unusable_key_log(cli::Settings& settings, const Log& log);

/// Opens trust and keys as the options name them. Removes from the settings what is left out, and notes the reason at
/// its origin.
[[nodiscard]] Result<tls::Context> open_context(cli::Settings& settings, Deadline deadline, const Log& log);

/// Adds "(--cafile: environment variable MQTTS_CAFILE)" to the cause for each option that the failure may be about, and
/// the reason if that option was left out.
[[nodiscard]] Failure with_origins(Failure failure, const cli::Settings& settings);

}  // namespace mqtts::program
