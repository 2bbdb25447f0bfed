// SPDX-License-Identifier: Apache-2.0
// A connection to the server: socket, TLS and perhaps a WebSocket together, as a stream of plaintext.
//
// open() is a coroutine; receive() and send() never wait: they do what can be done now, a buffer of work at a time, and
// the caller awaits readable() or writable() when they say would_block. One channel is one connection: make a new one
// to connect again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.hpp"
#include "base/buffer.hpp"
#include "base/error.hpp"
#include "base/sizes.hpp"
#include "base/status.hpp"
#include "net/endpoint.hpp"
#include "net/open_times.hpp"
#include "tls/client_certificate.hpp"
#include "tls/context.hpp"
#include "tls/report.hpp"

namespace mqtts::transport {

class Channel {
public:
    /// What stands encrypted and unsent, at most: beyond it send() takes no more plaintext.
    static constexpr std::size_t high_water = sizes::unsent_records;

    /// `context` must outlive the channel.
    Channel(const boost::asio::any_io_executor& executor, const tls::Context& context);
    ~Channel();

    /// Resolves the name, tries each address in turn, shakes hands, and asks for the WebSocket if there is to be one.
    /// The failure names host and port, each address tried with its error, or what TLS or the HTTP server refused.
    /// Without WebSocket the handshake's last flight is not sent yet: the first send() joins it, so CONNECT rides
    /// along. Cancellation (a deadline) closes the socket; phase() then says what had not answered.
    Awaitable<Result<>> open(net::Endpoint endpoint, net::Route route = {});

    /// Receives at most once and decrypts what is there, appending to `plaintext`. ok: there may be more, and this time
    /// there may have been none, as TLS has records of its own. would_block: socket and engine are both dry.
    [[nodiscard]] Status receive(Buffer& plaintext);

    enum class Send {
        all,      // now: nothing follows soon
        records,  // the next piece follows: what does not fill a block of high_water bytes is encrypted, and stays here
        blocks    // more follows: and what does not fill a TLS record stays in `plaintext`
    };
    /// Encrypts from `plaintext`, removing that from it, and sends what the kernel takes. ok: everything that is to
    /// leave is with the kernel; would_block: the kernel is full and something is left in `plaintext` or in here.
    /// closed, failed: the connection is over; what the server said before that can still be received.
    [[nodiscard]] Status send(std::string_view& plaintext, Send what = Send::all);

    /// Complete when the socket is ready or broken; the next receive() or send() tells which. readable() is false when
    /// it was cancelled.
    Awaitable<bool> readable();
    Awaitable<> writable();

    /// The caller will not wait for readable() for a moment: until it does, what arrives wakes nobody.
    void let_gather() noexcept;

    /// Ends in order: sends what is left, a WebSocket's Close, close_notify, waits briefly for the server's unless it
    /// is to end `at_once`, closes the socket. Cancellation closes at once. Without close() the destructor just drops
    /// the connection. true: all has left, and unless it was to end `at_once`, the server has ended the connection in
    /// its turn, so it has read all.
    Awaitable<bool> close(bool at_once = false);

    [[nodiscard]] const Failure& failure() const noexcept;
    /// What open() is or was doing, for the message of a deadline: "looking up the name", "connecting to 192.0.2.1",
    /// "shaking hands (TLS)", "asking for a WebSocket"; once open, "talking TLS" or "talking WebSocket".
    [[nodiscard]] std::string_view phase() const noexcept;
    /// What to tell people about the server although it is trusted; empty: nothing. Once open.
    [[nodiscard]] const std::string& warning() const noexcept;
    /// Whether the server asked for a client certificate, and what it got, even if open() failed.
    [[nodiscard]] tls::ClientCertificate client_certificate() const;
    /// Why no TLS session could be looked for, or after close() be kept, although the settings want it; empty: nothing
    /// is wrong. Nothing but speed depends on it.
    [[nodiscard]] std::string session_trouble() const;
    /// "192.0.2.1:8883, TLSv1.3 TLS_AES_256_GCM_SHA384", and ", WebSocket /mqtt"; once open.
    [[nodiscard]] std::string description() const;
    /// "192.0.2.1:8883"; once open.
    [[nodiscard]] std::string address() const;
    /// What TLS negotiated, even if open() failed over it. Nothing: there was no answer in TLS.
    [[nodiscard]] std::optional<tls::Report> tls_report() const;
    /// To the other end of the connection, which may be a proxy, and back, at best; 0: not known. Once open.
    [[nodiscard]] std::chrono::microseconds round_trip() const noexcept;
    /// How far open() came, and when.
    [[nodiscard]] const net::OpenTimes& times() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::transport
