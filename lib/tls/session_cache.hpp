// SPDX-License-Identifier: Apache-2.0
// Keeps TLS sessions for the next run: a file for each server, in a directory that only this user can read.
//
// Any number of processes may use it at once. A file is written under another name and then renamed, so nobody reads
// half of it; it is renamed again before it is read, so only one process gets it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::tls {

class SessionCache {
public:
    /// The directory is created when the first session is kept, with its parent if necessary.
    explicit SessionCache(std::string directory) : directory_(std::move(directory)) {}

    /// Returns the cache of the user who runs this: $XDG_CACHE_HOME/mqtts, else ~/.cache/mqtts. Failure: neither is
    /// set.
    static Result<SessionCache> of_user();

    /// Keeps `content` under `name` and replaces what was there. Removes every file that is older than a week.
    [[nodiscard]] Result<> keep(const std::string& name, std::string_view content) const;

    /// Removes and returns what is kept under `name`. Nothing: there is no such file, or it was changed. Failure:
    /// others can read the directory, or it is not ours.
    [[nodiscard]] Result<std::optional<Secret>> take(const std::string& name) const;

private:
    std::string directory_;
};

}  // namespace mqtts::tls
