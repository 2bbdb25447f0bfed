// SPDX-License-Identifier: Apache-2.0
// What a call with --share needs to find others, and to be found: whose connection it may use, and where.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"
#include "share/directory.hpp"
#include "share/identity.hpp"

namespace mqtts::program {

struct SharePlan {
    share::Directory directory;
    std::string name;  // of the socket
    /// Of this call. A keeper takes it over: its secrets are in memory once.
    std::unique_ptr<share::Identity> identity;
};

/// Collects everything that decides whom the connection trusts and who it is: the options that count, the content of
/// their files, the state of the system's store, and the environment that OpenSSL and the resolver read.
[[nodiscard]] share::Identity identity_of(const cli::Settings& settings);

/// Reads a small file of -f, which becomes a message like that of -m. Leaves one that is a pipe or large.
void hold_file(cli::Settings& settings);

/// Makes the plan. Failure: why this run has a connection of its own.
[[nodiscard]] Result<SharePlan> plan_to_share(const cli::Settings& settings);

/// Makes the plan of a run with --share, and says with -d why it cannot make one.
[[nodiscard]] std::optional<SharePlan> plan_or_say_why_not(cli::Settings& settings, const Log& log);

/// Returns what both ends of a socket must have in common besides the identity: the version of the program, its commit,
/// and that of OpenSSL.
[[nodiscard]] const std::string& share_version();

}  // namespace mqtts::program
