// Certificates and keys in PEM files, read so that a file that cannot be used is named together with the line and the
// reason.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "transport/openssl_handle.hpp"

namespace mqtts::transport {

struct PemFile {
    std::string purpose;  // "CA file", for the sentences
    std::string path;
    Errc unusable;  // the error when it cannot be used
};

/// All certificates in the file, at least one. Other PEM blocks between them are skipped.
Result<std::vector<OpensslHandle<X509>>> read_certificates(const PemFile& file);

/// The first private key in the file. An encrypted one is a failure: nobody is asked for a passphrase.
Result<OpensslHandle<EVP_PKEY>> read_private_key(const PemFile& file);

/// "cannot use CA file /etc/x.pem: reason".
Failure unusable(const PemFile& file, std::string_view reason);

}  // namespace mqtts::transport
