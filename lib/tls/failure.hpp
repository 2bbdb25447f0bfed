// SPDX-License-Identifier: Apache-2.0
// From what a TLS connection saw to one sentence that names the cause and the cure.
//
// Alerts are explained by what they say and by what came before them, never by the version of TLS: what is about our
// own certificate, tls/client_certificate.hpp knows.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "tls/client_certificate.hpp"
#include "tls/evidence.hpp"

namespace mqtts::tls {

/// A step of OpenSSL's failed. Empties its queue of errors.
Failure explain_failure(const Evidence& evidence, const ClientCertificate& ours);

/// The connection ended without an alert, in order or not. Once the handshake is over that is `loss`, unless our
/// certificate is the better explanation.
Failure explain_end(const Evidence& evidence, const ClientCertificate& ours, std::string_view first_bytes,
                    Failure loss);

/// Can these be the first bytes of a server that speaks TLS?
[[nodiscard]] bool could_be_tls(std::string_view first_bytes) noexcept;

/// The server answered with `first_bytes`, which cannot be TLS.
Failure explain_foreign(std::string_view first_bytes);

}  // namespace mqtts::tls
