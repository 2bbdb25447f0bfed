// SPDX-License-Identifier: Apache-2.0
// An option as it was given: on the command line, in the environment or in a configuration file.
//
// Every source is read into a list of these before anything is applied. So the order of the sources decides which value
// counts, and not the order of reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/option.hpp"

namespace mqtts::cli {

struct Given {
    const Option* option = nullptr;
    std::vector<std::string> values;
    std::string spelling;  // "-q", "--qos", "MQTTS_PORT"
    std::string name;      // as an error calls it: "-q", "/etc/pub: line 3: --qos", "environment variable MQTTS_PORT"
    std::string source;    // "command line", "/etc/pub: line 3", "environment variable MQTTS_PORT"
    bool is_inherited = false;  // from the environment, and not typed for this program
    bool is_equated = false;    // "-t=value": the = after a letter is part of the value
};

constexpr std::string_view from_command_line = "command line";
constexpr std::string_view from_default = "default";

}  // namespace mqtts::cli
