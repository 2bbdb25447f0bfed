// SPDX-License-Identifier: Apache-2.0
// mqtts-simulation: runs seeds, each a world of its own, and stops at the first that breaks an invariant.
//
//   mqtts-simulation --seeds 1..1000000 --jobs 2     this range
//   mqtts-simulation --seconds 10                    fresh seeds, from a random one on, which is printed
//   mqtts-simulation --trace 4711                    one seed, with all its packets
//
// The exit status is 1 if an invariant is broken, 2 if the command line is wrong.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "base/entropy.hpp"
#include "simulation/report.hpp"
#include "simulation/world.hpp"

namespace mqtts::simulation {

namespace {

using RealClock = std::chrono::steady_clock;

struct Arguments {
    std::uint64_t first = 1;
    std::uint64_t last = 0;  // 0: no range
    unsigned seconds = 0;    // of fresh seeds, after the range
    unsigned jobs = 1;
    bool all = false;  // goes on after a failure, and prints one line for each
    std::optional<std::uint64_t> trace;
};

template <class Number>
bool read(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool read_range(std::string_view text, Arguments& arguments) {
    const std::size_t dots = text.find("..");
    if (dots == text.npos) return read(text, arguments.first) && read(text, arguments.last);
    return read(text.substr(0, dots), arguments.first) && read(text.substr(dots + 2), arguments.last);
}

std::optional<Arguments> parse(int count, char** words) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const std::string_view value = i + 1 < count ? words[i + 1] : "";
        bool ok = true;
        if (word == "--all") {
            arguments.all = true;
            continue;
        }
        if (word == "--seeds")
            ok = read_range(value, arguments);
        else if (word == "--seconds")
            ok = read(value, arguments.seconds);
        else if (word == "--jobs")
            ok = read(value, arguments.jobs) && arguments.jobs != 0;
        else if (word == "--trace")
            ok = read(value, arguments.trace.emplace());
        else
            ok = false;
        if (!ok) return std::nullopt;
        ++i;
    }
    return arguments;
}

struct Sums {
    std::uint64_t seeds = 0;
    std::uint64_t packets = 0;
    std::uint64_t cuts = 0;
    std::uint64_t failures = 0;
    std::uint64_t spooling = 0;  // seeds
    std::uint64_t deaths = 0;    // of processes
    double virtual_seconds = 0;

    void operator+=(const Sums& other) {
        seeds += other.seeds;
        packets += other.packets;
        cuts += other.cuts;
        failures += other.failures;
        spooling += other.spooling;
        deaths += other.deaths;
        virtual_seconds += other.virtual_seconds;
    }
};

/// Runs one seed. Returns false when the run is over.
bool run_seed(std::uint64_t seed, bool all, Sums& sums) {
    const Plan plan = draw_plan(seed);
    const Outcome outcome = run(plan);
    ++sums.seeds;
    sums.packets += outcome.packets;
    sums.cuts += outcome.cuts;
    sums.spooling += plan.restarting.spools() ? 1 : 0;
    sums.deaths += outcome.deaths;
    sums.virtual_seconds += outcome.virtual_seconds;
    if (!outcome.violation) return true;
    ++sums.failures;
    const std::string text = all ? fmt::format("seed {} breaks {}: {}\n", seed, to_text(outcome.violation->invariant),
                                               outcome.violation->what)
                                 : report_failure(plan, *outcome.violation);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return all;
}

/// Does the share of one process: each seed of the range that is its turn, then fresh ones while there is time.
Sums work(const Arguments& arguments, std::uint64_t fresh, unsigned job) {
    Sums sums;
    for (std::uint64_t seed = arguments.first + job; seed <= arguments.last; seed += arguments.jobs)
        if (!run_seed(seed, arguments.all, sums)) return sums;
    const auto end = RealClock::now() + std::chrono::seconds(arguments.seconds);
    for (std::uint64_t seed = fresh + job; RealClock::now() < end; seed += arguments.jobs)
        if (!run_seed(seed, arguments.all, sums)) return sums;
    return sums;
}

/// Runs all jobs, each in a process of its own, and adds up what they say at their end.
Sums run_jobs(const Arguments& arguments, std::uint64_t fresh) {
    if (arguments.jobs == 1) return work(arguments, fresh, 0);
    std::vector<int> results;
    for (unsigned job = 0; job != arguments.jobs; ++job) {
        int ends[2];
        if (::pipe(ends) != 0) std::abort();
        if (::fork() == 0) {
            const Sums sums = work(arguments, fresh, job);
            std::exit(::write(ends[1], &sums, sizeof sums) == sizeof sums ? 0 : 1);  // not _Exit: gcov writes then
        }
        ::close(ends[1]);
        results.push_back(ends[0]);
    }
    Sums total;
    for (const int result : results) {
        Sums sums{.failures = 1};  // of a process that dies
        if (::read(result, &sums, sizeof sums) != sizeof sums) sums = {.failures = 1};
        total += sums;
        ::close(result);
    }
    while (::wait(nullptr) > 0) {
    }
    return total;
}

int trace(std::uint64_t seed) {
    const Plan plan = draw_plan(seed);
    const Outcome outcome = run(plan, true);
    fmt::print("{}\n{}", to_text(plan), outcome.trace);
    if (!outcome.violation) return 0;
    fmt::print("breaks {}: {}\n", to_text(outcome.violation->invariant), outcome.violation->what);
    return 1;
}

int main(const Arguments& arguments) {
    if (arguments.trace) return trace(*arguments.trace);
    std::random_device random = entropy();
    const std::uint64_t fresh = std::uint64_t{random()} << 20;
    if (arguments.last != 0) fmt::print("seeds {} to {}\n", arguments.first, arguments.last);
    if (arguments.seconds != 0) fmt::print("fresh seeds from {} on, for {} s\n", fresh, arguments.seconds);
    std::fflush(stdout);
    const auto began = RealClock::now();
    const Sums sums = run_jobs(arguments, fresh);
    const double seconds = std::chrono::duration<double>(RealClock::now() - began).count();
    fmt::print(
        "{} seeds, {} of them with a spool, {} packets, {:.0f} virtual seconds, {} cuts, {} kills, {} failures in "
        "{:.1f} s: {:.0f} seeds/s, {:.0f} "
        "packets/s, {:.0f} virtual s/s, {:.0f} cuts/s\n",
        sums.seeds, sums.spooling, sums.packets, sums.virtual_seconds, sums.cuts, sums.deaths, sums.failures, seconds,
        static_cast<double>(sums.seeds) / seconds, static_cast<double>(sums.packets) / seconds,
        sums.virtual_seconds / seconds, static_cast<double>(sums.cuts) / seconds);
    return sums.failures == 0 ? 0 : 1;
}

}  // namespace

}  // namespace mqtts::simulation

int main(int count, char** words) {
    const auto arguments = mqtts::simulation::parse(count, words);
    if (!arguments) {
        std::fputs("usage: mqtts-simulation [--seeds FROM..TO] [--seconds N] [--jobs N] [--all] | --trace SEED\n",
                   stderr);
        return 2;
    }
    return mqtts::simulation::main(*arguments);
}
