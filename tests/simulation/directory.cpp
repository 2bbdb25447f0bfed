// SPDX-License-Identifier: Apache-2.0
#include "simulation/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "os/open_file.hpp"

namespace mqtts::simulation {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "mqtts-simulation-";

std::string place_for_files() {
    constexpr const char* in_memory = "/dev/shm";
    if (::access(in_memory, W_OK) == 0) return in_memory;
    const char* const place = std::getenv("TMPDIR");
    return place != nullptr && *place != '\0' ? place : "/tmp";
}

/// Removes what processes that do not run any more have left there.
void remove_stale(const std::string& place) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(place, error)) {
        const std::string found = entry.path().filename();
        if (!found.starts_with(prefix)) continue;
        const long process = std::strtol(found.c_str() + prefix.size(), nullptr, 10);
        const bool is_gone = process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
        if (is_gone) fs::remove_all(entry.path(), error);
    }
}

/// Copies a file without the holes in it, which most of a new journal is.
void copy_file(const std::string& from, const std::string& to) {
    const os::OpenFile source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    const os::OpenFile copy(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!source.is_open()) return;
    const off_t size = ::lseek(source.get(), 0, SEEK_END);
    std::string bytes;
    for (off_t at = ::lseek(source.get(), 0, SEEK_DATA); at >= 0; at = ::lseek(source.get(), at, SEEK_DATA)) {
        const off_t end = ::lseek(source.get(), at, SEEK_HOLE);
        bytes.resize(static_cast<std::size_t>(end - at));
        const auto count = static_cast<ssize_t>(bytes.size());
        const bool copied = ::pread(source.get(), bytes.data(), bytes.size(), at) == count &&
                            ::pwrite(copy.get(), bytes.data(), bytes.size(), at) == count;
        if (!copied) std::abort();
        at = end;
    }
    if (::ftruncate(copy.get(), size) != 0) std::abort();
}

}  // namespace

Directory::Directory() {
    static const std::string place = place_for_files();
    static pid_t swept = 0;
    if (std::exchange(swept, ::getpid()) != ::getpid()) remove_stale(place);
    path_ = fmt::format("{}/{}{}", place, prefix, ::getpid());
    fs::remove_all(path_);
    fs::create_directory(path_);
}

Directory::~Directory() {
    std::error_code error;
    fs::remove_all(path_, error);
}

void copy_database(const std::string& from, const std::string& to) {
    copy_file(from, to);
    copy_file(from + "-wal", to + "-wal");
}

}  // namespace mqtts::simulation
