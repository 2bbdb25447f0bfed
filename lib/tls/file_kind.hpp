// SPDX-License-Identifier: Apache-2.0
// Says what a file is that holds no certificate, key or list in a form that we read, and which command converts it.
// Such files come from other programs, or are PEM that an editor, a shell or a configuration file has changed.
#pragma once

#include <string>
#include <string_view>

#include "tls/finding.hpp"

namespace mqtts::tls {

/// Returns "it is a Java keystore (JKS)" and "convert it with …". `wanted`: the label of a PEM block, "CERTIFICATE";
/// `path` is for the command. Precondition: `content` is not empty and has no PEM block that OpenSSL would find.
[[nodiscard]] Finding describe_file(std::string_view content, std::string_view wanted, const std::string& path);

/// The cure for a private key in the place of a certificate.
inline constexpr std::string_view give_as_key = "give the key with --key";

/// Describes a PEM block with this label: "PKCS7, not a CERTIFICATE".
[[nodiscard]] Finding describe_block(std::string_view label, std::string_view wanted, const std::string& path);

/// Returns the hint "convert it with COMMAND"; the command can be pasted into a shell.
[[nodiscard]] std::string convert_with(std::string_view command);

}  // namespace mqtts::tls
