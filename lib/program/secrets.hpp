// SPDX-License-Identifier: Apache-2.0
// What only a person knows, asked for at the terminal.
#pragma once

#include <chrono>
#include <optional>

#include "cli/settings.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::program {

/// When -W says that everything is over; nothing: never.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// Asks for the pass phrase of a private key. Failure: unusable_key, timed_out.
[[nodiscard]] tls::AskPassphrase passphrase_prompt(Deadline deadline);

/// Asks for the password of the user, if --pw-prompt wants it. Failure: bad_option, timed_out.
Result<> ask_for_password(cli::Settings& settings, Deadline deadline);

}  // namespace mqtts::program
