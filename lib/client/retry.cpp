// SPDX-License-Identifier: Apache-2.0
#include "client/retry.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::client {

bool retry_can_cure(Errc error) noexcept {
    switch (error) {
        case Errc::name_not_found:
        case Errc::connection_refused:
        case Errc::unreachable:
        case Errc::connect_timeout:
        case Errc::proxy_failed:
        case Errc::tls_closed:
        case Errc::server_unavailable:
        case Errc::connection_lost:
        case Errc::connection_truncated:
        case Errc::keep_alive_timeout:
            return true;
        default:
            return false;
    }
}

bool hung_up(Errc error) noexcept {
    return error == Errc::connection_lost || error == Errc::connection_truncated;
}

std::chrono::milliseconds Backoff::next() {
    const auto longest = std::exchange(longest_, std::min(longest_ * 2, settings_.longest));
    return std::chrono::milliseconds(std::uniform_int_distribution(longest.count() / 2, longest.count())(random_));
}

}  // namespace mqtts::client
