// The program around the tests of one file or of several.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <csignal>

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // as in the programs; a peer that hangs up early is no end of a test
    return doctest::Context(argc, argv).run();
}
