// SPDX-License-Identifier: Apache-2.0
// Prints --version: the release, its commit, OpenSSL, and how it was built.
#pragma once

#include <string>

#include "cli/option.hpp"

namespace mqtts::program {

/// Returns "mqtts-pub 0.2.0 (v0.2.0-3-g8cdb019), OpenSSL 3.0.17, features: engines" and a line feed.
[[nodiscard]] std::string version_line(cli::Command command);

/// Returns "0.2.0 (v0.2.0-3-g8cdb019), OpenSSL 3.0.17".
[[nodiscard]] std::string version_of_all_parts();

/// Returns the same as an object in one line: "program", "version", "revision" if known, "openssl", "features".
[[nodiscard]] std::string version_json(cli::Command command);

}  // namespace mqtts::program
