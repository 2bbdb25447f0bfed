// SPDX-License-Identifier: Apache-2.0
// The main function of every test program. The precompiled header has had doctest's first half: what both halves need
// is defined for the second one.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <csignal>

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // as in the programs; a peer that hangs up early is no end of a test
    return doctest::Context(argc, argv).run();
}
