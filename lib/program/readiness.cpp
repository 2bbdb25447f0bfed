// SPDX-License-Identifier: Apache-2.0
#include "program/readiness.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts {

namespace {

constexpr std::string_view ready_line = "ready\n";

Failure cannot(std::string_view action) {
    const int error = errno;
    return {Errc::output_failed, fmt::format("cannot {}: {}", action, system_reason(error))};
}

Result<> write_to(int descriptor, std::string_view text) {
    ssize_t written = 0;
    do {
        written = ::write(descriptor, text.data(), text.size());
    } while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(text.size())) return {};
    return cannot(fmt::format("say on descriptor {} that the subscriptions are ready", descriptor));
}

/// Nobody sees the file before it is complete.
Result<> create(const std::string& path, const std::string& content) {
    const std::string action = fmt::format("create {}", escape(path));
    const std::string unfinished = fmt::format("{}.{}", path, ::getpid());
    const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return cannot(action);
    Result<> written = write_to(file, content);
    ::close(file);
    if (written && ::rename(unfinished.c_str(), path.c_str()) != 0) written = cannot(action);
    if (!written) ::unlink(unfinished.c_str());
    return written;
}

/// A datagram to the service manager, as sd_notify(3) describes it: a path, or after '@' a name without a file.
Result<> notify(std::string_view name, std::string_view state) {
    const std::string action = fmt::format("send {} to NOTIFY_SOCKET={}", state, escape(name));
    sockaddr_un address{};
    const socklen_t size = os::local_address(name, address);
    if (size == 0) return cannot(action);
    const int socket = os::make_socket(AF_UNIX, SOCK_DGRAM);
    if (socket < 0) return cannot(action);
    const ssize_t sent =
        ::sendto(socket, state.data(), state.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
    Result<> result = sent < 0 ? Result<>(cannot(action)) : Result<>();
    ::close(socket);
    return result;
}

/// The variable may be meant for another program further up: not to reach that one is worth a warning, no more.
void notify_service_manager(const Log& log, std::string_view state) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    if (name == nullptr || *name == '\0') return;
    if (const Result<> sent = notify(name, state); !sent) log.warning(sent.error().what);
}

/// Until the child is ready, or has ended.
int wait_for(int readiness, pid_t child) {
    std::array<char, ready_line.size()> line{};
    ssize_t count = 0;
    do {
        count = ::read(readiness, line.data(), line.size());
    } while (count < 0 && errno == EINTR);
    if (count > 0) return 0;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    constexpr int signal_base = 128;
    return WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
}

}  // namespace

Readiness::Readiness(const cli::ReadinessSettings& settings, const Log& log) : settings_(settings), log_(log) {
    for (const int descriptor : settings_.descriptors)
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    if (!settings_.file.empty()) ::unlink(settings_.file.c_str());
}

Result<> Readiness::announce() {
    if (settings_.background) ::setsid();
    if (!settings_.file.empty()) {
        if (Result<> created = create(settings_.file, fmt::format("{}\n", ::getpid())); !created) return created;
    }
    for (const int descriptor : settings_.descriptors) {
        if (Result<> written = write_to(descriptor, ready_line); !written) return written;
        ::close(descriptor);
    }
    notify_service_manager(log_, "READY=1");
    return {};
}

void Readiness::retract() const {
    notify_service_manager(log_, "STOPPING=1");
}

Result<std::optional<int>> enter_background(cli::ReadinessSettings& settings) {
    std::array<int, 2> ends{};
    if (!os::make_pipe(ends)) return cannot("go to the background");
    const auto [reader, writer] = ends;
    const pid_t child = ::fork();
    if (child < 0) return cannot("go to the background");
    if (child > 0) {
        ::close(writer);
        return std::optional<int>(wait_for(reader, child));
    }
    ::close(reader);
    if (const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC); nothing >= 0) {
        ::dup2(nothing, STDIN_FILENO);
        ::close(nothing);
    }
    settings.descriptors.push_back(writer);
    return std::optional<int>();
}

}  // namespace mqtts
