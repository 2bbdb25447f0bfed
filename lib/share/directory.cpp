// SPDX-License-Identifier: Apache-2.0
#include "share/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "os/names_in.hpp"
#include "os/system_reason.hpp"
#include "share/key_file.hpp"
#include "text/escape.hpp"

namespace mqtts::share {

namespace {

constexpr mode_t of_others = S_IRWXG | S_IRWXO;
constexpr std::size_t digits_of_name = 32;

/// Where the directory is: below `base`, which the user has, level by level.
struct Place {
    std::string base;
    std::vector<std::string_view> levels;
    bool is_runtime = false;
};

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool is_absolute(const std::string& path) {
    return path.starts_with('/');
}

/// Nothing: no variable tells.
std::optional<Place> place_of(const UserDirectories& user) {
    struct stat status {};
    if (is_absolute(user.runtime) && (::stat(user.runtime.c_str(), &status) == 0 || errno != ENOENT))
        return Place{user.runtime, {"mqtts"}, true};
    if (is_absolute(user.cache)) return Place{user.cache, {"mqtts", "share"}};
    if (is_absolute(user.home)) return Place{user.home, {".cache", "mqtts", "share"}};
    return std::nullopt;
}

/// Opens the directory in which we make ours. The result is not open: it is missing, and shall not be made. The
/// specification wants the runtime directory to be the user's alone; into a home others may look.
Result<os::OpenFile> open_base(const Place& place, bool make_missing) {
    const bool is_cache = !place.is_runtime && place.levels.front() == "mqtts";             // nobody makes a home
    if (make_missing && is_cache) static_cast<void>(::mkdir(place.base.c_str(), S_IRWXU));  // or open(2) tells why
    os::OpenFile base(::open(place.base.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!base.is_open() && errno == ENOENT && !make_missing) return base;
    struct stat status {};
    if (!base.is_open() || ::fstat(base.get(), &status) != 0) return unusable(place.base, os::system_reason(errno));
    const bool is_safe_owner = status.st_uid == ::geteuid() || (status.st_uid == 0 && !place.is_runtime);
    const mode_t writers = place.is_runtime ? S_IWGRP | S_IWOTH : S_IWOTH;
    const std::string cure = "set XDG_RUNTIME_DIR to a directory that is yours alone";
    if (!is_safe_owner) return unusable(place.base, "it belongs to another user", cure);
    if ((status.st_mode & writers) != 0) return unusable(place.base, "others can write to it", cure);
    return base;
}

/// Tells what is wrong with a level that was opened. Empty: it is as it must be.
std::string objection_to(const struct stat& status, std::string_view level) {
    if (status.st_uid != ::geteuid()) return "it belongs to another user";
    if (level == ".cache") return (status.st_mode & S_IWOTH) != 0 ? "others can write to it" : "";
    return (status.st_mode & of_others) != 0 ? "it is not closed to all others" : "";
}

/// Opens the next level. The result is not open: it is missing, and shall not be made.
Result<os::OpenFile> open_level(const os::OpenFile& above, std::string_view level, const std::string& path,
                                bool make_missing) {
    const std::string name(level);
    if (make_missing && ::mkdirat(above.get(), name.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return unusable(path, os::system_reason(errno));
    const bool may_be_link = level == ".cache";  // the user's own choice, and not made by us
    os::OpenFile opened(
        ::openat(above.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | (may_be_link ? 0 : O_NOFOLLOW)));
    if (!opened.is_open() && errno == ENOENT && !make_missing) return opened;
    struct stat status {};
    if (!opened.is_open() && (errno == ELOOP || errno == ENOTDIR || errno == EMLINK))
        return unusable(path, "it is no directory, or a link to one", fmt::format("remove {}", escape(path)));
    if (!opened.is_open() || ::fstat(opened.get(), &status) != 0) return unusable(path, os::system_reason(errno));
    if (const std::string objection = objection_to(status, level); !objection.empty())
        return unusable(path, objection,
                        status.st_uid == ::geteuid() ? fmt::format("run chmod go= {}", escape(path))
                                                     : fmt::format("have {} removed", escape(path)));
    return opened;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    return name.data();
}

bool is_name(std::string_view file) {
    return file.size() == digits_of_name && file.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Failure unusable(const std::string& path, std::string_view reason, std::string cure) {
    return {Errc::output_failed,
            fmt::format("cannot share a connection through {}: {}", escape(path), reason),
            std::move(cure),
            {path}};
}

UserDirectories UserDirectories::of_environment() {
    return {.runtime = variable("XDG_RUNTIME_DIR"), .cache = variable("XDG_CACHE_HOME"), .home = variable("HOME")};
}

Result<std::optional<Directory>> Directory::open(const UserDirectories& user, bool make_missing) {
    const auto place = place_of(user);
    if (!place)
        return Failure(Errc::output_failed,
                       "cannot share a connection: XDG_RUNTIME_DIR, XDG_CACHE_HOME and HOME are not set",
                       "set XDG_RUNTIME_DIR to a directory of your own");
    auto opened = open_base(*place, make_missing);
    if (!opened) return opened.error();
    std::optional<os::OpenFile> above(std::in_place, opened->release());
    std::string path = place->base;
    for (const std::string_view level : place->levels) {
        if (!above->is_open()) return std::optional<Directory>();
        path.append("/").append(level);
        auto below = open_level(*above, level, path, make_missing);
        if (!below) return below.error();
        above.emplace(below->release());
    }
    if (!above->is_open()) return std::optional<Directory>();
    return std::optional<Directory>(Directory(std::move(*above), std::move(path)));
}

Result<Directory> Directory::make(const UserDirectories& user) {
    auto directory = open(user, true);
    if (!directory) return directory.error();
    return std::move(**directory);
}

Result<std::optional<Directory>> Directory::find(const UserDirectories& user) {
    return open(user, false);
}

Result<std::string> Directory::name_for(const Identity& identity, std::string_view program_version) const {
    const auto key = key_in(opened_.get(), path_);
    if (!key) return key.error();
    const std::string of_identity = keyed_hash(*key, identity.bytes());
    return keyed_hash(*key, fmt::format("{} {} {}", of_identity, program_version, host_name()));
}

Result<std::vector<std::string>> Directory::names() const {
    const auto all = os::names_in(opened_.get());
    if (!all) return unusable(path_, os::system_reason(errno));
    std::vector<std::string> found;
    struct stat status {};
    for (const std::string& name : *all)
        if (is_name(name) && ::fstatat(opened_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISSOCK(status.st_mode))
            found.push_back(name);
    return found;
}

}  // namespace mqtts::share
