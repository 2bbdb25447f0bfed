// SPDX-License-Identifier: Apache-2.0
// Resuming in one run the TLS session of an earlier one [RFC 8446, section 2.2]: a round of signatures and the
// certificates of both sides are saved.
//
// It never goes round a check. What is kept holds the server's certificates, and before the session is offered they are
// verified as if the server had just sent them: chain, name, dates, revocation lists, pins. And it is kept under a name
// made of everything that decides about trust, so that other settings find nothing. A ticket that came over a resumed
// connection lasts no longer than the one it replaces: in the end the server has to sign again.
//
// TLS 1.3 only: there, what is kept opens nothing that was ever recorded, and a resumed session has fresh keys.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <string>

#include "base/secret.hpp"
#include "tls/policy.hpp"
#include "tls/session_cache.hpp"

namespace mqtts::tls {

/// A digest of all that the settings and the files they name say about whom to trust and what to negotiate; empty where
/// no session is kept: the settings do not want it, or there is something that only a full handshake can show. Of a
/// context that has made no connection yet.
[[nodiscard]] std::string session_realm(SSL_CTX* context, const Policy& policy);

/// Of one connection.
class Resumption {
public:
    /// `destination`: where the connection goes. `server`: whose certificate is expected there.
    Resumption(const std::string& realm, const std::string& destination, const std::string& server);

    /// Offers the server the session that is kept for it, if one is; from now on it is kept no more. Once, before the
    /// handshake and after expect_server().
    void offer(SSL* ssl);
    [[nodiscard]] bool offered() const noexcept { return !ticket_.view().empty(); }

    /// Keeps what the server gave for the next time, if it did. When the connection ends in order.
    void keep(const SSL* ssl);

    /// Why nothing could be taken or kept; empty: nothing is wrong.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

private:
    std::string name_;
    Result<SessionCache> cache_;
    std::string trouble_;
    Secret ticket_;          // the one offered
    std::string chain_;      // the certificates of its server, DER
    std::int64_t ends_ = 0;  // with it, in seconds since 1970
};

}  // namespace mqtts::tls
