// SPDX-License-Identifier: Apache-2.0
// What is said of a command line that cannot be right: status 2.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"

namespace mqtts::cli {

inline Failure bad(std::string sentence) {
    return {Errc::bad_option, std::move(sentence)};
}

}  // namespace mqtts::cli
