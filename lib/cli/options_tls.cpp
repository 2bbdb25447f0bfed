// Whom to trust, and who we are.
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "TLS";

Result<> check_key_form(Settings&, Values values) {
    if (values.front() == "pem") return {};
    return Failure{
        Errc::bad_option,
        fmt::format("'{}' is not supported: give the private key as a PEM file, with --key", escape(values.front()))};
}

constexpr Option table[] = {
    {.name = "cafile",
     .value = "FILE",
     .section = section,
     .help = "trust these certificates (PEM), not the system's",
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.ca_file, not_empty(v.front())); }},
    {.name = "capath",
     .value = "DIR",
     .section = section,
     .help = "trust this directory of hashed certificates instead",
     .completion = Completion::directory,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.ca_path, not_empty(v.front())); }},
    {.name = "cert",
     .value = "FILE",
     .section = section,
     .help = "our certificate and its chain (PEM)",
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.certificate_file, not_empty(v.front())); }},
    {.name = "key",
     .value = "FILE",
     .section = section,
     .help = "private key of our certificate (PEM)",
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.key_file, not_empty(v.front())); }},
    {.name = "keyform",
     .value = "FORM",
     .section = section,
     .help = "form of the private key: only pem",
     .choices = "pem",
     .completion = Completion::choice,
     .apply = check_key_form},
    {.name = "insecure",
     .section = section,
     .help = "do not verify the broker: anyone can pose as it",
     .apply = [](Settings& s, Values) { return put(s.transport.tls.verify, false); }},
};

}  // namespace

std::span<const Option> tls_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
