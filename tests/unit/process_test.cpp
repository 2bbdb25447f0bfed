// SPDX-License-Identifier: Apache-2.0
// What the tests that start other programs rely on.
#include "support/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>

#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;

std::string make_fifo(const TemporaryDirectory& directory) {
    std::string path = directory.path() + "/fifo";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    return path;
}

}  // namespace

TEST_CASE("a child goes on however much it writes, while the test waits for something else") {
    for (const char* descriptor : {"1", "2"}) {
        CAPTURE(descriptor);
        const TemporaryDirectory directory;
        const std::string fifo = make_fifo(directory);
        const std::string text = "head -c 1048576 /dev/zero >&\"$0\"; echo done >\"$1\"";
        Process child({.arguments = {"sh", "-c", text, descriptor, fifo}});
        CHECK(run({.arguments = {"cat", fifo}}).output == "done\n");
        const Outcome outcome = child.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output.size() + outcome.error.size() == 1048576);
    }
}

TEST_CASE("a child learns at its next write that nobody reads its standard output any more") {
    Process child({.arguments = {"sh", "-c", "read -r line; echo \"$line\""}, .input = Pipe{}});
    child.close_output();
    child.write("line\n");
    CHECK(child.wait().status == 128 + SIGPIPE);
}

TEST_CASE("what a child left behind, and still holds its pipes, does not keep the test") {
    const TemporaryDirectory directory;
    const std::string fifo = make_fifo(directory);
    const FileDescriptor words(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
    {
        Process child({.arguments = {"sh", "-c", "cat \"$0\" &", fifo}});
        REQUIRE(::write(words.get(), "word\n", 5) == 5);
        child.wait_for_output("word\n");
    }
    // Here cat runs; it ends when nobody can write to the named pipe any more.
}
