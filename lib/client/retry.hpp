// Which errors another attempt can cure, and how long to wait before it.
#pragma once

#include <chrono>
#include <random>

#include "base/error.hpp"

namespace mqtts::client {

/// A lost connection, or a server that cannot be reached or is busy, may be back in a moment. A refusal (certificate,
/// credentials, authorization, version), a session taken over and a broken protocol will be the same next time.
[[nodiscard]] bool retry_can_cure(Errc error) noexcept;

/// Waits between attempts: from 0.5 s, doubling to 30 s, each shortened at random by up to a half so that the clients
/// of a server that restarts do not come back all at once.
class Backoff {
public:
    explicit Backoff(std::uint_fast32_t seed) : random_(seed) {}

    [[nodiscard]] std::chrono::milliseconds next();
    void reset() noexcept { longest_ = first; }

private:
    static constexpr std::chrono::milliseconds first{500};
    static constexpr std::chrono::milliseconds last{30'000};

    std::minstd_rand random_;
    std::chrono::milliseconds longest_ = first;
};

}  // namespace mqtts::client
