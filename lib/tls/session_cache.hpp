// SPDX-License-Identifier: Apache-2.0
// What one run leaves to the next, so that it can resume the TLS session: a file for each server, in a directory that
// only this user can read.
//
// Any number of processes may use it at once. A file is written under another name and then renamed, so nobody finds
// half of one; it is renamed away before it is read, so it is one process alone that gets it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::tls {

class SessionCache {
public:
    /// Made when something is first kept, with its parent if need be.
    explicit SessionCache(std::string directory) : directory_(std::move(directory)) {}

    /// Of the user who runs this: $XDG_CACHE_HOME/mqtts, else ~/.cache/mqtts. Failure: there is no such place.
    static Result<SessionCache> of_user();

    /// Keeps `content` under `name`, in place of what was there. What is older than a week, of whatever name, goes.
    [[nodiscard]] Result<> keep(const std::string& name, std::string_view content) const;

    /// Takes out what is kept under `name`; it can be had once. Nothing: there is nothing, or it is not as it was kept.
    /// Failure: others can read the directory, or it is not ours.
    [[nodiscard]] Result<std::optional<Secret>> take(const std::string& name) const;

private:
    std::string directory_;
};

}  // namespace mqtts::tls
