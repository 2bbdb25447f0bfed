// SPDX-License-Identifier: Apache-2.0
// Finds the system's store of trusted certificates, as OpenSSL does: by its variables SSL_CERT_FILE and SSL_CERT_DIR,
// else where it was built to look. To find it reads no certificate and initializes nothing of OpenSSL.
#pragma once

#include <string>
#include <vector>

namespace mqtts::tls {

/// Returns the directories with one file per certificate, separated by colons.
[[nodiscard]] std::string system_directories();

/// Tells whether SSL_CERT_DIR names them.
[[nodiscard]] bool system_directories_chosen();

/// Returns the file with all certificates; where OpenSSL's own is missing, the first of the usual ones that exists.
[[nodiscard]] std::string system_file();

/// Tells whether SSL_CERT_FILE names it.
[[nodiscard]] bool system_file_chosen();

[[nodiscard]] bool has_system_file();

/// What decides trust without an option: the files and directories of the system's store, and OpenSSL's configuration.
struct TrustPlaces {
    std::vector<std::string> system_store;
    std::string configuration;
};
[[nodiscard]] TrustPlaces trust_places();

}  // namespace mqtts::tls
