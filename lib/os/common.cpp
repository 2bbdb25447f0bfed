// SPDX-License-Identifier: Apache-2.0
// The parts that are the same everywhere. See os.hpp.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "os/open_file.hpp"
#include "os/os.hpp"

// POSIX leaves its declaration to the program; only glibc has declared it already.
extern "C" char** environ;  // NOLINT(readability-redundant-declaration)

namespace mqtts::os {

void OpenFile::close() noexcept {
    if (!is_open()) return;
    const int error = errno;
    ::close(release());
    errno = error;
}

void sync_names(const std::string& directory) noexcept {
    const OpenFile opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open()) static_cast<void>(::fsync(opened.get()));
}

/// Compares the device: the pipes of pipe(2) are all on one device, which no name leads to.
bool is_named_pipe(int descriptor) noexcept {
    std::array<int, 2> ends{};
    if (!make_pipe(ends)) return true;
    const OpenFile reader{ends[0]};
    const OpenFile writer{ends[1]};
    struct stat nameless {};
    struct stat status {};
    return ::fstat(reader.get(), &nameless) != 0 || ::fstat(descriptor, &status) != 0 ||
           status.st_dev != nameless.st_dev;
}

socklen_t local_address(std::string_view name, sockaddr_un& address) noexcept {
    address = {};
    address.sun_family = AF_UNIX;
    if (name.empty() || name.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return 0;
    }
    name.copy(address.sun_path, name.size());
    if (name.front() == '@') {
        errno = EAFNOSUPPORT;
        if (!has_names_without_file()) return 0;
        address.sun_path[0] = '\0';
    }
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
}

bool peer_user(int socket, uid_t& user) noexcept {
#ifdef __linux__  // portable.cpp does not help there: its C library has no getpeereid
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer) return false;
    user = peer.uid;
    return true;
#else
    gid_t group = 0;
    return ::getpeereid(socket, &user, &group) == 0;
#endif
}

char**& environment() noexcept {
    return environ;
}

namespace {

/// Returns the value of NAME=value or NAME="value" on a line of its own.
std::string value_of(std::string_view name, std::string_view text) {
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.starts_with(name) || line.substr(name.size(), 1) != "=") continue;
        line.remove_prefix(name.size() + 1);
        if (line.size() >= 2 && line.front() == line.back() && (line.front() == '"' || line.front() == '\''))
            line = line.substr(1, line.size() - 2);
        return std::string(line);
    }
    return {};
}

}  // namespace

Release parse_release(std::string_view os_release) {
    return {.id = value_of("ID", os_release),
            .like = value_of("ID_LIKE", os_release),
            .version = std::atoi(value_of("VERSION_ID", os_release).c_str())};
}

Release release() {
    std::ifstream file("/etc/os-release");
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return parse_release(text);
}

}  // namespace mqtts::os
