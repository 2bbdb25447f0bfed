// SPDX-License-Identifier: Apache-2.0
// The server's certificate, or one of its chain, was not accepted: which one, and why.
#pragma once

#include <string>

#include "base/error.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

struct Rejection {
    int error = X509_V_OK;            // X509_V_ERR_…: the first that was found
    int depth = 0;                    // 0: the server's own certificate
    OpensslHandle<X509> certificate;  // the one concerned
    Pin key{};                        // of the server, whichever certificate is concerned
    bool has_namesake = false;        // what we trust has a certificate with the name of the issuer

    [[nodiscard]] explicit operator bool() const noexcept { return error != X509_V_OK; }
};

/// `host`: the name the certificate should have had.
Failure explain(const Rejection& rejection, const std::string& host, const Policy& policy);

}  // namespace mqtts::tls
