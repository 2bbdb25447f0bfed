// SPDX-License-Identifier: Apache-2.0
// Authentication Data from a file, and the ways in which the file changes.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "auth/token.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using auth::Token;

namespace {

/// A file, and what is made of it.
struct File {
    std::string path = directory.write("token", "one\n");
    Token token{path, Secret("one")};

    std::string first() { return std::string(token.first("nonce").view()); }
    void replace(const std::string& content) const {
        const std::string other = directory.write("other", content);
        REQUIRE(std::rename(other.c_str(), path.c_str()) == 0);
    }
    /// "new", "same", or why it cannot be used.
    std::string look() {
        const Result<bool> looked = token.new_data();
        return !looked ? looked.error().cause : *looked ? "new" : "same";
    }

    static inline const test::TemporaryDirectory directory;
};

std::string read(const std::string& path) {
    const auto data = auth::read_data_file(path, std::nullopt);
    return data ? std::string(data->view()) : std::to_string(exit_status(data.error().code)) + data.error().cause;
}

}  // namespace

TEST_CASE("the data is all of the file but one newline at its end") {
    const auto content = [](const std::string& text) { return read(File::directory.write("data", text)); };
    CHECK(content("abc") == "abc");
    CHECK(content("abc\n") == "abc");
    CHECK(content("abc\r\n") == "abc");
    CHECK(content("a\nb\n\n") == "a\nb\n");
    CHECK(content(std::string("a\0b\n", 4)) == std::string("a\0b", 3));
    CHECK(content(std::string(65'535, 'x') + '\n').size() == 65'535);
    const std::string path = File::directory.path() + "/data: ";
    CHECK(content(std::string(65'536, 'x')) == '2' + path + "it is longer than 65535 bytes");
    CHECK(content("") == '2' + path + "the file is empty");
    CHECK(content("\n") == '2' + path + "the file is empty");
    CHECK(read(File::directory.path() + "/missing").ends_with("/missing: no such file or directory"));
}

TEST_CASE("each connection reads the file anew") {
    File file;
    CHECK(file.token.watches());
    CHECK(file.first() == "one");
    file.replace("two\n");
    CHECK(file.first() == "two");
    CHECK(file.token.warning() == "");
}

TEST_CASE("a file that was replaced or written anew has new data, once it is steady") {
    File file;
    CHECK(file.first() == "one");
    CHECK(file.look() == "same");
    SUBCASE("replaced") {
        file.replace("two\n");
    }
    SUBCASE("written anew") {
        std::ofstream(file.path) << "longer\n";
    }
    CHECK(file.look() == "same");  // somebody may be writing it
    CHECK(file.look() == "new");
    CHECK(file.look() == "new");  // until it is sent
    CHECK(file.first() != "one");
    CHECK(file.look() == "same");
    CHECK(file.look() == "same");
}

TEST_CASE("a file that vanished or is empty is told, and what it contained before is sent") {
    File file;
    CHECK(file.first() == "one");
    std::string cause;
    SUBCASE("vanished") {
        REQUIRE(::unlink(file.path.c_str()) == 0);
        cause = file.path + ": no such file or directory";
    }
    SUBCASE("empty") {
        file.replace("");
        cause = file.path + ": the file is empty";
    }
    CHECK(file.look() == "same");
    CHECK(file.look() == cause);
    CHECK(file.first() == "one");
    CHECK(file.token.warning() == cause + "; sending what the file contained before");
    file.replace("two");
    CHECK(file.look() == "same");
    CHECK(file.look() == "new");
    CHECK(file.first() == "two");
    CHECK(file.token.warning() == "");
}

TEST_CASE("a pipe is read once") {
    const std::string path = File::directory.path() + "/pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    Token token(path, Secret("from the pipe"));
    CHECK_FALSE(token.watches());
    CHECK(token.first("nonce").view() == "from the pipe");
    CHECK(token.first("nonce").view() == "from the pipe");
    CHECK(token.new_data().value() == false);
    const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
    CHECK(auth::read_data_file(path, late).error().code == Errc::timed_out);
}

TEST_CASE("a token is the only message of its method") {
    File file;
    const Result<> taken = file.token.take("and now?");
    CHECK(taken.error().code == Errc::authentication_unsupported);
    CHECK(taken.error().cause == "asks for more than the data of --auth-data-file, the only message of this method");
    CHECK(file.token.conclude("whatever").has_value());
    CHECK(file.token.conclude("").has_value());
}
