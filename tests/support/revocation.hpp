// SPDX-License-Identifier: Apache-2.0
// What an authority says about the certificates it issued: lists, and answers to the question about one of them.
#pragma once

#include <string>
#include <vector>

#include "support/certificates.hpp"

namespace mqtts::test {

/// PEM, valid from yesterday; `until_days` from now, negative: out of date.
std::string revocation_list(const Authority& authority, const std::vector<Identity>& revoked, int until_days = 7);

struct OcspAnswer {
    bool revoked = false;
    int until_days = 7;   // from now; negative: out of date
    bool sha256 = false;  // names the certificate by SHA-256 instead of SHA-1
};

/// DER, an OCSP response about the certificate, signed by the authority itself.
std::string ocsp_response(const Authority& authority, const Identity& about, const OcspAnswer& answer = {});

}  // namespace mqtts::test
