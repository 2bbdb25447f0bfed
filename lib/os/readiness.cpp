// SPDX-License-Identifier: Apache-2.0
#include "os/readiness.hpp"

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

#include "os/exit_status.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"
#include "os/standard_descriptors.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::os {

namespace {

constexpr std::string_view ready_line = "ready\n";

Failure cannot(std::string_view action) {
    const int error = errno;
    return {Errc::output_failed, fmt::format("cannot {}: {}", action, os::system_reason(error))};
}

/// Writes all of it; returns false on failure, with the reason in errno. A partial write tells the reason only when the
/// rest is refused.
bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Creates a file that nobody sees before it is complete.
Result<> create(const std::string& path, const std::string& content) {
    const std::string action = fmt::format("create {}", escape(path));
    const std::string unfinished = fmt::format("{}.{}", path, ::getpid());
    OpenFile file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file.is_open()) return cannot(action);
    const bool written = write_all(file.get(), content);
    file.close();
    if (written && ::rename(unfinished.c_str(), path.c_str()) == 0) return {};
    Failure failure = cannot(action);
    ::unlink(unfinished.c_str());
    return failure;
}

/// Sends a datagram to the service manager, as sd_notify(3) describes it: to a path, or after '@' a name without a
/// file.
Result<> notify(std::string_view name, std::string_view state) {
    const std::string action = fmt::format("send {} to NOTIFY_SOCKET={}", state, escape(name));
    sockaddr_un address{};
    const socklen_t size = local_address(name, address);
    if (size == 0) return cannot(action);
    const OpenFile socket(make_socket(AF_UNIX, SOCK_DGRAM));
    if (!socket.is_open()) return cannot(action);
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    if (::sendto(socket.get(), state.data(), state.size(), 0, to, size) < 0) return cannot(action);
    return {};
}

/// Waits until the child is ready, or has ended.
int wait_for(const OpenFile& readiness, pid_t child) {
    std::array<char, ready_line.size()> line{};
    ssize_t count = 0;
    do {
        count = ::read(readiness.get(), line.data(), line.size());
    } while (count < 0 && errno == EINTR);
    if (count > 0) return 0;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return exit_status_of(status);
}

}  // namespace

Readiness::Readiness(const ReadinessSettings& settings) : settings_(settings) {
    for (const int descriptor : settings_.descriptors)
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    if (!settings_.file.empty()) ::unlink(settings_.file.c_str());
}

Result<> Readiness::announce() const {
    if (settings_.background) ::setsid();
    if (!settings_.file.empty()) {
        if (Result<> created = create(settings_.file, fmt::format("{}\n", ::getpid())); !created) return created;
    }
    for (const int descriptor : settings_.descriptors) {
        const OpenFile reader_waits(descriptor);  // until it is closed
        if (!write_all(descriptor, ready_line))
            return cannot(fmt::format("write \"ready\" to descriptor {}", descriptor));
    }
    return {};
}

Result<> notify_service_manager(std::string_view state) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    return name == nullptr || *name == '\0' ? Result<>() : notify(name, state);
}

Result<std::optional<int>> enter_background(ReadinessSettings& settings) {
    std::array<int, 2> ends{};
    if (!make_pipe(ends)) return cannot("go to the background");
    OpenFile reader(ends[0]);
    OpenFile writer(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return cannot("go to the background");
    if (child > 0) {
        writer.close();
        return std::optional<int>(wait_for(reader, child));
    }
    reader.close();
    empty_standard_input();
    settings.descriptors.push_back(writer.release());
    return std::optional<int>();
}

}  // namespace mqtts::os
