// Who we are: the client's certificate with its chain, and its private key.
#pragma once

#include "base/error.hpp"
#include "transport/openssl_handle.hpp"
#include "transport/settings.hpp"

namespace mqtts::transport {

/// Gives the context the client's certificate and key, after a check that they belong together; nothing where there is
/// none. Failure (unusable_certificate, unusable_key, key_mismatch): names the file, the line where it can, and why.
Result<> identify_client(SSL_CTX* context, const TlsSettings& settings);

}  // namespace mqtts::transport
