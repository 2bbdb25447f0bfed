// SPDX-License-Identifier: Apache-2.0
// Reports on standard error, if options ask for it: the TLS of each connection (--tls-report), and at the end the
// counts (--stats).
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
    /// Starts the clock of the work. Both must outlive it.
    Reports(const cli::DiagnosisSettings& settings, const Log& log) : settings_(settings), log_(log) {}

    /// Returns the observer for client::Settings; null: no option asks for it.
    [[nodiscard]] client::Observer* observer() noexcept;
    /// Reports a connection, also one that was refused. `server`: "host:port", escaped.
    void tell(const std::string& server, const tls::Report& report) const;
    /// Reports the counts at the end of the work, well or not, and clears the progress.
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
