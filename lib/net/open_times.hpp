// SPDX-License-Identifier: Apache-2.0
// When a connection reached which step on its way.
#pragma once

#include <chrono>
#include <optional>

namespace mqtts::net {

/// A step that was not reached has no time. Through a proxy the name is that of the proxy, and connecting includes what
/// the proxy does.
struct OpenTimes {
    using Moment = std::chrono::steady_clock::time_point;

    Moment started;
    std::optional<Moment> resolved;   // the name is known
    std::optional<Moment> connected;  // TCP
    std::optional<Moment> secured;    // TLS
};

}  // namespace mqtts::net
