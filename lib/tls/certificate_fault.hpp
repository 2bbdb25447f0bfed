// SPDX-License-Identifier: Apache-2.0
// Finds the faults of a client certificate that its owner can see: most servers say no more than "bad".
#pragma once

#include <openssl/types.h>

#include <vector>

#include "tls/client_certificate.hpp"
#include "tls/pem_file.hpp"

namespace mqtts::tls {

/// Judges what was sent to a server, our own certificate first: its dates and those of its issuers, its usage and key,
/// and whether the chain has one of the issuers that the server asked for (`wanted`; null or empty: any).
[[nodiscard]] std::vector<CertificateFault> faults_of(const Certificates& sent, const STACK_OF(X509_NAME) * wanted);

}  // namespace mqtts::tls
