// SPDX-License-Identifier: Apache-2.0
// Where sockets are, and directories that somebody else prepared.
#include "share/directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "share_directories.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::share;
using namespace mqtts::test;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

/// Returns why no directory is made; empty: it is made.
std::string refusal(const UserDirectories& user) {
    const auto directory = Directory::make(user);
    if (directory) return {};
    CHECK(directory.error().code == Errc::output_failed);
    const auto found = Directory::find(user);  // where nothing is made, less is in the way
    if (!found) CHECK(found.error().cause == directory.error().cause);
    return one_line(directory.error());
}

std::string name_in(const UserDirectories& user, const Identity& identity, std::string_view version = "1") {
    const auto directory = Directory::make(user);
    REQUIRE(directory.has_value());
    const auto name = directory->name_for(identity, version);
    REQUIRE(name.has_value());
    return *name;
}

Identity identity_of(std::string_view host) {
    Identity identity;
    identity.add("host", host);
    return identity;
}

}  // namespace

TEST_CASE("the directory is below the runtime directory, else the cache, else the home") {
    const TemporaryDirectory base;
    for (const char* const name : {"/run", "/cache", "/home"})
        REQUIRE(::mkdir((base.path() + name).c_str(), 0755) == 0);
    UserDirectories user{
        .runtime = base.path() + "/run", .cache = base.path() + "/cache", .home = base.path() + "/home"};
    CHECK(Directory::make(user)->path() == base.path() + "/run/mqtts");
    CHECK(mode_of(base.path() + "/run/mqtts") == 0700);
    user.runtime = "run";  // a relative path does not count
    CHECK(Directory::make(user)->path() == base.path() + "/cache/mqtts/share");
    user.runtime = base.path() + "/missing";
    CHECK(Directory::make(user)->path() == base.path() + "/cache/mqtts/share");
    user.cache = "./cache";
    CHECK(Directory::make(user)->path() == base.path() + "/home/.cache/mqtts/share");
    for (const char* const name : {"/home/.cache", "/home/.cache/mqtts", "/home/.cache/mqtts/share"})
        CHECK(mode_of(base.path() + name) == 0700);
    CHECK(refusal({}) ==
          "cannot share a connection: XDG_RUNTIME_DIR, XDG_CACHE_HOME and HOME are not set; set XDG_RUNTIME_DIR to a "
          "directory of your own");
}

TEST_CASE("a cache that is missing is made, and nothing is made to look for keepers") {
    const TemporaryDirectory base;
    const UserDirectories user{.runtime = {}, .cache = base.path() + "/cache", .home = {}};
    CHECK_FALSE(Directory::find(user)->has_value());
    CHECK(::access((base.path() + "/cache").c_str(), F_OK) != 0);
    CHECK(Directory::make(user).has_value());
    CHECK(mode_of(base.path() + "/cache") == 0700);
    CHECK((*Directory::find(user))->path() == base.path() + "/cache/mqtts/share");
    CHECK_FALSE(Directory::find(runtime_in(base))->has_value());
    const UserDirectories homeless{.runtime = {}, .cache = {}, .home = base.path() + "/home"};
    CHECK(refusal(homeless).find("no such file or directory") != std::string::npos);  // nobody makes a home
    CHECK_FALSE(Directory::find(homeless)->has_value());
}

TEST_CASE("a link to a directory, or something else, is not used") {
    const TemporaryDirectory base;
    const std::string path = base.path() + "/mqtts";
    REQUIRE(::mkdir((base.path() + "/elsewhere").c_str(), 0700) == 0);
    REQUIRE(::symlink("elsewhere", path.c_str()) == 0);
    CHECK(refusal(runtime_in(base)) ==
          "cannot share a connection through " + path + ": it is no directory, or a link to one; remove " + path);
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::symlink("missing", path.c_str()) == 0);
    CHECK(refusal(runtime_in(base)).find("it is no directory") != std::string::npos);
    REQUIRE(::unlink(path.c_str()) == 0);
    base.write("mqtts", "");
    CHECK(refusal(runtime_in(base)).find("it is no directory") != std::string::npos);
}

TEST_CASE("a directory that is open to others is not used, and not changed") {
    const TemporaryDirectory base;
    const std::string path = base.path() + "/mqtts";
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    const std::string expected =
        "cannot share a connection through " + path + ": it is not closed to all others; run chmod go= " + path;
    for (const mode_t mode : {0777, 01777, 0755, 0750, 0710, 0701, 0770}) {
        CAPTURE(mode);
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        CHECK(refusal(runtime_in(base)) == expected);
        CHECK(mode_of(path) == mode);
    }
    REQUIRE(::chmod(path.c_str(), 0700) == 0);
    CHECK(refusal(runtime_in(base)).empty());
}

TEST_CASE("each level in the cache is closed to others") {
    const TemporaryDirectory base;
    const UserDirectories user{.runtime = {}, .cache = base.path(), .home = {}};
    REQUIRE(Directory::make(user).has_value());
    REQUIRE(::chmod((base.path() + "/mqtts").c_str(), 0755) == 0);
    CHECK(refusal(user).find(base.path() + "/mqtts: it is not closed") != std::string::npos);
    REQUIRE(::chmod((base.path() + "/mqtts").c_str(), 0700) == 0);
    REQUIRE(::chmod((base.path() + "/mqtts/share").c_str(), 0777) == 0);
    CHECK(refusal(user).find(base.path() + "/mqtts/share: it is not closed") != std::string::npos);
}

TEST_CASE("a runtime directory that others can write to is not used") {
    const TemporaryDirectory base;
    for (const mode_t mode : {0777, 01777, 0770, 0702}) {
        REQUIRE(::chmod(base.path().c_str(), mode) == 0);
        CHECK(refusal(runtime_in(base)) ==
              "cannot share a connection through " + base.path() +
                  ": others can write to it; set XDG_RUNTIME_DIR to a directory that is yours alone");
    }
    REQUIRE(::chmod(base.path().c_str(), 0755) == 0);
    CHECK(refusal(runtime_in(base)).empty());
}

TEST_CASE("a directory of another user is not used") {
    if (!is_root()) return skipped_without_root();
    const TemporaryDirectory base;
    const std::string path = base.path() + "/mqtts";
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    REQUIRE(::chown(path.c_str(), another_user, another_user) == 0);
    CHECK(refusal(runtime_in(base)).find(path + ": it belongs to another user") != std::string::npos);
    REQUIRE(::chown(path.c_str(), 0, 0) == 0);
    CHECK(refusal(runtime_in(base)).empty());
    REQUIRE(::chown(base.path().c_str(), another_user, another_user) == 0);  // who could replace it
    CHECK(refusal(runtime_in(base)).find(base.path() + ": it belongs to another user") != std::string::npos);
    const UserDirectories home{.runtime = {}, .cache = {}, .home = base.path()};
    CHECK(refusal(home).find("it belongs to another user") != std::string::npos);
    REQUIRE(::chown(base.path().c_str(), 0, 0) == 0);
}

TEST_CASE("a directory in which nothing can be made is told with the reason") {
    if (!is_root()) return skipped_without_root();  // who becomes a user whose permissions count
    const TemporaryDirectory base;
    REQUIRE(::chown(base.path().c_str(), another_user, another_user) == 0);
    REQUIRE(::chmod(base.path().c_str(), 0500) == 0);
    const UserDirectories user = runtime_in(base);
    as_another_user([&] {
        const auto directory = Directory::make(user);
        return !directory && directory.error().cause ==
                                 "cannot share a connection through " + user.runtime + "/mqtts: permission denied";
    });
    REQUIRE(::chown(base.path().c_str(), 0, 0) == 0);
}

TEST_CASE("the name of a socket depends on the identity, the version and the directory's key") {
    const TemporaryDirectory base;
    const TemporaryDirectory other;
    const std::string name = name_in(runtime_in(base), identity_of("a"));
    CHECK(name.size() == 32);
    CHECK(name == name_in(runtime_in(base), identity_of("a")));
    CHECK(name != name_in(runtime_in(base), identity_of("b")));
    CHECK(name != name_in(runtime_in(base), identity_of("a"), "2"));
    CHECK(name != name_in(runtime_in(other), identity_of("a")));
    CHECK(mode_of(base.path() + "/mqtts/key") == 0600);
}

TEST_CASE("a key that is not ours alone, is a link, or has another size is not used") {
    const TemporaryDirectory base;
    const auto directory = Directory::make(runtime_in(base));
    const std::string key = directory->path() + "/key";
    const auto is_refused = [&] {
        const auto name = directory->name_for(identity_of("a"), "1");
        return !name && one_line(name.error()) == "cannot share a connection through " + key +
                                                      ": it must be ours, closed to all others, and have 16 bytes; "
                                                      "remove the file";
    };
    REQUIRE(directory->name_for(identity_of("a"), "1").has_value());
    REQUIRE(::chmod(key.c_str(), 0640) == 0);
    CHECK(is_refused());
    REQUIRE(::chmod(key.c_str(), 0600) == 0);
    CHECK_FALSE(is_refused());
    std::ofstream(key, std::ios::app) << 'x';
    CHECK(is_refused());
    REQUIRE(::unlink(key.c_str()) == 0);
    REQUIRE(::symlink(base.write("planted", "sixteen bytes...").c_str(), key.c_str()) == 0);
    CHECK_FALSE(directory->name_for(identity_of("a"), "1").has_value());
}

TEST_CASE("processes that make the key at once get the same one") {
    const TemporaryDirectory base;
    const auto directory = Directory::make(runtime_in(base));
    std::vector<std::string> names(8);
    std::vector<std::thread> all;
    all.reserve(names.size());
    for (std::string& name : names)
        all.emplace_back([&] { name = *directory->name_for(identity_of("a"), "1"); });
    for (std::thread& one : all)
        one.join();
    CHECK(std::ranges::count(names, names.front()) == std::ssize(names));
    CHECK(directory->names()->empty());  // nothing is left that could be taken for a socket
}
