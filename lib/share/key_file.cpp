// SPDX-License-Identifier: Apache-2.0
#include "share/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <random>

#include "base/entropy.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "share/directory.hpp"

namespace mqtts::share {

namespace {

constexpr const char* key_name = "key";
constexpr ssize_t size_of_key = std::tuple_size_v<HashKey>;

HashKey random_key() {
    std::random_device random = entropy();
    HashKey key;
    for (std::uint8_t& byte : key)
        byte = static_cast<std::uint8_t>(random());
    return key;
}

/// Nothing: there is no such file.
Result<std::optional<HashKey>> read_key(int directory, const std::string& path) {
    const os::OpenFile file(::openat(directory, key_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return std::nullopt;
    const std::string name = path + '/' + key_name;
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) return unusable(name, os::system_reason(errno));
    HashKey key;
    const bool is_ours_alone = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                               (status.st_mode & (S_IRWXG | S_IRWXO)) == 0 && status.st_size == size_of_key;
    if (!is_ours_alone || ::read(file.get(), key.data(), key.size()) != size_of_key)
        return unusable(name, "it must be ours, closed to all others, and have 16 bytes", "remove the file");
    return key;
}

/// Writes it under another name first, and waits for the disk: nobody reads half of a key, and a loss of power leaves
/// none, which would be in everybody's way. EEXIST: another process was faster.
bool write_key(int directory, const HashKey& key) {
    const std::string unfinished = fmt::format("key.{:08x}", entropy()());
    const os::OpenFile file(::openat(directory, unfinished.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return false;
    const ssize_t written = ::write(file.get(), key.data(), key.size());
    if (written >= 0 && written != size_of_key) errno = ENOSPC;
    const bool made = written == size_of_key && os::sync_data(file.get()) &&
                      ::linkat(directory, unfinished.c_str(), directory, key_name, 0) == 0;
    const int error = errno;
    ::unlinkat(directory, unfinished.c_str(), 0);
    errno = error;
    return made;
}

}  // namespace

Result<HashKey> key_in(int directory, const std::string& path) {
    auto key = read_key(directory, path);
    if (!key) return key.error();
    if (*key) return **key;
    if (!write_key(directory, random_key()) && errno != EEXIST) return unusable(path, os::system_reason(errno));
    key = read_key(directory, path);
    if (!key) return key.error();
    if (!*key) return unusable(path, "the key in it is gone again");
    return **key;
}

}  // namespace mqtts::share
