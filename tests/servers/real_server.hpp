// SPDX-License-Identifier: Apache-2.0
// A server as other people wrote it, on a port of 127.0.0.1, for the life of its object.
//
//     RealServer server({.program = "gnutls-serv", .package = "gnutls-bin", .arguments = [&](const Site& site) { … }});
//     run({.arguments = mqtts_pub({"-h", "localhost", "-p", server.port(), …})});
//
// Where the program is not installed the whole test program ends with exit status 77, which ctest reports as skipped.
// So each server has its own test: name the test cases "SERVER: …", and SERVER in CMakeLists.txt.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "integration/programs.hpp"
#include "support/server_process.hpp"

namespace mqtts::test {

/// Where it runs.
struct Site {
    const TemporaryDirectory& directory;
    std::string port;
};

struct RealServerSettings {
    std::string program;  // looked up in PATH
    std::string package;  // of Debian, for whoever has not got it
    /// The arguments of the program; files may be written into the site's directory.
    std::function<Words(const Site& site)> arguments;
    Words environment = {};
    std::string port = {};  // empty: a free one
};

class RealServer {
public:
    /// Returns when it accepts connections. Throws when it ends before, with its log.
    explicit RealServer(const RealServerSettings& settings);

    [[nodiscard]] const std::string& port() const noexcept { return port_; }
    /// SIGTERM, and its orderly end.
    void stop() { process_->stop(); }

private:
    TemporaryDirectory directory_;
    std::string port_;
    std::unique_ptr<ServerProcess> process_;
};

}  // namespace mqtts::test
