// SPDX-License-Identifier: Apache-2.0
// Resumes the TLS session of an earlier run [RFC 8446, section 2.2]. This saves a round of signatures and the
// certificates of both sides.
//
// It never skips a check. The file holds the server's certificates, and before the session is offered they are verified
// as if the server had just sent them: chain, name, dates, revocation lists, pins. The name of the file is made of
// everything that decides about trust, so other settings find nothing. A ticket from a resumed connection expires no
// later than the one it replaces: in the end the server must sign again.
//
// TLS 1.3 only: there the kept secrets decrypt nothing that was recorded, and a resumed session has new keys.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <string>

#include "base/secret.hpp"
#include "tls/policy.hpp"
#include "tls/session_cache.hpp"

namespace mqtts::tls {

/// Computes a digest of everything in the settings and their files that decides about trust and negotiation. Empty: no
/// session is kept, because the settings do not want it, or demand something that only a full handshake shows.
/// Precondition: the context has made no connection yet.
[[nodiscard]] std::string session_realm(SSL_CTX* context, const Policy& policy);

/// The resumption of one connection.
class Resumption {
public:
    /// `destination`: where the connection goes. `server`: whose certificate is expected there.
    Resumption(const std::string& realm, const std::string& destination, const std::string& server);

    /// Offers the server the session that is kept for it, if any, and removes it from the cache. Call it once, before
    /// the handshake and after expect_server().
    void offer(SSL* ssl);
    [[nodiscard]] bool offered() const noexcept { return !ticket_.view().empty(); }

    /// Keeps the ticket that the server sent for the next time, if any. Call it when the connection ends in order.
    void keep(const SSL* ssl);

    /// Says why no session could be read or kept; empty: nothing is wrong.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

private:
    std::string name_;
    Result<SessionCache> cache_;
    std::string trouble_;
    Secret ticket_;          // the offered ticket
    std::string chain_;      // the certificates of its server, DER
    std::int64_t ends_ = 0;  // when it expires, in seconds since 1970
};

}  // namespace mqtts::tls
