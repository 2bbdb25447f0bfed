// SPDX-License-Identifier: Apache-2.0
// Tells those who wait for it that every subscription was granted: --ready-fd, --ready-file, --background, systemd.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"

namespace mqtts {

class Readiness {
public:
    /// A file that tells of an earlier run goes. Both must outlive the object.
    Readiness(const cli::ReadinessSettings& settings, const Log& log);

    /// We are ready. Writes "ready" to the descriptors, and closes them; creates the file, whole at once, with our
    /// process id in it; leaves the terminal, in the background; sends READY=1 to $NOTIFY_SOCKET. Failure
    /// (output_failed): somebody waits in vain.
    Result<> announce();

    /// We end. Sends STOPPING=1 to $NOTIFY_SOCKET.
    void retract() const;

private:
    const cli::ReadinessSettings& settings_;
    const Log& log_;
};

/// Makes two processes of this one. In the parent: the exit status to end with, once the child is ready (0) or has
/// ended (its own status). In the child: nothing, and `settings` such that announce() tells the parent.
Result<std::optional<int>> enter_background(cli::ReadinessSettings& settings);

}  // namespace mqtts
