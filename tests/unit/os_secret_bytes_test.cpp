// SPDX-License-Identifier: Apache-2.0
#include "os/secret_bytes.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <string>
#include <utility>

#include "killed_process.hpp"
#include "os/read_file.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using os::SecretBytes;

TEST_CASE("secret bytes grow, and keep their content") {
    SecretBytes bytes;
    CHECK(bytes.empty());
    CHECK(bytes.view().empty());
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
        bytes.append(piece);
        expected += piece;
    }
    CHECK(bytes.view() == expected);
    CHECK(bytes.size() == expected.size());
}

TEST_CASE("secret bytes move without a copy, and leave nothing behind") {
    SecretBytes one;
    one.append("secret");
    const char* const at = one.view().data();
    SecretBytes other = std::move(one);
    CHECK(other.view().data() == at);
    CHECK(one.empty());  // NOLINT(bugprone-use-after-move): what it promises
    SecretBytes third;
    third.append("gone");
    third = std::move(other);
    CHECK(third.view() == "secret");
}

TEST_CASE("what secret bytes lose is overwritten") {
    SecretBytes bytes;
    bytes.append("password");
    const char* const at = bytes.view().data();
    bytes.shorten(4);
    CHECK(bytes.view() == "pass");
    CHECK(std::string(at + 4, 4) == std::string(4, '\0'));
    bytes.clear();
    CHECK(std::string(at, 8) == std::string(8, '\0'));
    bytes.append("next");
    CHECK(bytes.view().data() == at);
}

TEST_CASE("memory that may not be locked holds secrets all the same") {
    in_killed_process([] {
        const rlimit nothing{.rlim_cur = 0, .rlim_max = 0};
        if (::setrlimit(RLIMIT_MEMLOCK, &nothing) != 0) return false;
        SecretBytes bytes;
        bytes.append("secret");
        return bytes.view() == "secret";  // root may lock more than the limit
    });
}

TEST_CASE("a process that was forked can lock its copy") {
    SecretBytes bytes;
    bytes.append("secret");
    in_killed_process([&] {
        const bool was_locked = bytes.is_locked();
        bytes.lock();
        return bytes.view() == "secret" && bytes.is_locked() == was_locked;
    });
}

TEST_CASE("a regular file is read as a whole into secret bytes, behind what is there") {
    const TemporaryDirectory directory;
    const std::string content(100'000, 'x');
    SecretBytes bytes;
    bytes.append("before");
    CHECK_FALSE(os::read_regular_file(directory.write("file", content), bytes, content.size()));
    CHECK(bytes.view() == "before" + content);
    CHECK_FALSE(os::read_regular_file(directory.write("empty", ""), bytes, 0));
    CHECK(bytes.size() == 6 + content.size());
}

TEST_CASE("what is no regular file, or too large, is not read into secret bytes") {
    const TemporaryDirectory directory;
    const std::string pipe = directory.path() + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    SecretBytes bytes;
    CHECK(os::read_regular_file(pipe, bytes, 100) == std::errc::invalid_seek);
    CHECK(os::read_regular_file("/dev/zero", bytes, 100) == std::errc::invalid_seek);
    CHECK(os::read_regular_file(directory.path(), bytes, 100) == std::errc::is_a_directory);
    CHECK(os::read_regular_file(directory.path() + "/missing", bytes, 100) == std::errc::no_such_file_or_directory);
    CHECK(os::read_regular_file(directory.write("large", std::string(101, 'x')), bytes, 100) ==
          std::errc::file_too_large);
    CHECK(bytes.empty());
}
