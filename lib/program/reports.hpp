// SPDX-License-Identifier: Apache-2.0
// What is told of the work on standard error, where options ask for it: the TLS of each connection (--tls-report), and
// in the end what it came to (--stats).
#pragma once

#include <chrono>
#include <string>

#include "cli/settings.hpp"
#include "client/observer.hpp"
#include "client/statistics.hpp"
#include "log/log.hpp"
#include "tls/report.hpp"

namespace mqtts::program {

class Reports final : public client::Observer {
public:
    /// Both must outlive it. The work begins now.
    Reports(const cli::DiagnosisSettings& settings, const Log& log) : settings_(settings), log_(log) {}

    /// For client::Settings; nothing: no option asks for it.
    [[nodiscard]] client::Observer* observer() noexcept;
    /// A connection is there, or was refused. `server`: "host:port", escaped.
    void tell(const std::string& server, const tls::Report& report) const;
    /// The work is over, well or not: what stands in the terminal's last line about it goes.
    void conclude(const client::Statistics& statistics) const;

private:
    using Clock = std::chrono::steady_clock;

    void opened(const client::Connection& connection) override;
    void connected(const session::Connected&, const session::Session&) override {}

    const cli::DiagnosisSettings& settings_;
    const Log& log_;
    Clock::time_point started_ = Clock::now();
};

}  // namespace mqtts::program
