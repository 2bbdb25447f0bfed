// SPDX-License-Identifier: Apache-2.0
// Says which certificate of the server's chain was not accepted, and why.
#pragma once

#include <string>

#include "base/error.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

struct Rejection {
    int error = X509_V_OK;            // X509_V_ERR_…: the first that was found
    int depth = 0;                    // 0: the server's own certificate
    OpensslHandle<X509> certificate;  // the certificate with the error
    Pin key{};                        // of the server, also if another certificate has the error
    bool has_namesake = false;        // a trusted certificate has the issuer's name, but another key

    [[nodiscard]] explicit operator bool() const noexcept { return error != X509_V_OK; }
};

/// Explains the rejection. `host`: the name that the certificate must have.
Failure explain(const Rejection& rejection, const std::string& host, const Policy& policy);

}  // namespace mqtts::tls
