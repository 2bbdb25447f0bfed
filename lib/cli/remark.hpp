// SPDX-License-Identifier: Apache-2.0
// Something to tell that does not stop the run: a warning, or a note for -d.
#pragma once

#include <string>

namespace mqtts::cli {

/// The same parts as those of a failure, and worded in the same way.
struct Remark {
    std::string cause;
    std::string hint = {};  // what to do about it; empty: nothing

    friend bool operator==(const Remark&, const Remark&) = default;
};

}  // namespace mqtts::cli
