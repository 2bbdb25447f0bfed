// SPDX-License-Identifier: Apache-2.0
#include "cli/tls_rules.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "cli/bad_option.hpp"
#include "cli/tls_value.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

/// An option, and whether it is given.
using Given = std::pair<std::string_view, bool>;

/// With --insecure nothing of this would be looked at, and with --psk there is no certificate of which to ask it.
Result<> check_demands(const tls::Policy& tls, std::string_view other, std::string_view why) {
    const Given demands[] = {
        {"--pin", !tls.pins.empty()},
        {"--crl", !tls.crl_files.empty()},
        {"--ocsp-stapling", tls.staple_required},
        {"--min-cert-days", tls.minimum_days_remaining.has_value()},
    };
    for (const auto& [option, is_given] : demands)
        if (is_given) return bad(fmt::format("{} and {} exclude each other: {}", other, option, why));
    return {};
}

/// The shared key stands for both certificates, the server's and ours.
Result<> check_shared_key(const tls::Policy& tls) {
    const bool has_key = !tls.shared_key.view().empty();
    if (has_key && tls.shared_key_identity.empty()) return bad("--psk needs the name of the key: give --psk-identity");
    if (!has_key && !tls.shared_key_identity.empty()) return bad("--psk-identity needs its key: give --psk");
    if (!has_key) return {};
    const Given certificates[] = {
        {"--cafile", !tls.ca_file.empty()},       {"--capath", !tls.ca_path.empty()},
        {"--tls-use-os-certs", tls.system_trust}, {"--cert", !tls.certificate_file.empty()},
        {"--key", !tls.key_file.empty()},         {"--insecure", !tls.verify},
    };
    constexpr std::string_view why = "a pre-shared key takes the place of all certificates";
    for (const auto& [option, is_given] : certificates)
        if (is_given) return bad(fmt::format("--psk and {} exclude each other: {}", option, why));
    return check_demands(tls, "--psk", why);
}

Result<> check_host(const net::Endpoint& endpoint) {
    if (is_ascii(endpoint.host)) return {};
    return bad(fmt::format("the host '{}' is not ASCII: give the form of its name that begins with xn--",
                           escape(endpoint.host)));
}

}  // namespace

Result<> check_tls(const Server& settings) {
    const tls::Policy& tls = settings.tls;
    if (tls.certificate_file.empty() && !tls.key_file.empty()) return bad("--key needs its certificate: give --cert");
    if (auto checked = check_host(settings.endpoint); !checked) return checked;
    for (const net::Endpoint& endpoint : settings.alternatives)
        if (auto checked = check_host(endpoint); !checked) return checked;
    if (auto checked = check_shared_key(tls); !checked) return checked;
    return tls.verify ? Result<>() : check_demands(tls, "--insecure", "without verification nothing more is asked for");
}

}  // namespace mqtts::cli
