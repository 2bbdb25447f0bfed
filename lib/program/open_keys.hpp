// SPDX-License-Identifier: Apache-2.0
// Opens trust and keys, without those files of the environment that cannot be used and need not be.
#pragma once

#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/secrets.hpp"
#include "tls/context.hpp"

namespace mqtts::program {

/// Opens trust and keys as the options name them, warns of keys that others can read and certificates that expire, and
/// forgets the pass phrase. Removes from the settings what is left out.
[[nodiscard]] Result<tls::Context> open_keys(cli::Settings& settings, Deadline deadline, const Log& log);

}  // namespace mqtts::program
