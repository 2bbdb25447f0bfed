// SPDX-License-Identifier: Apache-2.0
// Warns of what is open to others.
#pragma once

#include "log/log.hpp"
#include "tls/policy.hpp"

namespace mqtts::program {

/// Warns of what the options give away.
void warn_of_exposure(const tls::Policy& policy, const Log& log);

/// Warns of a private key that others can read.
void warn_of_exposed_key(const tls::Policy& policy, const Log& log);

}  // namespace mqtts::program
