// SPDX-License-Identifier: Apache-2.0
// Records when a connection reached each step.
#pragma once

#include <chrono>
#include <optional>

namespace mqtts::net {

/// A step that was not reached has no time. With a proxy, the name is the proxy's, and connecting includes the proxy's
/// work.
struct OpenTimes {
    using Moment = std::chrono::steady_clock::time_point;

    Moment started;
    std::optional<Moment> resolved;   // the name was resolved
    std::optional<Moment> connected;  // TCP
    std::optional<Moment> secured;    // TLS
};

}  // namespace mqtts::net
