// SPDX-License-Identifier: Apache-2.0
// Standard input and output that cannot be used are said at once, before anything is sent.
#include <doctest/doctest.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

/// Runs a program under a shell that first redirects: ">&-".
Outcome redirected(const std::string& redirection, const Words& program) {
    Words words{"/bin/sh", "-c", "exec \"$@\" " + redirection, "sh"};
    words.insert(words.end(), program.begin(), program.end());
    return run({.arguments = words});
}

void check_unusable(const Outcome& outcome, const std::string& error) {
    CHECK(outcome.status == 3);
    CHECK(outcome.error == error);
}

}  // namespace

TEST_CASE("what a program says about itself is not lost without a word") {
    for (const std::string option : {"--help", "--help=all", "--version"}) {
        CAPTURE(option);
        check_unusable(run({.arguments = mqtts_pub({option}), .output_file = "/dev/full"}),
                       "mqtts-pub: cannot write to standard output: no space left on device\n");
        check_unusable(redirected(">&-", mqtts_sub({option})),
                       "mqtts-sub: cannot write to standard output: bad file descriptor\n");
    }
}

TEST_CASE("closed standard output: 3, before it connects") {
    const std::string port = std::to_string(free_port());
    check_unusable(redirected(">&-", mqtts_sub({"-h", "127.0.0.1", "-p", port, "-t", "a"})),
                   "mqtts-sub: standard output is closed\n");
    check_unusable(redirected(">&-", mqtts_pub({"-h", "127.0.0.1", "-p", port, "-t", "a", "-n", "-e", "b"})),
                   "mqtts-pub: standard output is closed\n");
}

TEST_CASE("closed standard input: 3, before it connects") {
    const std::string port = std::to_string(free_port());
    for (const Words& source : {Words{"-l"}, Words{"-s"}, Words{"-f", "-"}, Words{"-f", "/dev/stdin"}}) {
        Words options{"-h", "127.0.0.1", "-p", port, "-t", "a"};
        options.insert(options.end(), source.begin(), source.end());
        check_unusable(redirected("<&-", mqtts_pub(options)), "mqtts-pub: standard input is closed\n");
    }
}
