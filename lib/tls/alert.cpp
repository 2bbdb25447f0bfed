// SPDX-License-Identifier: Apache-2.0
#include "tls/alert.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <string_view>

namespace mqtts::tls {

namespace {

std::string_view alert_name(int alert) {
    switch (alert) {
        case SSL_AD_CERTIFICATE_REQUIRED:
            return "certificate required";
        case SSL_AD_MISSING_EXTENSION:
            return "missing extension";
        default:
            return SSL_alert_desc_string_long(alert);
    }
}

}  // namespace

std::string quote_alert(int alert) {
    return fmt::format("TLS alert \"{}\"", alert_name(alert));
}

}  // namespace mqtts::tls
