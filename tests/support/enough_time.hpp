// SPDX-License-Identifier: Apache-2.0
// For tests in which time itself is the subject. How far a program comes in half a second depends on what else the
// machine has to do, and no verdict may.
//
//     with_enough_time(0.5, [&](const std::string& seconds) {
//         const Outcome outcome = run({.arguments = mqtts_sub(broker, {"-t", "a", "--expect-none", "-W", seconds})});
//         if (outcome.status == 27) return false;  // the time was up before it had subscribed
//         CHECK(outcome.status == 0);
//         return true;
//     });
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <vector>

namespace mqtts::test {

/// As the programs take it, and say it.
inline std::string to_text(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", seconds);
    return text.data();
}

/// Gives a program more and more time, until `attempt` says that it came as far as the test is about. Only that attempt
/// may have checked anything. That no time is enough is a failure.
template <class Attempt>
void with_enough_time(double seconds, Attempt attempt) {
    constexpr double most = 200;
    for (; seconds < most; seconds *= 4) {
        if (attempt(to_text(seconds))) return;
        MESSAGE("not far enough after " << to_text(seconds) << " s: once more, with more of them");
    }
    FAIL("no time is enough");
}

/// Whatever else a machine does, it makes nothing take less time: one of several runs has to be within the limit.
template <class Run>
bool takes_less_than(std::chrono::milliseconds limit, Run run) {
    constexpr int attempts = 10;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        run();
        if (std::chrono::steady_clock::now() - start < limit) return true;
    }
    return false;
}

/// For cases that do hardly more than wait: they wait side by side.
template <class Case, class Run>
void side_by_side(const std::vector<Case>& cases, Run run) {
    std::vector<std::future<void>> running;
    for (const Case& one : cases)
        running.push_back(std::async(std::launch::async, [&run, &one] { run(one); }));
    for (std::future<void>& one : running)
        one.get();
}

}  // namespace mqtts::test
