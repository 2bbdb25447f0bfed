// SPDX-License-Identifier: Apache-2.0
// What a file is that holds no certificate, key or list in a form that we take, and the one command that converts it:
// the forms of other programs, and what happens to PEM on its way through editors, shells and configuration files.
#pragma once

#include <string>
#include <string_view>

namespace mqtts::tls {

/// "it is a Java keystore (JKS): convert it with …". `wanted`: the label of a PEM block, "CERTIFICATE"; `path`, for the
/// command. `content` has no PEM block that OpenSSL would find, and is not empty.
[[nodiscard]] std::string describe_file(std::string_view content, std::string_view wanted, const std::string& path);

/// The same of a PEM block with this label, "line 1: PKCS7, not a CERTIFICATE: …", without the line.
[[nodiscard]] std::string describe_block(std::string_view label, std::string_view wanted, const std::string& path);

/// ": convert it with COMMAND", which the shell takes as it is.
[[nodiscard]] std::string convert_with(std::string_view command);

/// `path` for a command; in quotes where the shell needs them.
[[nodiscard]] std::string shell_word(const std::string& path);

}  // namespace mqtts::tls
