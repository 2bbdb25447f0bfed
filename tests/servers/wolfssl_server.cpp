// SPDX-License-Identifier: Apache-2.0
// A server of the tests whose TLS is wolfSSL's: one_at_a_time.hpp says what it does.
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <array>

#include "servers/one_at_a_time.hpp"

namespace {

WOLFSSL_CTX* make_context(const mqtts::test::ServerArguments& arguments) {
    WOLFSSL_CTX* const context =
        wolfSSL_CTX_new(arguments.is_1_3 ? wolfTLSv1_3_server_method() : wolfTLSv1_2_server_method());
    const bool loaded =
        context != nullptr &&
        wolfSSL_CTX_use_certificate_file(context, arguments.certificate, WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_use_PrivateKey_file(context, arguments.key, WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_load_verify_locations(context, arguments.ca, nullptr) == WOLFSSL_SUCCESS;
    if (!loaded) std::exit(1);
    const int required = arguments.asks == "always" ? WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    if (arguments.asks != "never") wolfSSL_CTX_set_verify(context, WOLFSSL_VERIFY_PEER | required, nullptr);
    if (arguments.asks == "never") wolfSSL_CTX_set_verify(context, WOLFSSL_VERIFY_NONE, nullptr);
    return context;
}

void talk(WOLFSSL* tls) {
    std::array<char, 512> space{};
    if (wolfSSL_accept(tls) != WOLFSSL_SUCCESS) return;
    for (;;) {
        const int count = wolfSSL_read(tls, space.data(), static_cast<int>(space.size()));
        if (count <= 0) break;
        const std::string_view received(space.data(), static_cast<std::size_t>(count));
        if (mqtts::test::is_over(received)) break;
        const std::string_view answer = mqtts::test::answer_to(received);
        if (!answer.empty()) wolfSSL_write(tls, answer.data(), static_cast<int>(answer.size()));
    }
    wolfSSL_shutdown(tls);
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = mqtts::test::server_arguments(argc, argv);
    wolfSSL_Init();
    WOLFSSL_CTX* const context = make_context(arguments);
    mqtts::test::serve_at(arguments.port, [&](int client) {
        WOLFSSL* const tls = wolfSSL_new(context);
        wolfSSL_set_fd(tls, client);
        talk(tls);
        wolfSSL_free(tls);
    });
}
