// SPDX-License-Identifier: Apache-2.0
// A descriptor has one owner, and is closed once.
#include "os/open_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

using mqtts::os::OpenFile;

namespace {

OpenFile open_nothing() {
    return OpenFile(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool exists(int descriptor) {
    return ::fcntl(descriptor, F_GETFD) != -1;
}

}  // namespace

TEST_CASE("a file is closed with its owner") {
    int descriptor = -1;
    {
        const OpenFile file = open_nothing();
        REQUIRE(file.is_open());
        descriptor = file.get();
        CHECK(exists(descriptor));
    }
    CHECK_FALSE(exists(descriptor));
}

TEST_CASE("what was handed on, or closed before, is not closed again: its number may be another file by now") {
    OpenFile first = open_nothing();
    const int descriptor = first.get();
    int other = -1;
    {
        OpenFile second(std::move(first));
        CHECK(second.get() == descriptor);
        second.close();
        CHECK_FALSE(exists(descriptor));
        other = open_nothing().release();
        REQUIRE(other == descriptor);  // the lowest that is free
    }
    first.close();
    CHECK(exists(other));
    ::close(other);
}

TEST_CASE("closing does not hide why a call failed") {
    errno = ENOENT;
    { const OpenFile none(-1); }
    CHECK(errno == ENOENT);
    OpenFile file = open_nothing();
    ::close(file.get());  // behind its back: now close(2) fails
    errno = EACCES;
    file.close();
    CHECK(errno == EACCES);
    CHECK_FALSE(file.is_open());
}
