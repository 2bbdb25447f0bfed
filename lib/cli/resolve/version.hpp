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
    std::string needed_for;  // what MQTT 5 is insisted on for, "-x"; empty: nothing
};

/// Options that only MQTT 5 has make it the version to insist on.
[[nodiscard]] Outcome<Version> resolve_version(const Arguments& arguments);

}  // namespace mqtts::cli
