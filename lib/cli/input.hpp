// SPDX-License-Identifier: Apache-2.0
// The rules across the options about an input of many messages.
#pragma once

#include "base/error.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Decides if the source holds many messages; with --input and its like it is standard input unless -f names a file.
Result<> check_input(PublishSettings& publish);

}  // namespace mqtts::cli
