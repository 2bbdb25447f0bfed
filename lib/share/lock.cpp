// SPDX-License-Identifier: Apache-2.0
#include "share/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "os/names_in.hpp"

namespace mqtts::share {

namespace {

constexpr std::string_view suffix = ".lock";

bool is_same(const struct stat& one, const struct stat& other) noexcept {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// Tells whether the locked file still has the name: its last owner may have removed it in between.
bool has_name(const os::OpenFile& lock, int directory, const std::string& name) noexcept {
    struct stat locked {};
    struct stat named {};
    return ::fstat(lock.get(), &locked) == 0 && ::fstatat(directory, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_same(locked, named);
}

bool is_file_of_ours(const os::OpenFile& file) noexcept {
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

bool is_socket(int directory, const std::string& name) noexcept {
    struct stat status {};
    return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status.st_mode);
}

os::OpenFile failed(int error) noexcept {
    errno = error;
    return os::OpenFile(-1);
}

}  // namespace

os::OpenFile take_lock(int directory, const std::string& name) {
    for (;;) {
        os::OpenFile lock(::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                                   S_IRUSR | S_IWUSR));
        if (!lock.is_open()) return lock;
        if (!is_file_of_ours(lock)) return failed(EEXIST);
        while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
            if (errno != EINTR) return failed(errno);
        if (has_name(lock, directory, name)) return lock;
        // Somebody removed it between our two calls, which ends a keeper: that does not go on for ever.
    }
}

void remove_lock(int directory, const std::string& name, os::OpenFile& lock) noexcept {
    if (has_name(lock, directory, name)) ::unlinkat(directory, name.c_str(), 0);
    lock.close();
}

void remove_remains(int directory) {
    const auto names = os::names_in(directory);
    if (!names) return;
    for (const std::string& name : *names) {
        if (!name.ends_with(suffix)) continue;
        const std::string of_socket = name.substr(0, name.size() - suffix.size());
        if (!is_socket(directory, of_socket)) continue;  // a keeper is about to make one: it wants the lock for itself
        os::OpenFile lock = take_lock(directory, name);
        if (!lock.is_open()) continue;
        ::unlinkat(directory, of_socket.c_str(), 0);
        ::unlinkat(directory, (of_socket + ".new").c_str(), 0);
        remove_lock(directory, name, lock);
    }
}

}  // namespace mqtts::share
