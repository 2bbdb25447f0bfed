// SPDX-License-Identifier: Apache-2.0
// Asks at the terminal for what only a person knows, and reads what only a file knows.
#pragma once

#include <chrono>
#include <optional>

#include "cli/settings.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::program {

/// When -W ends everything; nothing: never.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// Returns a function that asks for the pass phrase of a private key. It fails with unusable_key or timed_out.
[[nodiscard]] tls::AskPassphrase passphrase_prompt(Deadline deadline);

/// Reads the file of --auth-data-file. Fails with unusable_password_file or timed_out.
Result<> read_authentication_data(cli::Settings& settings, Deadline deadline);

/// Asks for the password of the user if --pw-prompt wants it. Fails with bad_option or timed_out.
Result<> ask_for_password(cli::Settings& settings, Deadline deadline);

}  // namespace mqtts::program
