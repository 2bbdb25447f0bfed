// SPDX-License-Identifier: Apache-2.0
// Connects to the server: socket, TLS and perhaps a WebSocket together are a stream of plaintext.
//
// open() is a coroutine. receive() and send() never wait: they do what is possible now, a buffer of work at a time;
// when they return would_block, the caller awaits readable() or writable(). A channel is one connection: make a new one
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
    /// The limit of encrypted and unsent bytes: beyond it send() takes no more plaintext.
    static constexpr std::size_t high_water = sizes::unsent_records;

    /// `context` must outlive the channel.
    Channel(const boost::asio::any_io_executor& executor, const tls::Context& context);
    ~Channel();

    /// Resolves the name, tries each address in turn, does the TLS handshake, and requests the WebSocket if the
    /// endpoint has one. The failure names host and port, each address tried with its error, or why TLS or the HTTP
    /// server refused. Without WebSocket the handshake's last flight is not sent yet: the first send() sends it
    /// together with CONNECT. Cancellation (a deadline) closes the socket; phase() then says what had not answered.
    Awaitable<Result<>> open(net::Endpoint endpoint, net::Route route = {});

    /// Receives at most once, decrypts what is there, and appends it to `plaintext`. ok: there may be more; perhaps
    /// nothing was appended, as TLS has records of its own. would_block: socket and engine are both empty.
    [[nodiscard]] Status receive(Buffer& plaintext);

    enum class Send {
        all,      // send now: nothing follows soon
        records,  // the next piece follows: encrypt all, and keep what does not fill a block of high_water bytes here
        blocks    // more follows: also leave what does not fill a TLS record in `plaintext`
    };
    /// Removes plaintext from the front of `plaintext`, encrypts it, and sends what the kernel takes. ok: the kernel
    /// has everything that is to be sent; would_block: the kernel is full, and `plaintext` or the channel still holds
    /// something. closed, failed: the connection is over; earlier data of the server can still be received.
    [[nodiscard]] Status send(std::string_view& plaintext, Send what = Send::all);

    /// Wait until the socket is ready or broken; the next receive() or send() tells which. readable() returns false
    /// when it was cancelled.
    Awaitable<bool> readable();
    Awaitable<> writable();

    /// Says that the caller will not wait for readable() for a moment: until it does, arriving data wakes nobody.
    void let_gather() noexcept;

    /// Ends the connection in order: sends what is left, a WebSocket's Close, and close_notify, waits briefly for the
    /// server's close_notify unless `at_once`, and closes the socket. Cancellation closes at once. Without close() the
    /// destructor just drops the connection. true: all was sent, and unless `at_once` the server has ended the
    /// connection too, so it has read everything.
    Awaitable<bool> close(bool at_once = false);

    [[nodiscard]] const Failure& failure() const noexcept;
    /// Says what open() is or was doing, for the message of a deadline: "looking up the name", "connecting to
    /// 192.0.2.1", "waiting for the TLS handshake", "asking for a WebSocket"; once open, "talking TLS" or "talking
    /// WebSocket".
    [[nodiscard]] std::string_view phase() const noexcept;
    /// Returns the warning about a trusted server; empty: no warning. Once open.
    [[nodiscard]] const std::string& warning() const noexcept;
    /// Says whether the server asked for a client certificate, and what it got, even if open() failed.
    [[nodiscard]] tls::ClientCertificate client_certificate() const;
    /// Says why no TLS session could be read, or after close() be kept, although the settings want it; empty: nothing
    /// is wrong. Only speed depends on it.
    [[nodiscard]] std::string session_trouble() const;
    /// Returns "192.0.2.1:8883, TLSv1.3 TLS_AES_256_GCM_SHA384", perhaps with ", WebSocket /mqtt"; once open.
    [[nodiscard]] std::string description() const;
    /// Returns "192.0.2.1:8883"; once open.
    [[nodiscard]] std::string address() const;
    /// Reports what TLS negotiated, even if open() failed. Nothing: the server did not answer in TLS.
    [[nodiscard]] std::optional<tls::Report> tls_report() const;
    /// Returns until when the connection may be used as if it were new, see tls/lifetime.hpp. Nothing: no date decides.
    /// Once open.
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point> usable_until() const;
    /// Returns the shortest round trip to the other end of the connection, which may be a proxy; 0: not known. Once
    /// open.
    [[nodiscard]] std::chrono::microseconds round_trip() const noexcept;
    /// Says which steps open() completed, and when.
    [[nodiscard]] const net::OpenTimes& times() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::transport
