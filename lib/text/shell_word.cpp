// SPDX-License-Identifier: Apache-2.0
#include "text/shell_word.hpp"

#include "text/escape.hpp"

namespace mqtts {

std::string shell_word(const std::string& path) {
    const bool is_plain =
        path.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./_+,:@%=-") == path.npos;
    if (is_plain) return path;
    std::string quoted = "'";
    for (const char character : path)
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    return escape(quoted + "'");
}

}  // namespace mqtts
