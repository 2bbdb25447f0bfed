// SPDX-License-Identifier: Apache-2.0
// What --version prints: which release this is, of which commit, with which OpenSSL, and how it was built.
#pragma once

#include <string>

#include "cli/option.hpp"

namespace mqtts::program {

/// "mqtts-pub 0.2.0 (v0.2.0-3-g8cdb019), OpenSSL 3.0.17, features: engines" and a line feed.
[[nodiscard]] std::string version_line(cli::Command command);

/// The same as an object on a line: "program", "version", "revision" where it is known, "openssl", "features".
[[nodiscard]] std::string version_json(cli::Command command);

}  // namespace mqtts::program
