// SPDX-License-Identifier: Apache-2.0
#include "share/identity.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "share/keyed_hash.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using share::Identity;
using share::keyed_hash;

namespace {

std::string bytes_of(const std::function<void(Identity&)>& add) {
    Identity identity;
    add(identity);
    return std::string(identity.bytes());
}

std::string store(const std::string& path) {
    return bytes_of([&](Identity& identity) { identity.add_files_of_store("store", path); });
}

std::string content(const std::string& path) {
    return bytes_of([&](Identity& identity) { identity.add_file("file", path); });
}

const std::vector<std::string> none;
const std::vector<std::string> one_empty{""};

}  // namespace

TEST_CASE("the hash of a socket's name is SipHash-2-4 with 128 bits") {
    share::HashKey key;
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<std::uint8_t>(i);
    const std::string bytes{'\0', '\1', '\2', '\3', '\4', '\5', '\6', '\7', '\10', '\11', '\12', '\13', '\14', '\15'};
    // The reference's vectors; `openssl mac -macopt size:16 SIPHASH` gives them, too.
    CHECK(keyed_hash(key, "") == "a3817f04ba25a8e66df67214c7550293");
    CHECK(keyed_hash(key, bytes.substr(0, 1)) == "da87c1d86b99af44347659119b22fc45");
    CHECK(keyed_hash(key, bytes.substr(0, 2)) == "8177228da4a45dc7fca38bdef60affe4");
    CHECK(keyed_hash(key, bytes.substr(0, 7)) == "a1f1ebbed8dbc153c0b84aa61ff08239");
    CHECK(keyed_hash(key, bytes.substr(0, 8)) == "3b62a9ba6258f5610f83e264f31497b4");
    CHECK(keyed_hash(key, bytes.substr(0, 9)) == "264499060ad9baabc47f8b02bb6d71ed");
    ++key[15];
    CHECK(keyed_hash(key, "") != "a3817f04ba25a8e66df67214c7550293");
}

TEST_CASE("no two different lists of items give the same bytes") {
    const std::vector<std::function<void(Identity&)>> all = {
        [](Identity&) {},
        [](Identity& identity) { identity.add("a", "b"); },
        [](Identity& identity) { identity.add("ab", ""); },
        [](Identity& identity) { identity.add("", "ab"); },
        [](Identity& identity) { identity.add("a", ""); },
        [](Identity& identity) { identity.add_optional("a", std::optional<std::string>()); },
        [](Identity& identity) { identity.add_all("a", none); },
        [](Identity& identity) { identity.add_all("a", one_empty); },
        [](Identity& identity) {
            identity.add_all("a", std::vector<std::string>{"", ""});
        },
        [](Identity& identity) { identity.add_all("a", std::vector<std::string>{"b"}); },
        [](Identity& identity) { identity.add_all("a", std::vector<std::string>{"bc"}); },
        [](Identity& identity) {
            identity.add_all("a", std::vector<std::string>{"b", "c"});
        },
        [](Identity& identity) { identity.add_number("a", 0); },
        [](Identity& identity) { identity.add_number("a", 1); },
        [](Identity& identity) { identity.add_number("a", std::uint64_t{1} << 63); },
        [](Identity& identity) { identity.add("a", std::string_view("\0\0\0\0\0\0\0\1", 8)); },
        [](Identity& identity) {
            identity.add("a", "b");
            identity.add("c", "d");
        },
        [](Identity& identity) {
            identity.add("c", "d");
            identity.add("a", "b");
        },
    };
    std::set<std::string> seen;
    for (const auto& add : all)
        CHECK(seen.insert(bytes_of(add)).second);
    CHECK(bytes_of(all[1]) == bytes_of(all[1]));
    CHECK(bytes_of([](Identity& identity) { identity.add_optional("a", std::optional<std::string>("b")); }) ==
          bytes_of(all[1]));
}

TEST_CASE("a file counts by its content, not by its name, and by each byte of it") {
    const TemporaryDirectory directory;
    std::string text(5000, 'k');
    const std::string before = content(directory.write("key", text));
    CHECK(content(directory.write("other", text)) == before);
    for (const std::size_t at : {std::size_t{0}, std::size_t{2500}, text.size() - 1}) {
        text[at] = 'l';
        CHECK(content(directory.write("key", text)) != before);
        text[at] = 'k';
    }
    CHECK(content(directory.write("key", text + 'k')) != before);
    CHECK(content(directory.write("key", text)) == before);
    CHECK(before.find(text) != std::string::npos);
}

TEST_CASE("a file that cannot be read counts with the reason") {
    const TemporaryDirectory directory;
    const std::string missing = content(directory.path() + "/missing");
    CHECK(missing == content(directory.path() + "/missing, too"));
    CHECK(missing != content(directory.path()));
    CHECK(missing != content(directory.write("empty", "")));
}

TEST_CASE("a pipe is a problem, and nothing is taken from it") {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int pipe = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(::write(pipe, "key", 3) == 3);
    Identity identity;
    identity.add_file("key", path);
    REQUIRE(identity.problem());
    CHECK(identity.problem()->cause == path + " can be read only once");
    char bytes[8];
    CHECK(::read(pipe, bytes, sizeof bytes) == 3);
    ::close(pipe);
}

TEST_CASE("an identity that no keeper would compare is a problem") {
    const TemporaryDirectory directory;
    Identity with_file;
    with_file.add_file("ca", directory.write("large", std::string(Identity::limit + 1, 'x')));
    REQUIRE(with_file.problem());
    CHECK(with_file.problem()->cause == directory.path() + "/large is too large to be compared");
    Identity identity;
    identity.add("a", std::string(Identity::limit / 2, 'x'));
    CHECK_FALSE(identity.problem());
    identity.add("b", std::string(Identity::limit / 2, 'x'));
    CHECK(identity.problem());
}

TEST_CASE("a store counts by what changes when a file of it changes") {
    const TemporaryDirectory directory;
    directory.write("b.pem", "b");
    directory.write("a.pem", "a");
    const std::string before = store(directory.path());
    CHECK(before == store(directory.path()));
    CHECK(before.find("a.pem") < before.find("b.pem"));

    const std::string a = directory.path() + "/a.pem";
    auto state_after = [&, last = before](const char* what, const std::function<void()>& change) mutable {
        CAPTURE(what);
        change();
        const std::string now = store(directory.path());
        CHECK(now != last);
        last = now;
    };
    state_after("a new file", [&] { directory.write("c.pem", "c"); });
    state_after("another size", [&] { std::ofstream(a, std::ios::app) << "more"; });
    const timespec times[2] = {{.tv_sec = 1'000'000'000, .tv_nsec = 1}, {.tv_sec = 1'000'000'000, .tv_nsec = 1}};
    state_after("another time", [&] { REQUIRE(::utimensat(AT_FDCWD, a.c_str(), times, 0) == 0); });
    state_after("another name", [&] { REQUIRE(::rename(a.c_str(), (directory.path() + "/d.pem").c_str()) == 0); });
    state_after("a link to nothing", [&] { REQUIRE(::symlink("e.pem", a.c_str()) == 0); });
    state_after("what the link leads to", [&] { directory.write("e.pem", "e"); });
    state_after("a file less", [&] { REQUIRE(::unlink((directory.path() + "/b.pem").c_str()) == 0); });
}

TEST_CASE("a store may be one file, be missing, or be closed to us") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("ca.pem", "a");
    const std::string before = store(file);
    CHECK(before == store(file));
    CHECK(before != store(directory.path()));
    const std::string missing = store(directory.path() + "/missing");
    CHECK(missing == store(directory.path() + "/missing"));
    CHECK(missing != before);
    std::ofstream(file, std::ios::app) << "more";
    CHECK(store(file) != before);
}
