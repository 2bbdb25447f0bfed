// SPDX-License-Identifier: Apache-2.0
// What the environment gives is used where it can be used, is an error where nothing else would do, and is otherwise
// left out, with a note: nobody typed it in this command, and what was typed must not fail for it.
//
// It may be about other programs (ALL_PROXY, SSLKEYLOGFILE). Kubernetes and Docker set MQTTS_PORT=tcp://10.96.3.4:8883
// for a service with the name mqtts. A shell may hold the certificate of another broker.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/given.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// In this order: take(), the command line, then keep_what_is_needed().
class Inheritance {
public:
    /// Applies what can be used, and appends it to `given`.
    void take(std::vector<Given> environment, Arguments& arguments, std::vector<Given>& given);

    /// Takes back, from both, what the options from elsewhere leave no place for. The failure is that of the first
    /// variable that cannot be used and that nothing else stands in for.
    [[nodiscard]] Result<> keep_what_is_needed(Arguments& arguments, std::vector<Given>& given);

    /// For -d: what was left out, and why.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

private:
    struct Unusable {
        Given given;
        Failure failure;
    };

    void leave_out(const Given& given, std::string_view why);

    std::vector<Unusable> unusable_;
    std::vector<std::string> notes_;
};

/// The options in force that stand neither on the command line nor in the defaults, and where each comes from. Not in
/// force is what another option says otherwise, or leaves no use for.
[[nodiscard]] std::vector<Origin> origins(const Arguments& arguments, const std::vector<Given>& given);

}  // namespace mqtts::cli
