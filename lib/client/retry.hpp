// SPDX-License-Identifier: Apache-2.0
// Tells which errors another attempt can cure, and how long to wait before it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "base/error.hpp"

namespace mqtts::client {

/// Tells whether another attempt can cure the error. A lost connection, or a server that cannot be reached or is busy,
/// may be back in a moment. A refusal (certificate, credentials, authorization, version), a session taken over and a
/// broken protocol will be the same next time. base/error_table.hpp has a column for this.
[[nodiscard]] bool retry_can_cure(Errc error) noexcept;

/// Tells whether trying the next host can cure the error. A proxy may refuse one host and not another.
[[nodiscard]] bool another_host_can_cure(Errc error) noexcept;

/// Tells whether the other end, or the network, closed the connection without a reason, though there may be a likely
/// one.
[[nodiscard]] bool hung_up(Errc error) noexcept;

/// Tells whether it did so and our certificate is the likely reason.
[[nodiscard]] bool is_about_certificate(Errc error) noexcept;

/// The waits between attempts to connect: they double, and each is shortened at random by up to a half, so that the
/// clients of a restarted server do not come back all at once.
struct BackoffSettings {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{30'000};
    /// Makes the waits repeatable, for tests. Nothing: the kernel is asked for a seed at the first wait.
    std::optional<std::uint_fast32_t> seed = {};
};

/// Decides how long to wait before each attempt.
class Backoff {
public:
    explicit Backoff(const BackoffSettings& settings) : settings_(settings), longest_(settings.first) {}

    [[nodiscard]] std::chrono::milliseconds next();
    void reset() noexcept { longest_ = settings_.first; }

private:
    BackoffSettings settings_;
    std::optional<std::minstd_rand> random_;
    std::chrono::milliseconds longest_;  // of the next wait, before it is shortened
};

}  // namespace mqtts::client
