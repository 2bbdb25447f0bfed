// SPDX-License-Identifier: Apache-2.0
#include "support/tls_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "os/os.hpp"
#include "support/patience.hpp"

namespace mqtts::test {

namespace {

void check(bool done, const char* step) {
    if (!done) throw std::runtime_error(std::string("TLS server: ") + step);
}

[[noreturn]] void fail(const char* step) {
    throw std::system_error(errno, std::generic_category(), step);
}

struct Free {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> reader(const std::string& text) {
    return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::unique_ptr<X509, Free> next_certificate(BIO* input) {
    return std::unique_ptr<X509, Free>(PEM_read_bio_X509(input, nullptr, nullptr, nullptr));
}

void use_identity(SSL_CTX* context, const Identity& identity) {
    const auto chain = reader(identity.certificate_pem);
    check(SSL_CTX_use_certificate(context, next_certificate(chain.get()).get()) == 1, "certificate");
    while (auto issuer = next_certificate(chain.get()))
        check(SSL_CTX_add1_chain_cert(context, issuer.get()) == 1, "chain");
    ERR_clear_error();
    const auto key_text = reader(identity.key_pem);
    const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    check(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "key");
}

int take_any(int, X509_STORE_CTX*) {
    return 1;
}

void request_client_certificate(SSL_CTX* context, const TlsServerOptions& options) {
    if (options.client_ca_pem.empty() && !options.certificate_optional) return;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (options.certificate_optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT),
                       options.certificate_unchecked ? take_any : nullptr);
    if (!options.client_signatures.empty())
        check(SSL_CTX_set1_client_sigalgs_list(context, options.client_signatures.c_str()) == 1, "signatures");
    if (options.client_ca_pem.empty()) return;
    const auto input = reader(options.client_ca_pem);
    const auto authority = next_certificate(input.get());
    check(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) == 1, "client CA");
    check(SSL_CTX_add_client_CA(context, authority.get()) == 1, "client CA");
}

int select_protocol(SSL*, const unsigned char** selected, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* options) {
    const std::string& ours = static_cast<TlsServerOptions*>(options)->protocol;
    const bool imposed = static_cast<TlsServerOptions*>(options)->protocol_imposed;
    const std::string list = static_cast<char>(ours.size()) + ours;
    unsigned char* found = nullptr;
    const int outcome =
        SSL_select_next_proto(&found, size, offered, offered_size, reinterpret_cast<const unsigned char*>(list.data()),
                              static_cast<unsigned>(list.size()));
    *selected = reinterpret_cast<const unsigned char*>(ours.data());  // it lives longer than `list`
    if (imposed) *size = static_cast<unsigned char>(ours.size());
    return imposed || outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int staple(SSL* ssl, void* options) {
    const std::string& response = static_cast<TlsServerOptions*>(options)->staple;
    void* copy = OPENSSL_memdup(response.data(), response.size());
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response.size()));
    return SSL_TLSEXT_ERR_OK;
}

unsigned find_shared_key(SSL* ssl, const char* identity, unsigned char* key, unsigned size) {
    const auto& options = *static_cast<TlsServerOptions*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (options.shared_key_identity != identity || options.shared_key.size() > size) return 0;
    options.shared_key.copy(reinterpret_cast<char*>(key), size);
    return static_cast<unsigned>(options.shared_key.size());
}

void use_extensions(SSL_CTX* context, TlsServerOptions& options) {
    if (!options.groups.empty()) check(SSL_CTX_set1_groups_list(context, options.groups.c_str()) == 1, "groups");
    if (!options.ticket_keys.empty()) {
        std::string keys = options.ticket_keys;
        check(SSL_CTX_set_tlsext_ticket_keys(context, keys.data(), keys.size()) == 1, "ticket keys");
        check(SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("test"), 4) == 1,
              "sessions");
    }
    if (!options.protocol.empty()) SSL_CTX_set_alpn_select_cb(context, select_protocol, &options);
    if (!options.staple.empty()) {
        SSL_CTX_set_tlsext_status_cb(context, staple);
        SSL_CTX_set_tlsext_status_arg(context, &options);
    }
    SSL_CTX_set_app_data(context, &options);
    if (!options.shared_key.empty()) SSL_CTX_set_psk_server_callback(context, find_shared_key);
}

sockaddr_in loopback_address() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

TlsPeer::TlsPeer(const TlsServerOptions& options)
    : options_(std::make_unique<TlsServerOptions>(options)), context_(SSL_CTX_new(TLS_server_method())) {
    check(context_ != nullptr, "context");
    SSL_CTX_set_security_level(context_.get(), 0);  // what is too weak is for the client to refuse
    SSL_CTX_set_min_proto_version(context_.get(), options.minimum_version);
    SSL_CTX_set_max_proto_version(context_.get(), options.maximum_version);
    if (!options.ciphers.empty())
        check(SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str()) == 1, "ciphers");
    if (!options.identity.key_pem.empty()) use_identity(context_.get(), options.identity);
    use_extensions(context_.get(), *options_);
    request_client_certificate(context_.get(), options);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
}

void TlsPeer::receive(std::string_view ciphertext) {
    if (!ciphertext.empty())
        BIO_write(SSL_get_rbio(ssl_.get()), ciphertext.data(), static_cast<int>(ciphertext.size()));
}

std::string TlsPeer::take_ciphertext() {
    BIO* output = SSL_get_wbio(ssl_.get());
    std::string bytes(BIO_ctrl_pending(output), '\0');
    if (!bytes.empty()) BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

bool TlsPeer::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    failed_ = failed_ || (result != 1 && SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ);
    return result == 1;
}

std::string TlsPeer::read() {
    std::string plaintext;
    std::array<char, 16'384> block;
    std::size_t count = 0;
    ERR_clear_error();
    while (SSL_read_ex(ssl_.get(), block.data(), block.size(), &count) == 1)
        plaintext.append(block.data(), count);
    const int reason = SSL_get_error(ssl_.get(), 0);
    failed_ = failed_ || (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_ZERO_RETURN);
    return plaintext;
}

bool TlsPeer::client_closed() const noexcept {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void TlsPeer::write(std::string_view plaintext) {
    std::size_t written = 0;
    check(SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &written) == 1, "write");
}

void TlsPeer::update_keys() {
    check(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1, "key update");
    check(SSL_do_handshake(ssl_.get()) == 1, "key update");
}

void TlsPeer::close() {
    SSL_shutdown(ssl_.get());
}

std::string TlsPeer::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TlsPeer::group() const {
    const char* name = OBJ_nid2sn(static_cast<int>(SSL_get_negotiated_group(ssl_.get())));
    return name ? name : "";
}

std::string TlsPeer::server_name() const {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name ? name : "";
}

LoopbackServer::LoopbackServer(Conversation conversation) : listener_(os::make_socket(AF_INET, SOCK_STREAM)) {
    sockaddr_in address = loopback_address();
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_.get() < 0 || ::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 1) != 0 ||
        ::getsockname(listener_.get(), generic, &size) != 0)
        fail("loopback server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, conversation = std::move(conversation)] {
        const FileDescriptor socket(os::accept(listener_.get()));
        if (socket.get() < 0) return;  // the test is over and nobody came
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience_of_socket, sizeof patience_of_socket);
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience_of_socket, sizeof patience_of_socket);
        conversation(socket.get());
    });
}

LoopbackServer::~LoopbackServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // wakes accept()
    thread_.join();
}

bool TlsConnection::accept() {
    for (;;) {
        const bool done = peer_.shake_hands();
        flush();
        if (done || peer_.failed() || !receive()) return done;
    }
}

std::string TlsConnection::read() {
    for (;;) {
        std::string plaintext = peer_.read();
        if (!plaintext.empty() || peer_.client_closed() || peer_.failed() || !receive()) return plaintext;
    }
}

bool TlsConnection::write(std::string_view plaintext) {
    peer_.write(plaintext);
    return flush();
}

void TlsConnection::close() {
    peer_.close();
    flush();
}

bool TlsConnection::receive() {
    std::array<char, 65'536> block;
    const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
    if (count > 0) peer_.receive({block.data(), static_cast<std::size_t>(count)});
    return count > 0;
}

bool TlsConnection::flush() {
    const std::string bytes = peer_.take_ciphertext();
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t count = os::send(socket_, rest);
        if (count <= 0) return false;  // the client is gone, as receive() tells, or a time limit has passed
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace mqtts::test
