// SPDX-License-Identifier: Apache-2.0
#include "tls/lifetime.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

using std::chrono::system_clock;

/// The earliest of several moments. A moment that cannot be read has passed.
class Earliest {
public:
    void take(const ASN1_TIME* time, std::chrono::seconds before = {}) {
        const OpensslHandle<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
        int days = 0;
        int seconds = 0;
        const bool is_known = epoch && time != nullptr && ASN1_TIME_diff(&days, &seconds, epoch.get(), time) == 1;
        const auto since_epoch = std::chrono::hours(24) * std::int64_t{is_known ? days : 0} +
                                 std::chrono::seconds(is_known ? seconds : 0) - before;
        const system_clock::time_point moment(std::chrono::duration_cast<system_clock::duration>(since_epoch));
        earliest_ = std::min(earliest_.value_or(moment), moment);
    }
    [[nodiscard]] std::optional<system_clock::time_point> get() const noexcept { return earliest_; }

private:
    std::optional<system_clock::time_point> earliest_;
};

/// Returns the chain that was verified, or else, in a resumed session, what is left of it.
const STACK_OF(X509) * chain_of(SSL* ssl) {
    const STACK_OF(X509)* const verified = SSL_get0_verified_chain(ssl);
    return verified != nullptr ? verified : SSL_get_peer_cert_chain(ssl);
}

void take_server(Earliest& end, SSL* ssl, const Policy& policy) {
    const STACK_OF(X509)* const chain = chain_of(ssl);
    for (int index = 0; index < sk_X509_num(chain); ++index)
        end.take(X509_get0_notAfter(sk_X509_value(chain, index)));
    const X509* const own = SSL_get0_peer_certificate(ssl);
    if (own == nullptr) return;
    end.take(X509_get0_notAfter(own), std::chrono::hours(24) * policy.minimum_days_remaining.value_or(0));
}

void take_ours(Earliest& end, SSL* ssl) {
    const X509* const own = SSL_get_certificate(ssl);
    if (own == nullptr) return;
    end.take(X509_get0_notAfter(own));
    STACK_OF(X509)* others = nullptr;
    if (SSL_CTX_get0_chain_certs(SSL_get_SSL_CTX(ssl), &others) != 1) return;
    for (int index = 0; index < sk_X509_num(others); ++index)
        end.take(X509_get0_notAfter(sk_X509_value(others, index)));
}

bool is_issuer_in(const STACK_OF(X509) * chain, const X509_NAME* name) {
    for (int index = 0; index < sk_X509_num(chain); ++index)
        if (X509_NAME_cmp(X509_get_issuer_name(sk_X509_value(chain, index)), name) == 0) return true;
    return false;
}

void take_revocation_lists(Earliest& end, SSL* ssl) {
    X509_STORE* const store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
    const STACK_OF(X509_OBJECT)* const objects = X509_STORE_get0_objects(store);
    for (int index = 0; index < sk_X509_OBJECT_num(objects); ++index) {
        const X509_CRL* const list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, index));
        if (list == nullptr || !is_issuer_in(chain_of(ssl), X509_CRL_get_issuer(list))) continue;
        const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list);
        if (next != nullptr) end.take(next);
    }
}

void take_staple(Earliest& end, SSL* ssl) {
    const unsigned char* bytes = nullptr;
    // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion): OpenSSL's macro takes it as void*
    const long size = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
    const OpensslHandle<OCSP_RESPONSE> response(size > 0 ? d2i_OCSP_RESPONSE(nullptr, &bytes, size) : nullptr);
    const OpensslHandle<OCSP_BASICRESP> basic(response ? OCSP_response_get1_basic(response.get()) : nullptr);
    for (int index = 0; basic && index < OCSP_resp_count(basic.get()); ++index) {
        ASN1_GENERALIZEDTIME* from = nullptr;
        ASN1_GENERALIZEDTIME* next = nullptr;
        OCSP_single_get0_status(OCSP_resp_get0(basic.get(), index), nullptr, nullptr, &from, &next);
        if (next != nullptr) end.take(next);
    }
}

}  // namespace

std::optional<system_clock::time_point> usable_until(SSL* ssl, const Policy& policy) {
    Earliest end;
    if (policy.verify && !policy.pins_suffice) {
        take_server(end, ssl, policy);
        if (!policy.crl_files.empty()) take_revocation_lists(end, ssl);
        if (policy.staple_required) take_staple(end, ssl);
    }
    take_ours(end, ssl);
    ERR_clear_error();
    return end.get();
}

}  // namespace mqtts::tls
