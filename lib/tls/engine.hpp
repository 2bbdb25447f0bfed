// SPDX-License-Identifier: Apache-2.0
// The client side of TLS between two buffers, without a socket.
//
//     network ──► incoming() ──► decrypt(plaintext) ──►
//     network ◄── outgoing() ◄── encrypt(plaintext) ◄──
//
// The driver appends what it received to incoming() and sends what outgoing() holds. Writing to memory never blocks, so
// encrypt() never has to be repeated, and any number of messages share records of 16 KiB and one send. The server is
// verified (chain, validity, name) before handshake() returns ok; no plaintext is accepted or returned earlier.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "base/sizes.hpp"
#include "base/status.hpp"
#include "tls/client_certificate.hpp"
#include "tls/report.hpp"

namespace mqtts::tls {

class Context;

class Engine {
public:
    /// The most plaintext that one record holds.
    static constexpr std::size_t largest_record = sizes::tls_record;

    /// `host`: the name or IP literal that the server's certificate must have, unless the settings name another. A name
    /// is also sent as SNI. `destination`: where the connection goes. If the settings keep sessions, the one kept for
    /// this destination is offered; empty: no session is offered or kept. `context` must outlive the engine and must
    /// not move.
    Engine(const Context& context, const std::string& host, const std::string& destination = {});
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;
    ~Engine();

    /// Continues the handshake. ok: it is done; outgoing() may still hold the last flight, which the first encrypt()
    /// joins. would_block: send outgoing(), receive more. failed: see failure(); outgoing() may hold an alert for the
    /// server.
    [[nodiscard]] Status handshake();

    /// Appends the plaintext of every complete record in incoming(). ok: there was some; would_block: there was
    /// nothing; closed: the server sent close_notify; failed: see failure(), also for a close_notify that is most
    /// likely about the client certificate. Precondition: handshake() returned ok.
    [[nodiscard]] Status decrypt(Buffer& plaintext);

    /// Encrypts all of it into outgoing(). Precondition: handshake() returned ok.
    [[nodiscard]] Status encrypt(std::string_view plaintext);

    /// Appends close_notify to outgoing(), once.
    void close();

    /// Takes note that the other end has closed or reset the connection. closed: it had sent close_notify before.
    /// failed: failure() says what the end means at this point; once the server has accepted the client, that is `loss`
    /// itself.
    Status truncated(Failure loss = Failure(Errc::connection_truncated));
    /// Takes note that the network failed: this says nothing about the client certificate.
    Status broken(Failure loss);

    [[nodiscard]] Buffer& incoming() noexcept;
    [[nodiscard]] Buffer& outgoing() noexcept;
    [[nodiscard]] const Failure& failure() const noexcept;

    /// Returns the warning about a trusted server: its certificate expires soon. Empty: no warning.
    [[nodiscard]] const std::string& warning() const noexcept;

    /// Says whether the server was offered a session of an earlier connection; it may have declined.
    [[nodiscard]] bool offered_session() const noexcept;
    /// Keeps the server's ticket for the next connection, if sessions are kept. Call it once the connection ends in
    /// order.
    void keep_session();
    /// Says why no session could be read or kept; empty: nothing is wrong.
    [[nodiscard]] std::string session_trouble() const;

    /// Says what the server has asked for and what was sent of the client certificate so far.
    [[nodiscard]] ClientCertificate client_certificate() const;

    /// Describes the connection for the log: "TLSv1.3 TLS_AES_256_GCM_SHA384", with ", resumed" or, if sessions are
    /// kept,
    /// ", new". Precondition: handshake() returned ok.
    [[nodiscard]] std::string description() const;

    /// See tls/lifetime.hpp. Precondition: handshake() returned ok.
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point> usable_until() const;

    /// Reports what was negotiated so far, even if the handshake failed. Nothing: the server has not answered.
    [[nodiscard]] std::optional<Report> report() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::tls
