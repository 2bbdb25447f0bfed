// SPDX-License-Identifier: Apache-2.0
#include "client/retry.hpp"

#include <algorithm>
#include <utility>

#include "base/entropy.hpp"

namespace mqtts::client {

bool retry_can_cure(Errc error) noexcept {
    return describe(error).retryable;
}

bool another_host_can_cure(Errc error) noexcept {
    return retry_can_cure(error) || error == Errc::proxy_refused;
}

bool hung_up(Errc error) noexcept {
    return error == Errc::connection_lost || error == Errc::connection_truncated || is_about_certificate(error);
}

bool is_about_certificate(Errc error) noexcept {
    return error == Errc::closed_without_client_certificate || error == Errc::closed_on_client_certificate;
}

std::chrono::milliseconds Backoff::next() {
    if (!random_) random_.emplace(settings_.seed ? *settings_.seed : entropy()());
    const auto longest = std::exchange(longest_, std::min(longest_ * 2, settings_.longest));
    return std::chrono::milliseconds(std::uniform_int_distribution(longest.count() / 2, longest.count())(*random_));
}

}  // namespace mqtts::client
