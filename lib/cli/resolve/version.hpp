// SPDX-License-Identifier: Apache-2.0
// Which version of MQTT is spoken.
#pragma once

#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

struct Version {
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    bool pinned = false;     // this one and no other; otherwise 5 may fall back to 3.1.1
    std::string needed_for;  // the option that needs MQTT 5, "-x"; empty: none
};

/// Decides the version. Options that only MQTT 5 has pin it.
[[nodiscard]] Result<Version> resolve_version(const Arguments& arguments);

}  // namespace mqtts::cli
