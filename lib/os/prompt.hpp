// SPDX-License-Identifier: Apache-2.0
// Asks a person for a secret at the terminal of the process, whatever its standard input and output are connected to.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::os {

struct Prompt {
    std::string question;   // "password: "
    std::string otherwise;  // the hint if there is no terminal: "give it with --pw-file"
    std::optional<std::chrono::steady_clock::time_point> deadline;  // of the answer
};

/// Asks, and reads one line that is not shown while it is typed. A signal that ends or stops the process finds the
/// terminal unchanged. Fails with bad_option (there is no terminal, or it was closed instead of an answer) or
/// timed_out.
Result<Secret> ask(const Prompt& prompt);

}  // namespace mqtts::os
