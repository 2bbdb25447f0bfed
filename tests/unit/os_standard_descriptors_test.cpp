// SPDX-License-Identifier: Apache-2.0
// In a process of its own, which may lose its standard descriptors.
#include "os/standard_descriptors.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "killed_process.hpp"

using namespace mqtts;
using test::in_killed_process;

namespace {

bool is_taken(int descriptor) {
    return ::fcntl(descriptor, F_GETFD) != -1;
}

/// Opens a file, which takes the lowest number that is free.
int open_next() {
    return ::open("/dev/null", O_RDWR | O_CLOEXEC);
}

}  // namespace

TEST_CASE("a standard descriptor that is closed is not given to the next file, and using it fails") {
    for (int closed = STDIN_FILENO; closed <= STDERR_FILENO; ++closed) {
        CAPTURE(closed);
        in_killed_process([closed] {
            char byte = 'x';
            ::close(closed);
            os::occupy_standard_descriptors();
            const bool is_useless = closed == STDIN_FILENO ? ::read(closed, &byte, 1) == -1 && errno == EBADF
                                                           : ::write(closed, &byte, 1) == -1 && errno == EBADF;
            return is_useless && open_next() > STDERR_FILENO;
        });
    }
}

TEST_CASE("all three may be closed at once") {
    in_killed_process([] {
        for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
            ::close(descriptor);
        os::occupy_standard_descriptors();
        return is_taken(STDIN_FILENO) && is_taken(STDOUT_FILENO) && is_taken(STDERR_FILENO) &&
               open_next() > STDERR_FILENO;
    });
}

TEST_CASE("standard descriptors that are open stay what they are") {
    in_killed_process([] {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) return false;
        os::occupy_standard_descriptors();
        char byte = 0;
        return ::write(STDOUT_FILENO, "x", 1) == 1 && ::read(ends[0], &byte, 1) == 1 && byte == 'x';
    });
}

TEST_CASE("standard input that was emptied is at its end, whatever it was") {
    in_killed_process([] {
        std::array<int, 2> ends{};  // with a writer: to read would wait
        if (::pipe(ends.data()) != 0 || ::dup2(ends[0], STDIN_FILENO) < 0) return false;
        os::empty_standard_input();
        char byte = 0;
        return ::read(STDIN_FILENO, &byte, 1) == 0;
    });
}

TEST_CASE("what is printed is in standard output at once, not in a buffer of ours") {
    std::fflush(stdout);  // what the tests have printed is not the child's
    in_killed_process([] {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) return false;
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        std::array<char, 16> bytes{};
        return os::print("no newline").has_value() && ::read(ends[0], bytes.data(), bytes.size()) == 10 &&
               std::string_view(bytes.data(), 10) == "no newline";
    });
}

TEST_CASE("what cannot be printed is a failure with its reason") {
    in_killed_process([] {
        if (::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDOUT_FILENO) < 0) return false;
        const Result<> printed = os::print("x");
        return printed.has_error() && printed.error().code == Errc::output_failed &&
               printed.error().cause == "cannot write to standard output: bad file descriptor";
    });
}
