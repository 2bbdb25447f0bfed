// SPDX-License-Identifier: Apache-2.0
#include "tls/session_cache.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <utility>

#include "os/open_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"
#include "text/shell_word.hpp"
#include "tls/file_kind.hpp"

namespace mqtts::tls {

namespace {

constexpr std::time_t longest_kept = std::time_t{7} * 24 * 3600;  // seconds; no ticket is valid for longer
constexpr off_t largest_file = off_t{64} * 1024;
constexpr std::size_t checksum_size = 32;
constexpr mode_t others = S_IRWXG | S_IRWXO;

Failure unusable(const std::string& directory, std::string_view reason, std::string cure = {}) {
    return {Errc::output_failed,
            fmt::format("cannot keep TLS sessions in {}: {}", escape(directory), reason),
            std::move(cure),
            {directory}};
}

bool is_ours_alone(const struct stat& status) {
    return status.st_uid == ::geteuid() && (status.st_mode & others) == 0;
}

/// Opens the directory. The result is not open: there is no such directory.
Result<os::OpenFile> open_directory(const std::string& path) {
    os::OpenFile directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.is_open() && errno == ENOENT) return directory;
    struct stat status {};
    if (!directory.is_open() || ::fstat(directory.get(), &status) != 0) return unusable(path, os::system_reason(errno));
    if (!is_ours_alone(status))
        return unusable(path, "it must be ours and closed to all others",
                        fmt::format("run chmod 700 {}", shell_word(path)));
    return directory;
}

Result<os::OpenFile> make_directory(const std::string& path) {
    for (const std::string& level : {std::filesystem::path(path).parent_path().string(), path})
        if (::mkdir(level.c_str(), S_IRWXU) != 0 && errno != EEXIST) return unusable(path, os::system_reason(errno));
    auto directory = open_directory(path);
    if (directory && !directory->is_open()) return unusable(path, "it is gone again");
    return directory;
}

/// Makes a name like `name` that no other process uses.
std::string name_of_our_own(const std::string& name) {
    unsigned long long number = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number);
    return fmt::format("{}.{:016x}", name, number);
}

/// Computes a checksum that includes the name: a file that is renamed to that of another server is not valid.
std::string checksum(const std::string& name, std::string_view content) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string sum(checksum_size, '\0');
    const bool made = digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1 &&
                      EVP_DigestUpdate(digest.get(), name.data(), name.size()) == 1 &&
                      EVP_DigestUpdate(digest.get(), content.data(), content.size()) == 1 &&
                      EVP_DigestFinal_ex(digest.get(), reinterpret_cast<unsigned char*>(sum.data()), nullptr) == 1;
    return made ? sum : std::string();
}

bool write_whole(int file, std::string_view bytes) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written >= 0 && std::cmp_not_equal(written, bytes.size())) errno = ENOSPC;
    return std::cmp_equal(written, bytes.size());
}

/// Reads the file if only we can read it and its size is plausible.
std::optional<Secret> read_whole(const os::OpenFile& file) {
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || !is_ours_alone(status))
        return std::nullopt;
    if (status.st_size > largest_file) return std::nullopt;
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    if (::read(file.get(), bytes.data(), bytes.size()) != status.st_size) return std::nullopt;
    return Secret(std::move(bytes));
}

/// Removes sessions that were not used again, and files of processes that were killed while they wrote.
void remove_old_files(const os::OpenFile& directory) {
    DIR* const listing = ::fdopendir(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0));
    if (!listing) return;
    const std::time_t oldest = std::time(nullptr) - longest_kept;
    while (const dirent* const entry = ::readdir(listing)) {
        struct stat status {};
        if (::fstatat(directory.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
            status.st_mtime < oldest)
            ::unlinkat(directory.get(), entry->d_name, 0);
    }
    ::closedir(listing);
}

}  // namespace

Result<SessionCache> SessionCache::of_user() {
    const char* const cache = std::getenv("XDG_CACHE_HOME");
    if (cache && *cache == '/') return SessionCache(std::string(cache) + "/mqtts");  // a relative path does not count
    const char* const home = std::getenv("HOME");
    if (home && *home) return SessionCache(std::string(home) + "/.cache/mqtts");
    return Failure(Errc::output_failed, "cannot keep TLS sessions: neither XDG_CACHE_HOME nor HOME is set");
}

Result<> SessionCache::keep(const std::string& name, std::string_view content) const {
    const auto directory = make_directory(directory_);
    if (!directory) return directory.error();
    const std::string unfinished = name_of_our_own(name);
    const Secret bytes(std::string(content) + checksum(name, content));
    {
        constexpr int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        const os::OpenFile file(::openat(directory->get(), unfinished.c_str(), how, S_IRUSR | S_IWUSR));
        if (!file.is_open()) return unusable(directory_, os::system_reason(errno));
        if (!write_whole(file.get(), bytes.view()) ||
            ::renameat(directory->get(), unfinished.c_str(), directory->get(), name.c_str()) != 0) {
            const std::string reason = os::system_reason(errno);
            ::unlinkat(directory->get(), unfinished.c_str(), 0);
            return unusable(directory_, reason);
        }
    }
    remove_old_files(*directory);
    return {};
}

Result<std::optional<Secret>> SessionCache::take(const std::string& name) const {
    const auto directory = open_directory(directory_);
    if (!directory) return directory.error();
    if (!directory->is_open()) return std::nullopt;
    const std::string taken = name_of_our_own(name);
    if (::renameat(directory->get(), name.c_str(), directory->get(), taken.c_str()) != 0) {
        if (errno == ENOENT) return std::nullopt;
        return unusable(directory_, os::system_reason(errno));
    }
    const os::OpenFile file(::openat(directory->get(), taken.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    ::unlinkat(directory->get(), taken.c_str(), 0);
    const auto bytes = read_whole(file);
    if (!bytes || bytes->view().size() < checksum_size) return std::nullopt;
    const std::string_view content = bytes->view().substr(0, bytes->view().size() - checksum_size);
    if (bytes->view().substr(content.size()) != checksum(name, content)) return std::nullopt;
    return Secret(std::string(content));
}

}  // namespace mqtts::tls
