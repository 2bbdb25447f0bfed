// SPDX-License-Identifier: Apache-2.0
#include "tls/engine.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <utility>

#include "text/escape.hpp"
#include "text/greeting.hpp"
#include "tls/context.hpp"
#include "tls/failure.hpp"
#include "tls/lifetime.hpp"
#include "tls/memory_bio.hpp"
#include "tls/resumption.hpp"
#include "tls/verification.hpp"

namespace mqtts::tls {

namespace {

void observe_alert(const SSL* ssl, int where, int value) {
    const int alert = value & 0xff;
    const bool harmless = alert == SSL_AD_CLOSE_NOTIFY || alert == SSL_AD_USER_CANCELLED;
    if (where == SSL_CB_READ_ALERT && !harmless) evidence_of(ssl).alert = alert;
}

}  // namespace

struct Engine::Impl {
    MemoryLink link;
    Evidence evidence;
    OpensslHandle<SSL> ssl;
    Failure failure{Errc::ok};
    Status ended = Status::ok;  // closed or failed: no more plaintext follows
    bool close_sent = false;
    std::optional<Resumption> resumption;

    Impl(const Context& context, const std::string& host, const std::string& destination);
    Status fail(Failure reason);
    Status stop(int result);
    Status end(Failure loss);
    [[nodiscard]] std::string first_bytes() const;
};

Engine::Impl::Impl(const Context& context, const std::string& host, const std::string& destination)
    : evidence{.policy = context.policy(),
               .host = context.policy().server_name.empty() ? host : context.policy().server_name},
      ssl(SSL_new(context.native())) {
    BIO* bio = make_bio(link).release();
    SSL_set_bio(ssl.get(), bio, bio);  // owns it, for both directions
    SSL_set_connect_state(ssl.get());
    SSL_set_app_data(ssl.get(), &evidence);
    SSL_set_info_callback(ssl.get(), observe_alert);
    watch_exchange(ssl.get());
    if (!expect_server(ssl.get(), evidence.host))
        fail({Errc::name_mismatch,
              fmt::format("\"{}\" is not a host name that a certificate can have", escape(evidence.host)),
              "check the host (-h) and --tls-name"});
    else if (!context.session_realm().empty() && !destination.empty())
        resumption.emplace(context.session_realm(), destination, evidence.host).offer(ssl.get());
}

Status Engine::Impl::fail(Failure reason) {
    ERR_clear_error();
    failure = std::move(reason);
    return ended = Status::failed;
}

// Finds out why OpenSSL did not go on.
Status Engine::Impl::stop(int result) {
    const int error = SSL_get_error(ssl.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Status::would_block;
    // Java says user_canceled before close_notify, and OpenSSL from 3.2 on then calls the end SSL_ERROR_SYSCALL. The
    // tests with the broker activemq show it, on Debian 13.
    const bool has_said_goodbye = (SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    const bool is_over =
        error == SSL_ERROR_ZERO_RETURN || (error == SSL_ERROR_SYSCALL && has_said_goodbye && ERR_peek_error() == 0);
    if (!is_over) return fail(explain_failure(evidence, client_certificate_of(ssl.get())));
    if (!evidence.established) return end(Failure(Errc::connection_truncated));
    if (evidence.plaintext_received) return ended = Status::closed;
    auto failure = explain(client_certificate_of(ssl.get()), {});
    return failure ? fail(*std::move(failure)) : ended = Status::closed;
}

// Explains that the other end has closed the connection.
Status Engine::Impl::end(Failure loss) {
    return fail(explain_end(evidence, client_certificate_of(ssl.get()), first_bytes(), std::move(loss)));
}

std::string Engine::Impl::first_bytes() const {
    std::string bytes = link.first_bytes;
    return bytes += link.incoming.readable().substr(0, longest_greeting);
}

Engine::Engine(const Context& context, const std::string& host, const std::string& destination)
    : impl_(std::make_unique<Impl>(context, host, destination)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Status Engine::handshake() {
    Impl& self = *impl_;
    if (self.ended != Status::ok) return self.ended;
    if (const std::string bytes = self.first_bytes(); !could_be_tls(bytes))
        return is_telling(bytes) ? self.fail(explain_foreign(bytes)) : Status::would_block;
    ERR_clear_error();
    const int result = SSL_do_handshake(self.ssl.get());
    if (result != 1) return self.stop(result);
    self.evidence.established = true;
    unwatch_exchange(self.ssl.get());
    return Status::ok;
}

Status Engine::decrypt(Buffer& plaintext) {
    Impl& self = *impl_;
    if (self.ended != Status::ok) return self.ended;
    // Without read-ahead OpenSSL itself holds no complete record.
    if (self.link.incoming.empty()) return Status::would_block;
    ERR_clear_error();
    const std::size_t before = plaintext.size();
    for (;;) {
        const auto space = plaintext.prepare(largest_record);
        std::size_t count = 0;
        if (SSL_read_ex(self.ssl.get(), space.data(), space.size(), &count) != 1) break;
        plaintext.commit(count);
    }
    const bool progress = plaintext.size() != before;
    self.evidence.plaintext_received |= progress;
    const Status status = self.stop(0);
    return progress ? Status::ok : status;  // an end after plaintext is reported by the next call
}

Status Engine::encrypt(std::string_view plaintext) {
    Impl& self = *impl_;
    if (self.ended == Status::failed) return Status::failed;
    if (plaintext.empty()) return Status::ok;
    ERR_clear_error();
    std::size_t written = 0;
    if (SSL_write_ex(self.ssl.get(), plaintext.data(), plaintext.size(), &written) == 1) return Status::ok;
    return self.fail(explain_failure(self.evidence, client_certificate_of(self.ssl.get())));
}

void Engine::close() {
    Impl& self = *impl_;
    if (!self.evidence.established || self.close_sent || self.ended == Status::failed) return;
    self.close_sent = true;
    ERR_clear_error();
    SSL_shutdown(self.ssl.get());
    ERR_clear_error();
}

Status Engine::truncated(Failure loss) {
    Impl& self = *impl_;
    if (self.ended != Status::ok) return self.ended;
    return self.end(std::move(loss));
}

Status Engine::broken(Failure loss) {
    Impl& self = *impl_;
    if (self.ended != Status::ok) return self.ended;
    return self.fail(explain_end(self.evidence, {}, self.first_bytes(), std::move(loss)));
}

Buffer& Engine::incoming() noexcept {
    return impl_->link.incoming;
}
Buffer& Engine::outgoing() noexcept {
    return impl_->link.outgoing;
}
const Failure& Engine::failure() const noexcept {
    return impl_->failure;
}

const std::string& Engine::warning() const noexcept {
    return impl_->evidence.warning;
}

ClientCertificate Engine::client_certificate() const {
    return client_certificate_of(impl_->ssl.get());
}

std::string Engine::description() const {
    const SSL* ssl = impl_->ssl.get();
    const std::string_view origin = !impl_->resumption ? "" : SSL_session_reused(ssl) == 1 ? ", resumed" : ", new";
    return fmt::format("{} {}{}", SSL_get_version(ssl), SSL_get_cipher_name(ssl), origin);
}

bool Engine::offered_session() const noexcept {
    return impl_->resumption && impl_->resumption->offered();
}

void Engine::keep_session() {
    if (impl_->resumption && impl_->evidence.established) impl_->resumption->keep(impl_->ssl.get());
}

std::string Engine::session_trouble() const {
    return impl_->resumption ? impl_->resumption->trouble() : std::string();
}

std::optional<std::chrono::system_clock::time_point> Engine::usable_until() const {
    return tls::usable_until(impl_->ssl.get(), impl_->evidence.policy);
}

std::optional<Report> Engine::report() const {
    return report_on(impl_->ssl.get());
}

}  // namespace mqtts::tls
