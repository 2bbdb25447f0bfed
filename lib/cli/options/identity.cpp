// SPDX-License-Identifier: Apache-2.0
// Our certificate and its private key.
#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/quote.hpp"
#include "cli/values/text_file.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace identity_table {
namespace {

constexpr std::string_view section = "TLS";

constexpr std::string_view pin_value = "pin-value=";
constexpr std::string_view pin_source = "pin-source=";

/// Returns what follows the ? of a pkcs11: URI, where the PIN is [RFC 7512, section 2.4], or nothing.
std::string_view pin_attribute(std::string_view path) noexcept {
    const std::size_t mark = path.starts_with("pkcs11:") ? path.find('?') : path.npos;
    return mark == path.npos ? std::string_view() : path.substr(mark + 1);
}

std::string_view pin_secret(Values values) noexcept {
    const std::string_view path = values.front();
    const std::size_t at = path.starts_with("pkcs11:") ? path.find(pin_value) : path.npos;
    return at == path.npos ? std::string_view() : path.substr(at + pin_value.size());
}

Result<Secret> read_pin(std::string_view attribute, const Arguments& arguments) {
    const bool in_file = attribute.starts_with(pin_source);
    if ((!in_file && !attribute.starts_with(pin_value)) || attribute.find('&') != attribute.npos)
        return bad("the pkcs11: URI has an unsupported attribute after the ?",
                   "give only ?pin-value=PIN or ?pin-source=FILE");
    auto text = percent_decoded(attribute.substr(attribute.find('=') + 1), in_file ? "pin-source" : "pin-value");
    if (!text) return text.error();
    if (!in_file) return Secret(*std::move(text));
    for (const std::string_view scheme : {"file://", "file:"})
        if (text->starts_with(scheme)) text->erase(0, scheme.size());
    return read_secret(*text, arguments.deadline);
}

/// Stores the path of a file, or a URI without its PIN, which would show in error messages.
Result<> set_file(std::string& path, Arguments& arguments, std::string_view value) {
    const std::string_view attribute = pin_attribute(value);
    const std::string_view object = value.substr(0, value.size() - attribute.size());
    if (value.starts_with("pkcs11:") && object.find("pin-") != object.npos)
        return bad("the PIN of a pkcs11: URI must follow a ?", "write it as ?pin-value=PIN");
    if (attribute.empty()) return set(path, not_empty(value));
    path = value.substr(0, value.size() - attribute.size() - 1);
    return set(arguments.tls.key_passphrase, read_pin(attribute, arguments));
}

Result<> set_key_form(Arguments& arguments, Values values) {
    if (values.front() == "pem") return put(arguments.key_form_given, true);
    return bad(fmt::format("{} is not supported", quoted(values.front())), "give a file or a pkcs11: URI with --key");
}

Result<> set_key_passphrase_from_file(Arguments& arguments, Values values) {
    return set(arguments.tls.key_passphrase, read_secret(std::string(values.front()), arguments.deadline));
}

constexpr Option table[] = {
    {.name = "cert",
     .value = "FILE",
     .section = section,
     .help = "client certificate: PEM chain, DER, PKCS#12, PKCS#11",
     .completion = Completion::file,
     .common = true,
     .secret = pin_secret,
     .counts = Counts::file_content,
     .apply = [](Arguments& a, Values v) { return set_file(a.tls.certificate_file, a, v.front()); }},
    {.name = "key",
     .value = "FILE",
     .section = section,
     .help = "use this private key; without it, look in --cert",
     .completion = Completion::file,
     .common = true,
     .secret = pin_secret,
     .counts = Counts::file_content,
     .apply = [](Arguments& a, Values v) { return set_file(a.tls.key_file, a, v.front()); }},
    {.name = "key-pass-file",
     .value = "FILE",
     .section = section,
     .help = "read the key's passphrase from FILE's first line",
     .completion = Completion::file,
     .counts = Counts::file_content,
     .apply = set_key_passphrase_from_file},
    {.name = "key-pass",
     .value = "PASSPHRASE",
     .section = section,
     .help = "decrypt the key with this; safer: MQTTS_KEY_PASS",
     .secret = whole_value,
     .apply =
         [](Arguments& a, Values v) {
             a.tls.key_passphrase = Secret(std::string(v.front()));
             return Result<>();
         }},
    {.name = "keyform",
     .value = "FORM",
     .section = section,
     .help = "accepted for mosquitto; the file shows its own form",
     .choices = "pem",
     .completion = Completion::choice,
     .apply = set_key_form},
};

}  // namespace
}  // namespace identity_table

std::span<const Option> identity_options() noexcept {
    return identity_table::table;
}

}  // namespace mqtts::cli
