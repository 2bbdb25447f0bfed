// SPDX-License-Identifier: Apache-2.0
// An environment variable that can be used is used. One that cannot be used is an error if the run needs it; otherwise
// it is left out, with a note, so that what was typed does not fail because of what was not typed.
//
// A variable may be for other programs (ALL_PROXY, SSLKEYLOGFILE). Kubernetes and Docker set
// MQTTS_PORT=tcp://10.96.3.4:8883 for a service with the name mqtts. A shell may contain the certificate of another
// broker.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/given.hpp"
#include "cli/remark.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// The order of use: take(), the command line, keep_what_is_needed().
class Inheritance {
public:
    /// Applies the variables that can be used, and appends them to `given`.
    void take(std::vector<Given> environment, Arguments& arguments, std::vector<Given>& given);

    /// Removes from both what other options exclude. Fails for the first variable that cannot be used and that no other
    /// option replaces.
    [[nodiscard]] Result<> keep_what_is_needed(Arguments& arguments, std::vector<Given>& given);

    /// Says for -d what was left out, and why.
    [[nodiscard]] const std::vector<Remark>& notes() const noexcept { return notes_; }

private:
    struct Unusable {
        Given given;
        Failure failure;
    };

    void leave_out(const Given& given, std::string_view why, std::string_view hint);

    std::vector<Unusable> unusable_;
    std::vector<Remark> notes_;
};

/// Lists the options in force that are neither on the command line nor defaults, and where each comes from. An option
/// is not in force if another one contradicts it or makes it useless.
[[nodiscard]] std::vector<Origin> origins(const Arguments& arguments, const std::vector<Given>& given);

}  // namespace mqtts::cli
