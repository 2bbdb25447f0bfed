// SPDX-License-Identifier: Apache-2.0
// Turns what a TLS connection observed into a failure with a cause and a hint.
//
// An alert is explained by what it says and by what came before it, never by the version of TLS. Failures over the
// client certificate come from tls/client_certificate.hpp.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "tls/client_certificate.hpp"
#include "tls/evidence.hpp"

namespace mqtts::tls {

/// Explains why a step of OpenSSL failed. Empties its error queue.
Failure explain_failure(const Evidence& evidence, const ClientCertificate& ours);

/// Explains an end without an alert, in order or not. Once the handshake is over that is `loss`, unless the client
/// certificate is the better explanation.
Failure explain_end(const Evidence& evidence, const ClientCertificate& ours, std::string_view first_bytes,
                    Failure loss);

/// Says whether a server that speaks TLS may begin with these bytes.
[[nodiscard]] bool could_be_tls(std::string_view first_bytes) noexcept;

/// Explains an answer that cannot be TLS.
Failure explain_foreign(std::string_view first_bytes);

}  // namespace mqtts::tls
