// SPDX-License-Identifier: Apache-2.0
#include "bench/tls_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>
#include <stdexcept>

namespace mqtts::bench {

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
    throw std::runtime_error(what + ": " + reason.data());
}

TlsContext make_context(const SSL_METHOD* method, const TlsFiles& files) {
    TlsContext context(SSL_CTX_new(method));
    if (!context) fail("TLS context");
    if (SSL_CTX_load_verify_file(context.get(), files.ca_file.c_str()) != 1) fail(files.ca_file);
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_file.c_str()) != 1) {
        fail(files.certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        fail(files.key_file);
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(context.get(), 1);
    SSL_CTX_set_default_read_buffer_len(context.get(), block_size);
    return context;
}

/// Received from directly, sent to through a buffer.
void attach(SSL* ssl, int socket) {
    BIO* const raw = BIO_new_socket(socket, BIO_NOCLOSE);
    BIO* const buffer = BIO_new(BIO_f_buffer());
    if (!raw || !buffer || BIO_set_write_buffer_size(buffer, block_size) != 1 || BIO_up_ref(raw) != 1) fail("BIO");
    SSL_set0_rbio(ssl, raw);
    SSL_set0_wbio(ssl, BIO_push(buffer, raw));
}

}  // namespace

TlsContext server_context(const TlsFiles& files) {
    return make_context(TLS_server_method(), files);
}

TlsContext client_context(const TlsFiles& files) {
    return make_context(TLS_client_method(), files);
}

TlsStream::TlsStream(SSL_CTX& context, test::FileDescriptor socket, const std::string& host)
    : socket_(std::move(socket)), ssl_(SSL_new(&context)) {
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // what is flushed is to leave at once
    if (!ssl_) fail("TLS connection");
    attach(ssl_.get(), socket_.get());
    if (!host.empty()) {
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
        if (SSL_set1_host(ssl_.get(), host.c_str()) != 1) fail(host);
    }
    if ((host.empty() ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) != 1) fail("handshake");
}

std::size_t TlsStream::read(std::span<char> to) {
    std::size_t count = 0;
    return SSL_read_ex(ssl_.get(), to.data(), to.size(), &count) == 1 ? count : 0;
}

bool TlsStream::write(std::string_view bytes) {
    std::size_t count = 0;
    return bytes.empty() || SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1;
}

bool TlsStream::flush() {
    return BIO_flush(SSL_get_wbio(ssl_.get())) == 1;
}

void TlsStream::close() {
    SSL_shutdown(ssl_.get());
    flush();
}

}  // namespace mqtts::bench
