// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/tls.hpp"

#include <fmt/format.h>

#include <string_view>

#include "cli/quote.hpp"
#include "cli/resolve/typed.hpp"
#include "cli/values/tls_value.hpp"

namespace mqtts::cli {

namespace {

/// Refuses the other demands on a certificate with --pin-only, which would silently ignore them.
Result<> check_pin_only(const tls::Policy& tls) {
    if (!tls.pins_suffice) return {};
    if (tls.pins.empty()) return bad("--pin-only needs the key to trust", "give --pin", {"--pin-only", "--pin"});
    const Spelled others[] = {
        {"--cafile", !tls.ca_file.empty()},
        {"--capath", !tls.ca_path.empty()},
        {"--tls-use-os-certs", tls.system_trust},
        {"--crl", !tls.crl_files.empty()},
        {"--ocsp-stapling", tls.staple_required},
        {"--min-cert-days", tls.minimum_days_remaining.has_value()},
        {"--insecure", !tls.verify},
    };
    for (const auto& [option, is_given] : others)
        if (is_given)
            return bad_pair(fmt::format("--pin-only and {} exclude each other: the key of --pin decides alone", option),
                            "--pin-only", option);
    return {};
}

/// Refuses demands on a certificate, which --insecure would ignore, and which --psk does not have.
Result<> check_demands(const tls::Policy& tls, std::string_view other, std::string_view why) {
    const Spelled demands[] = {
        {"--pin", !tls.pins.empty()},
        {"--crl", !tls.crl_files.empty()},
        {"--ocsp-stapling", tls.staple_required},
        {"--min-cert-days", tls.minimum_days_remaining.has_value()},
    };
    for (const auto& [option, is_given] : demands)
        if (is_given)
            return bad_pair(fmt::format("{} and {} exclude each other: {}", other, option, why), other, option);
    return {};
}

/// Checks the options of a shared key, which replaces both certificates, the server's and ours.
Result<> check_shared_key(const tls::Policy& tls) {
    const bool has_key = !tls.shared_key.view().empty();
    if (has_key && tls.shared_key_identity.empty())
        return bad("--psk needs the name of the key", "give --psk-identity", {"--psk", "--psk-identity"});
    if (!has_key && !tls.shared_key_identity.empty())
        return bad("--psk-identity needs a key", "give --psk", {"--psk-identity", "--psk"});
    if (!has_key) return {};
    const Spelled certificates[] = {
        {"--cafile", !tls.ca_file.empty()},       {"--capath", !tls.ca_path.empty()},
        {"--tls-use-os-certs", tls.system_trust}, {"--cert", !tls.certificate_file.empty()},
        {"--key", !tls.key_file.empty()},         {"--insecure", !tls.verify},
    };
    constexpr std::string_view why = "a pre-shared key replaces all certificates";
    for (const auto& [option, is_given] : certificates)
        if (is_given) return bad_pair(fmt::format("--psk and {} exclude each other: {}", option, why), "--psk", option);
    return check_demands(tls, "--psk", why);
}

Result<> check_hosts(const Arguments& arguments) {
    for (const HostAndPort& host : arguments.connection.hosts)
        if (!is_ascii(host.host))
            return bad(fmt::format("the host {} is not ASCII", quoted(host.host)),
                       "give the form of the name that begins with xn--");
    return {};
}

}  // namespace

Result<tls::Policy> resolve_tls(const Arguments& arguments) {
    const tls::Policy& tls = arguments.tls;
    if (tls.certificate_file.empty() && !tls.key_file.empty())
        return bad("--key needs its certificate", "give --cert", {"--key", "--cert"});
    if (arguments.key_form_given && tls.key_file.empty())
        return bad("--keyform needs its key", "give --key", {"--keyform", "--key"});
    if (const auto checked = check_hosts(arguments); !checked) return checked.error();
    if (const auto checked = check_shared_key(tls); !checked) return checked.error();
    if (const auto checked = check_pin_only(tls); !checked) return checked.error();
    if (tls.verify) return tls;
    const auto checked = check_demands(tls, "--insecure", "without verification no other check is made");
    return checked ? Result<tls::Policy>(tls) : checked.error();
}

}  // namespace mqtts::cli
