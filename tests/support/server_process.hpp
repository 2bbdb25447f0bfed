// SPDX-License-Identifier: Apache-2.0
// A server of another project, run for the test: in a process group of its own, which ends with it, and with the test
// if that is killed. What it says goes to a file, as nobody has the time to read a pipe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/patience.hpp"

namespace mqtts::test {

struct ServerCommand {
    std::vector<std::string> arguments;  // the first is the program
    std::vector<std::string> environment = {};
    std::string directory;  // where it runs
    std::string log_file;   // anew at each start
};

class ServerProcess {
public:
    using Duration = std::chrono::milliseconds;
    static constexpr Duration patience = test::patience;

    explicit ServerProcess(ServerCommand command);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess();

    /// Waits until the server has logged this; throws when it ends before, or takes too long.
    void wait_for_log(std::string_view text);
    [[nodiscard]] std::string log() const;
    /// Waits until something accepts connections on this port of 127.0.0.1; false: the server ended before.
    [[nodiscard]] bool accepts_at(std::uint16_t port);

    /// To the server, not to its helpers.
    void signal(int number) const;
    /// SIGTERM, and its orderly end. SIGKILL to the whole group where that takes too long, and at the end.
    void stop();
    void kill();

private:
    [[nodiscard]] bool has_ended();

    ServerCommand command_;
    pid_t id_ = -1;
};

}  // namespace mqtts::test
