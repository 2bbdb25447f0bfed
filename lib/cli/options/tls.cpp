// SPDX-License-Identifier: Apache-2.0
// Whom to trust, and what TLS may negotiate.
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
Outcome<> append(std::vector<T>& to, Result<T> value) {
    if (!value) return value.error();
    to.push_back(*std::move(value));
    return {};
}

Outcome<> append_application_protocols(Arguments& arguments, Values values) {
    const auto protocols = application_protocols(values.front());
    if (!protocols) return protocols.error();
    std::ranges::copy(*protocols, std::back_inserter(arguments.tls.application_protocols));
    return {};
}

Outcome<> require_staple(Arguments& arguments, Values values) {
    if (values.front() == "require") return put(arguments.tls.staple_required, true);
    return Failure{Errc::bad_option, fmt::format("{} is not require", quoted(values.front()))};
}

Outcome<> set_minimum_days(Arguments& arguments, Values values) {
    constexpr unsigned longest = 36500;  // a century
    return set_number<unsigned>(arguments.tls.minimum_days_remaining, values, 0, longest);
}

constexpr Option table[] = {
    {.name = "cafile",
     .value = "FILE",
     .section = section,
     .help = "trust these certificates (PEM), not the system's",
     .completion = Completion::file,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.tls.ca_file, not_empty(v.front())); }},
    {.name = "capath",
     .value = "DIR",
     .section = section,
     .help = "trust this directory of hashed certificates instead",
     .completion = Completion::directory,
     .apply = [](Arguments& a, Values v) { return set(a.tls.ca_path, not_empty(v.front())); }},
    {.name = "tls-use-os-certs",
     .section = section,
     .help = "trust those of the system besides --cafile and --capath",
     .apply = [](Arguments& a, Values) { return put(a.tls.system_trust, true); }},
    {.name = "tls-name",
     .value = "NAME",
     .section = section,
     .help = "expect this name of the broker, not that of -h",
     .completion = Completion::host,
     .apply = [](Arguments& a, Values v) { return set(a.tls.server_name, server_name(v.front())); }},
    {.name = "pin",
     .value = "PIN",
     .section = section,
     .help = "the broker's key must be this too: sha256//BASE64",
     .repeatable = true,
     .apply = [](Arguments& a, Values v) { return append(a.tls.pins, pin(v.front())); }},
    {.name = "pin-only",
     .section = section,
     .help = "let --pin decide alone: no issuer, name or date",
     .apply = [](Arguments& a, Values) { return put(a.tls.pins_suffice, true); }},
    {.name = "crl",
     .value = "FILE",
     .section = section,
     .help = "refuse what these lists (PEM) revoke; one per issuer",
     .completion = Completion::file,
     .repeatable = true,
     .apply = [](Arguments& a, Values v) { return append(a.tls.crl_files, not_empty(v.front())); }},
    {.name = "ocsp-stapling",
     .value = "MODE",
     .section = section,
     .help = "insist on the broker's proof that it is not revoked",
     .choices = "require",
     .completion = Completion::choice,
     .apply = require_staple},
    {.name = "min-cert-days",
     .value = "DAYS",
     .section = section,
     .help = "fail when the broker's certificate ends sooner",
     .apply = set_minimum_days},
    {.name = "tls-version",
     .value = "VERSION",
     .section = section,
     .help = "the lowest version to speak, tlsv1.2 unless given",
     .choices = "tlsv1.2 tlsv1.3",
     .completion = Completion::choice,
     .apply = [](Arguments& a, Values v) { return set(a.tls.minimum_version, tls_version(v.front())); }},
    {.name = "ciphers",
     .value = "LIST",
     .section = section,
     .help = "ciphers to offer, of TLS 1.2 and of TLS 1.3",
     .apply = [](Arguments& a, Values v) { return set(a.tls.ciphers, not_empty(v.front())); }},
    {.name = "tls-groups",
     .value = "LIST",
     .section = section,
     .help = "groups for the key exchange: X25519MLKEM768:X25519",
     .apply = [](Arguments& a, Values v) { return set(a.tls.groups, not_empty(v.front())); }},
    {.name = "tls-alpn",
     .value = "PROTOCOL",
     .section = section,
     .help = "application protocol to offer (ALPN), such as mqtt",
     .repeatable = true,
     .apply = append_application_protocols},
    {.name = "tls-session-cache",
     .section = section,
     .help = "keep TLS sessions, so that the next call resumes one",
     .apply = [](Arguments& a, Values) { return put(a.tls.session_cache, true); }},
    {.name = "tls-keylog",
     .value = "FILE",
     .section = section,
     .help = "append the secrets of TLS to a file, for Wireshark",
     .completion = Completion::file,
     .apply = [](Arguments& a, Values v) { return set(a.tls.key_log_file, not_empty(v.front())); }},
    {.name = "psk",
     .value = "HEX",
     .section = section,
     .help = "a key shared with the broker instead of certificates",
     .secret = whole_value,
     .apply = [](Arguments& a, Values v) { return set(a.tls.shared_key, shared_key(v.front())); }},
    {.name = "psk-identity",
     .value = "NAME",
     .section = section,
     .help = "the name of that key at the broker",
     .apply = [](Arguments& a, Values v) { return set(a.tls.shared_key_identity, shared_key_identity(v.front())); }},
    {.name = "insecure",
     .section = section,
     .help = "do not verify the broker: anyone can pose as it",
     .apply = [](Arguments& a, Values) { return put(a.tls.verify, false); }},
};

}  // namespace
}  // namespace tls_table

std::span<const Option> tls_options() noexcept {
    return tls_table::table;
}

}  // namespace mqtts::cli
