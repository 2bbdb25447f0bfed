// SPDX-License-Identifier: Apache-2.0
// The options of other programs that people bring along, and what to give here instead: the one table of that.
//
// The programs are MQTTX CLI and MQTT.js (--hostname), HiveMQ's mqtt-cli (--identifier), the samples of the Paho
// libraries (--clientid), curl (--cacert), wget (--ca-certificate), kcat (-b), openssl s_client (-CAfile), and the
// configuration file of mosquitto (certfile). No row has the name of one of our options, and each option in a hint
// exists: tests/unit/cli_other_tools_test.cpp checks both.
#pragma once

#include <span>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

struct ForeignOption {
    std::string_view spelling;  // with its dashes: "--cacert", "-CAfile", "-b"
    std::string_view hint;      // "give --cafile"
    Command command = Command::both;
};

[[nodiscard]] std::span<const ForeignOption> foreign_options() noexcept;

/// Finds the row of an option as it was spelled: without dashes, too, as in a configuration file, and with two instead
/// of one. Returns nullptr if no row matches.
[[nodiscard]] const ForeignOption* find_foreign(Command command, std::string_view spelling) noexcept;

}  // namespace mqtts::cli
