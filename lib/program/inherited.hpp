// SPDX-License-Identifier: Apache-2.0
// Files that the environment names, and that nobody named for this run: they are used where they can be used, and left
// out where the options from elsewhere do without. What fails for an option that the command line does not show names
// its place.
#pragma once

#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/secrets.hpp"
#include "tls/context.hpp"

namespace mqtts::program {

/// Leaves SSLKEYLOGFILE out where it cannot be written: it is for looking, and no connection needs it.
void drop_unusable_key_log(cli::Settings& settings, const Log& log);

/// Trust and keys, as the options name them. What is left out is taken out of the settings, and its origin says why.
[[nodiscard]] Result<tls::Context> open_context(cli::Settings& settings, Deadline deadline, const Log& log);

/// The failure, with "(--cafile: environment variable MQTTS_CAFILE)" for each option that it may be about, and with the
/// reason where that was left out.
[[nodiscard]] Failure with_origins(Failure failure, const cli::Settings& settings);

}  // namespace mqtts::program
