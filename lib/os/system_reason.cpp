// SPDX-License-Identifier: Apache-2.0
#include "os/system_reason.hpp"

#include <cctype>

namespace mqtts::os {

std::string system_reason(const std::error_code& error) {
    std::string reason = error.message();
    const auto is_lower = [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; };
    // "Connection refused" begins with a capital, unlike our sentences; an abbreviation keeps its own.
    if (reason.size() > 1 && is_lower(reason[1]))
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return reason;
}

std::string system_reason(int error_number) {
    return system_reason(std::error_code(error_number, std::generic_category()));
}

}  // namespace mqtts::os
