// SPDX-License-Identifier: Apache-2.0
// The file to which the secrets of TLS connections go.
#pragma once

#include <string>

#include "base/error.hpp"
#include "os/open_file.hpp"

namespace mqtts::tls {

/// Opens it to append, without waiting for the reader of a pipe; creates it readable only for its owner. Returns a
/// closed file, and errno says why, if that fails.
[[nodiscard]] os::OpenFile open_key_log(const std::string& path);

/// Checks that the file can be written, and creates it if it does not exist. Failure (bad_option): it cannot be opened.
[[nodiscard]] Result<> check_key_log(const std::string& path);

}  // namespace mqtts::tls
