// SPDX-License-Identifier: Apache-2.0
#include "servers/real_server.hpp"

#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "support/listener.hpp"

namespace mqtts::test {

namespace {

constexpr int attempts_to_start = 5;

bool is_installed(const std::string& program) {
    return run({.arguments = {"sh", "-c", "PATH=$PATH:/usr/sbin command -v \"$0\"", program}}).status == 0;
}

}  // namespace

void require_installed(const std::string& program, const std::string& package) {
    if (is_installed(program)) return;
    std::printf("skipped: %s is not there (apt install %s)\n", program.c_str(), package.c_str());
    std::exit(skipped_status);
}

RealServer::RealServer(const RealServerSettings& settings) {
    require_installed(settings.program, settings.package);
    for (int attempt = 1;; ++attempt) {
        const std::uint16_t port = free_port();
        port_ = std::to_string(port);
        Words words = settings.arguments({directory_, port_});
        words.insert(words.begin(), settings.program);
        Words environment = settings.environment;
        environment.push_back(std::string("PATH=") + std::getenv("PATH") + ":/usr/sbin");
        process_ = std::make_unique<ServerProcess>(ServerCommand{.arguments = std::move(words),
                                                                 .environment = std::move(environment),
                                                                 .directory = directory_.path(),
                                                                 .log_file = directory_.path() + "/log"});
        if (process_->accepts_at(port)) return;
        if (attempt == attempts_to_start) throw std::runtime_error(settings.program + " ended:\n" + log());
    }
}

}  // namespace mqtts::test
