// SPDX-License-Identifier: Apache-2.0
// What mosquitto has and these programs never will.
#include "cli/options/tables.hpp"

namespace mqtts::cli {

namespace refused_table {
namespace {

constexpr Option table[] = {
    {.name = "no-tls",
     .refusal = "nothing is ever sent unencrypted; connect to the broker's port for TLS, with -h and -p"},
    {.name = "unix",
     .value = "PATH",
     .refusal = "no TLS runs over a socket file; connect to the broker's port for TLS, with -h and -p"},
    {.name = "tls-engine",
     .value = "ENGINE",
     .refusal = "engines of OpenSSL are not chosen; give a file or a pkcs11: URI, with --key"},
    {.name = "tls-engine-kpass-sha1",
     .value = "HASH",
     .refusal = "engines of OpenSSL are not chosen; give a file or a pkcs11: URI, with --key"},
    {.name = "srv",
     .letter = 'S',
     .refusal = "brokers are not looked up in SRV records; name the host and port, with -h and -p"},
};

}  // namespace
}  // namespace refused_table

std::span<const Option> refused_options() noexcept {
    return refused_table::table;
}

}  // namespace mqtts::cli
