// SPDX-License-Identifier: Apache-2.0
// The options of mosquitto that these programs refuse.
#include "cli/options/tables.hpp"

namespace mqtts::cli {

namespace refused_table {
namespace {

constexpr std::string_view tls_port = "connect to the broker's TLS port, with -h and -p";
constexpr std::string_view no_engines = "OpenSSL engines are not supported";
constexpr std::string_view token = "give a file or a pkcs11: URI with --key";

constexpr Option table[] = {
    {.name = "no-tls", .refusal = "nothing is ever sent unencrypted", .instead = tls_port},
    {.name = "unix", .value = "PATH", .refusal = "TLS does not run over a socket file", .instead = tls_port},
    {.name = "tls-engine", .value = "ENGINE", .refusal = no_engines, .instead = token},
    {.name = "tls-engine-kpass-sha1", .value = "HASH", .refusal = no_engines, .instead = token},
    {.name = "srv",
     .letter = 'S',
     .refusal = "SRV records are not looked up",
     .instead = "name the host and port with -h and -p"},
};

}  // namespace
}  // namespace refused_table

std::span<const Option> refused_options() noexcept {
    return refused_table::table;
}

}  // namespace mqtts::cli
