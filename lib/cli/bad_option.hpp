// SPDX-License-Identifier: Apache-2.0
// What is said of a command line that cannot be right: status 2.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace mqtts::cli {

inline Failure bad(std::string sentence) {
    return {Errc::bad_option, std::move(sentence)};
}

/// A failure and the options that it is about, "-t" or "--topic" as in its sentence: where they were given in a file or
/// in the environment, the reader is told the place. Most failures are about the value of one option and name none.
struct Contradiction : Failure {
    std::vector<std::string_view> options;

    Contradiction() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a failure of a value is returned as it is
    Contradiction(Failure failure, std::initializer_list<std::string_view> about = {})
        : Failure(std::move(failure)), options(about) {}
};

inline Contradiction bad(std::string sentence, std::initializer_list<std::string_view> about) {
    return {bad(std::move(sentence)), about};
}

/// What an option, or all of them together, come to.
template <class T = void>
using Outcome = boost::system::result<T, Contradiction>;

}  // namespace mqtts::cli
