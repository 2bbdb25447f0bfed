// SPDX-License-Identifier: Apache-2.0
// Blocking TLS on a socket with nothing but OpenSSL, buffered as well as OpenSSL can: what is written is sent in blocks
// of 256 KiB, what is read is received in blocks of 256 KiB. It is the floor that the programs are measured against.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "support/file_descriptor.hpp"

namespace mqtts::bench {

inline constexpr std::size_t block_size = std::size_t{256} * 1024;

struct TlsFiles {
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
};

struct FreeOpenSsl {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeOpenSsl>;

/// Both ask for the other's certificate and verify it. Throws when a file cannot be used.
TlsContext server_context(const TlsFiles& files);
TlsContext client_context(const TlsFiles& files);

class TlsStream {
public:
    /// Shakes hands. A client verifies that the server's certificate is for `host`; a server gives none. Throws when
    /// the handshake fails.
    TlsStream(SSL_CTX& context, test::FileDescriptor socket, const std::string& host = {});

    /// What has arrived, at least one byte; nothing at the end, orderly or not. What was written must be flushed.
    [[nodiscard]] std::size_t read(std::span<char> to);
    /// More may be read before anything must be received.
    [[nodiscard]] bool has_pending() const { return SSL_has_pending(ssl_.get()) == 1; }

    /// false: the connection is gone.
    bool write(std::string_view bytes);
    bool flush();
    /// Flushes, and says that nothing follows.
    void close();

private:
    test::FileDescriptor socket_;
    std::unique_ptr<SSL, FreeOpenSsl> ssl_;
};

}  // namespace mqtts::bench
