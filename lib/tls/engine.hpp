// SPDX-License-Identifier: Apache-2.0
// The client side of TLS between two buffers, without a socket.
//
//     network ──► incoming() ──► decrypt(plaintext) ──►
//     network ◄── outgoing() ◄── encrypt(plaintext) ◄──
//
// The driver appends what it received to incoming() and sends what stands in outgoing(). Because memory always takes
// what is written, encrypt() never has to be repeated, and any number of messages share records of 16 KiB and one send.
// The server is verified (chain, validity, name) before handshake() returns ok; no plaintext is taken or given earlier.
#pragma once

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
    /// Of plaintext in one record, at most.
    static constexpr std::size_t largest_record = sizes::tls_record;

    /// `host`: the name, or IP literal, that the server's certificate must have, unless the settings expect another. A
    /// name is also sent as SNI. `destination`: where the connection goes, if the settings have sessions kept: one that
    /// is kept for there is offered. Empty: none is offered, and none kept. `context` must outlive the engine, and stay
    /// where it is.
    Engine(const Context& context, const std::string& host, const std::string& destination = {});
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;
    ~Engine();

    /// ok: done; the last flight may still stand in outgoing(), where the first encrypt() joins it.
    /// would_block: send outgoing(), receive more. failed: failure(); an alert for the server may stand in outgoing().
    [[nodiscard]] Status handshake();

    /// Appends the plaintext of every complete record in incoming(). ok: there was some; would_block: there was none;
    /// closed: the server sent close_notify; failed: failure(), also for a close_notify that is most likely about our
    /// certificate. Precondition: handshake() returned ok.
    [[nodiscard]] Status decrypt(Buffer& plaintext);

    /// Encrypts all of it into outgoing(). Precondition: handshake() returned ok.
    [[nodiscard]] Status encrypt(std::string_view plaintext);

    /// Appends close_notify to outgoing(), once.
    void close();

    /// The other end has closed or reset the connection. closed: it had sent close_notify before. failed: failure()
    /// says what the end means at this point, which is `loss` itself once the server has let us in.
    Status truncated(Failure loss = Failure(Errc::connection_truncated));
    /// The same, of the network between us: nobody says anything about our certificate with it.
    Status broken(Failure loss);

    [[nodiscard]] Buffer& incoming() noexcept;
    [[nodiscard]] Buffer& outgoing() noexcept;
    [[nodiscard]] const Failure& failure() const noexcept;

    /// What to tell people about the server although it is trusted: its certificate ends soon. Empty: nothing.
    [[nodiscard]] const std::string& warning() const noexcept;

    /// The server was offered a session of an earlier connection, whatever it made of that.
    [[nodiscard]] bool offered_session() const noexcept;
    /// Keeps what the server gave for the next connection, if sessions are kept. Once the connection ends in order.
    void keep_session();
    /// Why no session could be kept or looked for; empty: nothing is wrong.
    [[nodiscard]] std::string session_trouble() const;

    /// What was asked for and sent of our own certificate, so far.
    [[nodiscard]] ClientCertificate client_certificate() const;

    /// For the log: "TLSv1.3 TLS_AES_256_GCM_SHA384", and ", resumed" or, if sessions are kept, ", new". Precondition:
    /// handshake() returned ok.
    [[nodiscard]] std::string description() const;

    /// What was negotiated so far, even if the handshake failed. Nothing: the server has not even answered.
    [[nodiscard]] std::optional<Report> report() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::tls
