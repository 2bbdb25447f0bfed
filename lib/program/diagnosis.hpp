// SPDX-License-Identifier: Apache-2.0
// What is told about the work beside the work: --tls-report, --stats, and the progress at a terminal.
#pragma once

#include <chrono>

#include "client/observer.hpp"
#include "client/publisher.hpp"
#include "program/program.hpp"

namespace mqtts {

class Diagnosis final : public client::Observer {
public:
    /// `program` must outlive it.
    explicit Diagnosis(const Program& program);

    /// For client::Settings; nothing: no option asks for it.
    [[nodiscard]] client::Observer* observer() noexcept;
    /// Beside a publisher's work that takes longer: how far it is, once a second, if standard error is a terminal that
    /// nobody types at. Never ends by itself: it is cancelled with the client's run.
    Awaitable<Result<>> show_progress(const client::Client& client, client::Publisher& publisher);
    /// The work is over, well or not.
    void conclude(const client::Client& client) const;

private:
    using Clock = std::chrono::steady_clock;

    void opened(const client::Connection& connection) override;
    void connected(const session::Connected&, const session::Session&) override {}

    const cli::Settings& settings_;
    const Log& log_;
    Clock::time_point started_ = Clock::now();
};

}  // namespace mqtts
