// SPDX-License-Identifier: Apache-2.0
// mqtts-bench: measures mqtts-pub and mqtts-sub; `usage` says the rest.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "bench/arguments.hpp"
#include "bench/cases.hpp"

namespace {

using namespace mqtts::bench;

constexpr const char* usage =
    R"(mqtts-bench: measures mqtts-pub and mqtts-sub against mosquitto's programs, and against OpenSSL alone.

    mqtts-bench [--count N] [--rounds N] [--case PREFIX] [--json FILE] [--list] [--verify] [--smoke | --check]

--count N      messages of a stream of 64 bytes each, 1000000; a fifth of it of 1 KiB, a twentieth through mosquitto
--rounds N     how often each figure is measured, 5; the median counts
--case PREFIX  only the cases whose names begin with it; links: over long and slow ways, else left out
--json FILE    the figures for programs as well
--list         names the cases
--verify       compares every message with what was sent
--smoke        the steady cases only, in seconds; status 1 when a figure is more than twice its bar, or
               than twice what was recorded where the bar is not met yet, unless what it is compared with
               varied by more than 1.5
--check        that every message of every stream arrives unchanged, and no figures: for builds with sanitizers

The environment gives MQTTS_PUB, MQTTS_SUB and MQTTS_BENCH_PROGRAMS, the directory of the helpers, when they are not
those that were built with it. Status 2: a program failed, or a message was lost or changed.
)";

std::string environment(const char* name, const char* otherwise) {
    const char* const value = std::getenv(name);
    return value ? value : otherwise;
}

Settings make_settings(const Arguments& arguments) {
    const bool check = arguments.has("--check");
    const bool quick = check || arguments.has("--smoke");
    const bool mosquitto = measure({.arguments = {"sh", "-c", "command -v mosquitto_pub"}}).status == 0;
    return {.programs = environment("MQTTS_BENCH_PROGRAMS", MQTTS_BENCH_PROGRAMS),
            .publisher = environment("MQTTS_PUB", MQTTS_PUB),
            .subscriber = environment("MQTTS_SUB", MQTTS_SUB),
            .count = arguments.number("--count", check   ? 10'000
                                                 : quick ? 200'000
                                                         : 1'000'000),
            .rounds = static_cast<unsigned>(arguments.number("--rounds", check   ? 1
                                                                         : quick ? 3
                                                                                 : 5)),
            .mosquitto = mosquitto,
            .verify = check || arguments.has("--verify"),
            .quick = quick};
}

std::vector<Case> chosen_cases(const Arguments& arguments) {
    const bool check = arguments.has("--check");
    const bool smoke = arguments.has("--smoke");
    std::vector<Case> cases;
    if (!check) std::ranges::move(broker_stream_cases(smoke), std::back_inserter(cases));
    if (!check && !smoke) std::ranges::move(broker_latency_cases(), std::back_inserter(cases));
    if (!check && !smoke) std::ranges::move(one_shot_cases(), std::back_inserter(cases));
    if (!check && !smoke) std::ranges::move(exec_cases(), std::back_inserter(cases));
    if (!check && !smoke) std::ranges::move(share_cases(), std::back_inserter(cases));
    std::ranges::move(stream_cases(), std::back_inserter(cases));
    if (!check) std::ranges::move(growth_cases(), std::back_inserter(cases));
    if (!check) std::ranges::move(bounds_cases(), std::back_inserter(cases));
    if (!check && !smoke) std::ranges::move(single_cases(), std::back_inserter(cases));
    const std::string prefix = arguments.text("--case");
    if (prefix.starts_with("links")) std::ranges::move(link_cases(), std::back_inserter(cases));
    std::erase_if(cases, [&](const Case& one) { return !one.name.starts_with(prefix); });
    return cases;
}

/// A smoke test is not to fail for the noise of a busy machine: where that is, it is told, and nothing follows from it.
bool is_alarming(const Figure& figure) {
    if (!figure.steady || figure.value <= 2 * std::max(figure.bar, figure.recorded)) return false;
    if (!figure.unsettled()) return true;
    fmt::print("{}: not judged, as what it is compared with varied by more than 1.5\n", figure.name);
    return false;
}

int run(const Arguments& arguments) {
    if (arguments.has("--help")) {
        fmt::print("{}", usage);
        return 0;
    }
    const std::vector<Case> cases = chosen_cases(arguments);
    if (arguments.has("--list")) {
        for (const Case& one : cases)
            fmt::print("{}\n", one.name);
        return 0;
    }
    Bench bench(make_settings(arguments));
    bool failed = false;
    for (const Case& one : cases) {
        fmt::print(stderr, "{}\n", one.name);
        try {
            one.run(bench);
        } catch (const std::exception& error) {
            fmt::print(stderr, "mqtts-bench: {}: {}\n", one.name, error.what());
            failed = true;
        }
    }
    if (arguments.has("--check")) return failed ? 2 : 0;
    print_table(bench.figures());
    if (const std::string file = arguments.text("--json"); !file.empty()) write_json(file, bench.figures());
    if (failed) return 2;
    return arguments.has("--smoke") && std::ranges::count_if(bench.figures(), is_alarming) > 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(Arguments(count, values));
    } catch (const std::exception& error) {
        fmt::print(stderr, "mqtts-bench: {}\n", error.what());
        return 2;
    }
}
