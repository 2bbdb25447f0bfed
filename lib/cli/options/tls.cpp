// SPDX-License-Identifier: Apache-2.0
// Which brokers to trust, and what TLS may negotiate.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/quote.hpp"
#include "cli/values/tls_value.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace tls_table {
namespace {

constexpr std::string_view section = "TLS";

template <class T>
Result<> append(std::vector<T>& to, Result<T> value) {
    if (!value) return value.error();
    to.push_back(*std::move(value));
    return {};
}

Result<> append_application_protocols(Arguments& arguments, Values values) {
    const auto protocols = application_protocols(values.front());
    if (!protocols) return protocols.error();
    std::ranges::copy(*protocols, std::back_inserter(arguments.tls.application_protocols));
    return {};
}

Result<> require_staple(Arguments& arguments, Values values) {
    if (values.front() == "require") return put(arguments.tls.staple_required, true);
    return bad(fmt::format("unknown value {}", quoted(values.front())), "give require");
}

Result<> set_minimum_days(Arguments& arguments, Values values) {
    constexpr unsigned longest = 36500;  // a century
    return set_number<unsigned>(arguments.tls.minimum_days_remaining, values, 0, longest);
}

constexpr Option table[] = {
    {.name = "cafile",
     .value = "FILE",
     .section = section,
     .help = "trust the CAs in FILE (PEM) instead of the system's",
     .completion = Completion::file,
     .common = true,
     .counts = Counts::file_content,
     .apply = [](Arguments& a, Values v) { return set(a.tls.ca_file, not_empty(v.front())); }},
    {.name = "capath",
     .value = "DIR",
     .section = section,
     .help = "trust the CAs in DIR (files named by hash) instead",
     .completion = Completion::directory,
     .apply = [](Arguments& a, Values v) { return set(a.tls.ca_path, not_empty(v.front())); }},
    {.name = "tls-use-os-certs",
     .section = section,
     .help = "with --cafile or --capath, trust the system's CAs too",
     .apply = [](Arguments& a, Values) { return put(a.tls.system_trust, true); }},
    {.name = "tls-name",
     .value = "NAME",
     .section = section,
     .help = "expect a certificate for NAME, not for the -h host",
     .completion = Completion::host,
     .apply = [](Arguments& a, Values v) { return set(a.tls.server_name, server_name(v.front())); }},
    {.name = "pin",
     .value = "PIN",
     .section = section,
     .help = "also require this key: sha256//BASE64; repeatable",
     .repeatable = true,
     .apply = [](Arguments& a, Values v) { return append(a.tls.pins, pin(v.front())); }},
    {.name = "pin-only",
     .section = section,
     .help = "trust the --pin key alone: no CA, name or date checks",
     .apply = [](Arguments& a, Values) { return put(a.tls.pins_suffice, true); }},
    {.name = "crl",
     .value = "FILE",
     .section = section,
     .help = "refuse what FILE (PEM, one CRL per issuer) revokes",
     .completion = Completion::file,
     .repeatable = true,
     .counts = Counts::file_content,
     .apply = [](Arguments& a, Values v) { return append(a.tls.crl_files, not_empty(v.front())); }},
    {.name = "ocsp-stapling",
     .value = "MODE",
     .section = section,
     .help = "fail unless the broker proves that it is not revoked",
     .choices = "require",
     .completion = Completion::choice,
     .apply = require_staple},
    {.name = "min-cert-days",
     .value = "DAYS",
     .section = section,
     .help = "fail if the broker's certificate ends within DAYS",
     .apply = set_minimum_days},
    {.name = "tls-version",
     .value = "VERSION",
     .section = section,
     .help = "accept no version below this; default: tlsv1.2",
     .choices = "tlsv1.2 tlsv1.3",
     .completion = Completion::choice,
     .apply = [](Arguments& a, Values v) { return set(a.tls.minimum_version, tls_version(v.front())); }},
    {.name = "ciphers",
     .value = "LIST",
     .section = section,
     .help = "offer only these ciphers, of TLS 1.2 and TLS 1.3",
     .apply = [](Arguments& a, Values v) { return set(a.tls.ciphers, not_empty(v.front())); }},
    {.name = "tls-groups",
     .value = "LIST",
     .section = section,
     .help = "offer these key exchange groups: X25519:P-256",
     .apply = [](Arguments& a, Values v) { return set(a.tls.groups, not_empty(v.front())); }},
    {.name = "tls-alpn",
     .value = "PROTOCOL",
     .section = section,
     .help = "offer this ALPN protocol, such as mqtt; repeatable",
     .repeatable = true,
     .apply = append_application_protocols},
    {.name = "tls-session-cache",
     .section = section,
     .help = "store TLS sessions so that the next run resumes one",
     .apply = [](Arguments& a, Values) { return put(a.tls.session_cache, true); }},
    {.name = "tls-keylog",
     .value = "FILE",
     .section = section,
     .help = "append the secrets of TLS to FILE, for Wireshark",
     .completion = Completion::file,
     .apply = [](Arguments& a, Values v) { return set(a.tls.key_log_file, not_empty(v.front())); }},
    {.name = "psk",
     .value = "HEX",
     .section = section,
     .help = "authenticate with this shared key, not certificates",
     .secret = whole_value,
     .apply = [](Arguments& a, Values v) { return set(a.tls.shared_key, shared_key(v.front())); }},
    {.name = "psk-identity",
     .value = "NAME",
     .section = section,
     .help = "identify the --psk key to the broker as NAME",
     .apply = [](Arguments& a, Values v) { return set(a.tls.shared_key_identity, shared_key_identity(v.front())); }},
    {.name = "insecure",
     .section = section,
     .help = "do not verify the broker: anyone can impersonate it",
     .apply = [](Arguments& a, Values) { return put(a.tls.verify, false); }},
};

}  // namespace
}  // namespace tls_table

std::span<const Option> tls_options() noexcept {
    return tls_table::table;
}

}  // namespace mqtts::cli
