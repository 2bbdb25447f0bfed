// SPDX-License-Identifier: Apache-2.0
#include "servers/real_server.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "support/listener.hpp"

namespace mqtts::test {

namespace {

constexpr int attempts_to_start = 5;

/// Servers are where root looks for programs.
Words with_path_of_root(Words environment) {
    const char* path = std::getenv("PATH");
    environment.push_back(std::string("PATH=") + (path != nullptr ? path : "/usr/bin:/bin") + ":/usr/sbin");
    return environment;
}

void require_installed(const RealServerSettings& settings) {
    const Outcome found =
        run({.arguments = {"sh", "-c", "command -v \"$0\"", settings.program}, .environment = with_path_of_root({})});
    if (found.status == 0) return;
    std::printf("skipped: %s is not there (apt install %s)\n", settings.program.c_str(), settings.package.c_str());
    std::exit(skipped_status);
}

}  // namespace

RealServer::RealServer(const RealServerSettings& settings) {
    require_installed(settings);
    for (int attempt = 1;; ++attempt) {
        port_ = settings.port.empty() ? std::to_string(free_port()) : settings.port;
        Words words = settings.arguments({directory_, port_});
        words.insert(words.begin(), settings.program);
        process_ = std::make_unique<ServerProcess>(ServerCommand{.arguments = std::move(words),
                                                                 .environment = with_path_of_root(settings.environment),
                                                                 .directory = directory_.path(),
                                                                 .log_file = directory_.path() + "/log"});
        if (process_->accepts_at(static_cast<std::uint16_t>(std::stoi(port_)))) return;
        if (attempt == attempts_to_start) throw std::runtime_error(settings.program + " ended:\n" + process_->log());
    }
}

}  // namespace mqtts::test
