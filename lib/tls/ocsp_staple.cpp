// SPDX-License-Identifier: Apache-2.0
#include "tls/ocsp_staple.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include "tls/certificate_text.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

constexpr long clock_skew = 300;  // seconds

Failure no_proof(std::string_view cause, std::string_view cure) {
    ERR_clear_error();
    return {Errc::staple_missing,
            fmt::format("the server stapled {}, but --ocsp-stapling requires one", cause),
            std::string(cure),
            {"--ocsp-stapling"}};
}

Failure bad_staple(std::string_view reason, std::string_view cure = {}) {
    return no_proof(fmt::format("no usable OCSP response ({})", reason), cure);
}

// Returns the response of the issuer, with its signature verified.
Result<OpensslHandle<OCSP_BASICRESP>> stapled_response(SSL* ssl) {
    const unsigned char* bytes = nullptr;
    // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion): OpenSSL's macro takes it as void*
    const long size = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
    if (size <= 0 || !bytes) return no_proof("no OCSP response", "enable OCSP stapling on the server");
    const OpensslHandle<OCSP_RESPONSE> response(d2i_OCSP_RESPONSE(nullptr, &bytes, size));
    if (!response) return bad_staple("it cannot be decoded");
    if (const int status = OCSP_response_status(response.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return bad_staple(OCSP_response_status_str(status));
    OpensslHandle<OCSP_BASICRESP> basic(OCSP_response_get1_basic(response.get()));
    if (!basic) return bad_staple("it is of an unknown kind");
    X509_STORE* store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
    if (OCSP_basic_verify(basic.get(), SSL_get0_verified_chain(ssl), store, OCSP_PARTIAL_CHAIN) != 1)
        return bad_staple("its signature is not the issuer's");
    return basic;
}

// Is the answer about this certificate? It may name it by another hash than we would.
bool is_about(const OCSP_SINGLERESP* answer, const X509* certificate, const X509* issuer) {
    const OCSP_CERTID* asked = OCSP_SINGLERESP_get0_id(answer);
    ASN1_OBJECT* algorithm = nullptr;
    OCSP_id_get0_info(nullptr, &algorithm, nullptr, nullptr, const_cast<OCSP_CERTID*>(asked));
    const EVP_MD* digest = EVP_get_digestbyobj(algorithm);
    if (!digest) return false;
    const OpensslHandle<OCSP_CERTID> ours(OCSP_cert_to_id(digest, certificate, issuer));
    return ours && OCSP_id_cmp(asked, ours.get()) == 0;
}

Result<> judge(OCSP_SINGLERESP* answer, const X509* certificate) {
    int reason = -1;
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* from = nullptr;
    ASN1_GENERALIZEDTIME* until = nullptr;
    const int status = OCSP_single_get0_status(answer, &reason, &revoked, &from, &until);
    if (OCSP_check_validity(from, until, clock_skew, -1) != 1)
        return bad_staple("it is out of date", "check the clock of this machine");
    if (status == V_OCSP_CERTSTATUS_GOOD) return {};
    if (status != V_OCSP_CERTSTATUS_REVOKED) return bad_staple("its issuer does not know the certificate");
    return Failure{
        Errc::certificate_revoked,
        fmt::format("the server's certificate ({}) was revoked on {}{}", to_text(X509_get_subject_name(certificate)),
                    to_text(revoked), reason < 0 ? "" : fmt::format(" ({})", OCSP_crl_reason_str(reason)))};
}

}  // namespace

Result<> check_staple(SSL* ssl) {
    const auto response = stapled_response(ssl);
    if (!response) return response.error();
    const STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
    const X509* certificate = sk_X509_value(chain, 0);
    const X509* issuer = sk_X509_value(chain, sk_X509_num(chain) > 1 ? 1 : 0);
    for (int index = 0; index < OCSP_resp_count(response->get()); ++index) {
        OCSP_SINGLERESP* answer = OCSP_resp_get0(response->get(), index);
        if (is_about(answer, certificate, issuer)) return judge(answer, certificate);
    }
    return bad_staple("it is about another certificate");
}

}  // namespace mqtts::tls
