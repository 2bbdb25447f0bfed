// SPDX-License-Identifier: Apache-2.0
// A server of the tests whose TLS is Mbed TLS's: one_at_a_time.hpp says what it does. Version 2 of that library, which
// Debian 12 has, knows TLS 1.2 alone.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <array>

#include "servers/one_at_a_time.hpp"

namespace {

using mqtts::test::ServerArguments;

void require(int error) {
    if (error != 0) std::exit(1);
}

struct Server {
    mbedtls_entropy_context entropy{};
    mbedtls_ctr_drbg_context random{};
    mbedtls_x509_crt certificate{};
    mbedtls_x509_crt ca{};
    mbedtls_pk_context key{};
    mbedtls_ssl_config config{};

    explicit Server(const ServerArguments& arguments);
};

int read_key(mbedtls_pk_context& key, const char* file, [[maybe_unused]] mbedtls_ctr_drbg_context& random) {
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_parse_keyfile(&key, file, nullptr, mbedtls_ctr_drbg_random, &random);
#else
    return mbedtls_pk_parse_keyfile(&key, file, nullptr);
#endif
}

int mode_of(std::string_view asks) {
    if (asks == "never") return MBEDTLS_SSL_VERIFY_NONE;
    return asks == "always" ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_OPTIONAL;
}

Server::Server(const ServerArguments& arguments) {
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_x509_crt_init(&ca);
    mbedtls_pk_init(&key);
    mbedtls_ssl_config_init(&config);
    require(mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, nullptr, 0));
    require(mbedtls_x509_crt_parse_file(&certificate, arguments.certificate));
    require(mbedtls_x509_crt_parse_file(&ca, arguments.ca));
    require(read_key(key, arguments.key, random));
    require(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                        MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_ca_chain(&config, &ca, nullptr);
    require(mbedtls_ssl_conf_own_cert(&config, &certificate, &key));
    mbedtls_ssl_conf_authmode(&config, mode_of(arguments.asks));
    mbedtls_ssl_conf_max_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
}

void talk(mbedtls_ssl_context& tls) {
    std::array<char, 512> space{};
    auto* const bytes = reinterpret_cast<unsigned char*>(space.data());
    if (mbedtls_ssl_handshake(&tls) != 0) return;
    for (;;) {
        const int count = mbedtls_ssl_read(&tls, bytes, space.size());
        if (count <= 0) break;
        const std::string_view received(space.data(), static_cast<std::size_t>(count));
        if (mqtts::test::is_over(received)) break;
        const std::string_view answer = mqtts::test::answer_to(received);
        if (!answer.empty())
            mbedtls_ssl_write(&tls, reinterpret_cast<const unsigned char*>(answer.data()), answer.size());
    }
    mbedtls_ssl_close_notify(&tls);
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = mqtts::test::server_arguments(argc, argv);
    if (arguments.is_1_3) return 1;
    Server server(arguments);
    mqtts::test::serve_at(arguments.port, [&](int client) {
        mbedtls_net_context connection{};
        connection.fd = client;
        mbedtls_ssl_context tls{};
        mbedtls_ssl_init(&tls);
        require(mbedtls_ssl_setup(&tls, &server.config));
        mbedtls_ssl_set_bio(&tls, &connection, mbedtls_net_send, mbedtls_net_recv, nullptr);
        talk(tls);
        mbedtls_ssl_free(&tls);
    });
}
