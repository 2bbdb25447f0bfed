// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace mqtts::cli {

Result<> check_output(const output::PrintSettings& print) {
    if (!print.format.output) return {};
    const std::pair<std::string_view, bool> given[] = {
        {"-F", print.format.format.has_value()}, {"-v", print.format.verbose}, {"-N", !print.format.end_of_line},
        {"--pretty", print.format.pretty},       {"-w", print.watch},          {"--message-rate", print.message_rate},
    };
    for (const auto& [option, is_given] : given)
        if (is_given)
            return Failure(
                Errc::bad_option,
                fmt::format("{} and --output both say how to print a message: give only one of them", option));
    return {};
}

}  // namespace mqtts::cli
