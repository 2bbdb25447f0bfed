// Who we are: our certificate and its private key.
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/text_file.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "TLS";

Result<std::string> file(std::string_view path) {
    if (path.starts_with("pkcs11:"))
        return Failure{Errc::bad_option, "certificates and keys in tokens (pkcs11:) are not supported: give a file"};
    return not_empty(path);
}

Result<> check_key_form(Settings&, Values values) {
    if (values.front() == "pem") return {};
    return Failure{Errc::bad_option, fmt::format("'{}' is not supported: give the private key as a file, with --key",
                                                 escape(values.front()))};
}

Result<> set_key_passphrase_from_file(Settings& settings, Values values) {
    return set(settings.transport.tls.key_passphrase, read_secret(std::string(values.front())));
}

constexpr Option table[] = {
    {.name = "cert",
     .value = "FILE",
     .section = section,
     .help = "our certificate and its chain: PEM, DER or PKCS#12",
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.certificate_file, file(v.front())); }},
    {.name = "key",
     .value = "FILE",
     .section = section,
     .help = "its private key, unless it is in the same file",
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.key_file, file(v.front())); }},
    {.name = "key-pass-file",
     .value = "FILE",
     .section = section,
     .help = "the pass phrase of the key is the first line of this file",
     .completion = Completion::file,
     .apply = set_key_passphrase_from_file},
    {.name = "key-pass",
     .value = "PASSPHRASE",
     .section = section,
     .help = "the pass phrase of the key; better use MQTTS_KEY_PASS",
     .secret = whole_value,
     .apply =
         [](Settings& s, Values v) {
             s.transport.tls.key_passphrase = Secret(std::string(v.front()));
             return Result<>();
         }},
    {.name = "keyform",
     .value = "FORM",
     .section = section,
     .help = "for mosquitto's sake: the form of a key shows in the file",
     .choices = "pem",
     .completion = Completion::choice,
     .apply = check_key_form},
};

}  // namespace

std::span<const Option> identity_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
