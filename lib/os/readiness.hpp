// SPDX-License-Identifier: Apache-2.0
// Tells those who wait for it that every subscription was granted: --ready-fd, --ready-file, --background, systemd.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mqtts::os {

/// Who is told, and how.
struct ReadinessSettings {
    std::vector<int> descriptors;  // --ready-fd
    std::string file;              // --ready-file
    bool background = false;       // --background: go on in a process of one's own
};

class Readiness {
public:
    /// A file that tells of an earlier run goes; programs that we start do not get the descriptors. `settings` must
    /// outlive the object.
    explicit Readiness(const ReadinessSettings& settings);

    /// We are ready. Leaves the terminal, in the background; creates the file, whole at once, with our process id in
    /// it; writes "ready" to the descriptors, and closes them. To be called once. Failure (output_failed): somebody
    /// waits in vain.
    [[nodiscard]] Result<> announce() const;

private:
    const ReadinessSettings& settings_;
};

/// Sends "READY=1" or "STOPPING=1" to $NOTIFY_SOCKET, if there is one. Failure (output_failed): it is not reached. The
/// variable may be meant for another program further up, so that is worth a line for -d, no more.
[[nodiscard]] Result<> notify_service_manager(std::string_view state);

/// Makes two processes of this one. In the parent: the exit status to end with, once the child is ready (0) or has
/// ended (its own status). In the child: nothing, and `settings` such that announce() tells the parent.
[[nodiscard]] Result<std::optional<int>> enter_background(ReadinessSettings& settings);

}  // namespace mqtts::os
