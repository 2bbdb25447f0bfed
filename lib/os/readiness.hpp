// SPDX-License-Identifier: Apache-2.0
// Tells waiting programs that every subscription is granted: --ready-fd, --ready-file, --background, systemd.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mqtts::os {

/// How to tell it, and to whom.
struct ReadinessSettings {
    std::vector<int> descriptors;  // --ready-fd
    std::string file;              // --ready-file
    bool background = false;       // --background: go on in another process
};

class Readiness {
public:
    /// Removes the file of an earlier run; keeps the descriptors from programs that we start. `settings` must outlive
    /// the object.
    explicit Readiness(const ReadinessSettings& settings);

    /// Tells that we are ready: leaves the terminal, in the background; creates the file, complete from the start, with
    /// our process id in it; writes "ready" to the descriptors, and closes them. Call it once. Fails (output_failed)
    /// when a waiting program cannot be told.
    [[nodiscard]] Result<> announce() const;

private:
    const ReadinessSettings& settings_;
};

/// Sends "READY=1" or "STOPPING=1" to $NOTIFY_SOCKET, if it is set. Fails (output_failed) when it is not reached; the
/// variable may be meant for another program further up, so that is worth only a line of -d.
[[nodiscard]] Result<> notify_service_manager(std::string_view state);

/// Forks. Returns in the parent the exit status to end with, once the child is ready (0) or has ended (its own status).
/// Returns in the child nothing, and changes `settings` so that announce() tells the parent.
[[nodiscard]] Result<std::optional<int>> enter_background(ReadinessSettings& settings);

}  // namespace mqtts::os
