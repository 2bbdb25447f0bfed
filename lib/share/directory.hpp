// SPDX-License-Identifier: Apache-2.0
// The directory in which the keepers of one user have their sockets.
//
// $XDG_RUNTIME_DIR/mqtts; without that variable, or if its directory is missing, $XDG_CACHE_HOME/mqtts/share, else
// ~/.cache/mqtts/share. A relative path does not count [XDG Base Directory Specification]. All levels from the first
// variable on that we make have the mode 0700.
//
// The directory is used only if it is ours alone: a directory and no link to one, owned by the effective user, without
// any permission for group or others; and if nobody else can replace it: the directory above it is ours and not
// writable for others. What was checked is what is open, so nothing can change between the check and the use.
//
// In it are, for each keeper, NAME (its socket) and NAME.lock, which the keeper holds while it lives; NAME.new while it
// starts; and "key", 16 random bytes, with which the names are made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "os/open_file.hpp"
#include "share/identity.hpp"

namespace mqtts::share {

/// What the environment says about the user's directories. Empty: the variable is not set.
struct UserDirectories {
    std::string runtime;  // $XDG_RUNTIME_DIR
    std::string cache;    // $XDG_CACHE_HOME
    std::string home;     // $HOME

    [[nodiscard]] static UserDirectories of_environment();
};

class Directory {
public:
    /// Opens the directory, and makes it if it is missing. Failure: it is not ours alone, or cannot be made, for
    /// example on a file system that is read-only. The call then goes on without a keeper.
    [[nodiscard]] static Result<Directory> make(const UserDirectories& user = UserDirectories::of_environment());
    /// Opens the directory. Nothing: it is missing, so there is no keeper.
    [[nodiscard]] static Result<std::optional<Directory>> find(
        const UserDirectories& user = UserDirectories::of_environment());

    /// Returns the name of the socket for an identity, 32 hexadecimal digits. It tells nobody anything about the
    /// identity. Programs of another version, and those on another host that shares the directory, have other names.
    /// Makes the key if it is missing.
    [[nodiscard]] Result<std::string> name_for(const Identity& identity, std::string_view program_version) const;

    /// Returns the names of all sockets in it, sorted, also those of dead keepers.
    [[nodiscard]] Result<std::vector<std::string>> names() const;

    [[nodiscard]] int descriptor() const noexcept { return opened_.get(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string path_of(std::string_view name) const { return path_ + '/' + std::string(name); }

private:
    Directory(os::OpenFile opened, std::string path) noexcept : opened_(std::move(opened)), path_(std::move(path)) {}

    static Result<std::optional<Directory>> open(const UserDirectories& user, bool make_missing);

    os::OpenFile opened_;
    std::string path_;
};

/// Returns the failure of something in the directory: "cannot share a connection through PATH: REASON".
[[nodiscard]] Failure unusable(const std::string& path, std::string_view reason, std::string cure = {});

}  // namespace mqtts::share
