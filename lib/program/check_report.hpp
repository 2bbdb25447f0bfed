// SPDX-License-Identifier: Apache-2.0
// The findings of --check, for people and as JSON.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "net/open_times.hpp"
#include "session/limits.hpp"
#include "session/session.hpp"
#include "tls/report.hpp"

namespace mqtts::program {

/// The grants in CONNACK.
struct Granted {
    wire::ProtocolVersion version{};
    session::Limits limits;
    std::string client_identifier;  // in force: ours or assigned by the broker; escaped
};

struct CheckReport {
    using Moment = std::chrono::steady_clock::time_point;

    std::string server;   // "host:port", escaped; empty: the command line names no host
    std::string address;  // "192.0.2.1:8883"; empty: no address was reached
    net::OpenTimes times;
    bool websocket = false;
    std::optional<Moment> opened;     // TLS, and the WebSocket if there is one
    std::optional<Moment> connected;  // CONNACK
    std::optional<Moment> published;  // the message of --check-topic
    std::optional<Moment> returned;
    std::optional<tls::Report> tls;
    std::optional<Granted> granted;
};

/// Returns lines, each ended by a newline: only what was found out. The last one says "ok", or why the check failed.
[[nodiscard]] std::string to_text(const CheckReport& report, const Result<>& result);

/// Returns an object in one line: "ok", "host", "address", "milliseconds" (of each step), "tls", "mqtt", and for a
/// failure "error", like a line of --log-format json.
[[nodiscard]] std::string to_json(const CheckReport& report, const Result<>& result);

}  // namespace mqtts::program
