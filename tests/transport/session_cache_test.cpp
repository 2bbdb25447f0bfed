// SPDX-License-Identifier: Apache-2.0
// Files that hold a secret each, shared by any number of processes.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/sentence.hpp"
#include "support/temporary_directory.hpp"
#include "tls/session_cache.hpp"

using namespace mqtts;
using namespace mqtts::test;
using tls::SessionCache;

namespace {

namespace fs = std::filesystem;

struct Place {
    TemporaryDirectory parent;
    std::string path = parent.path() + "/cache/mqtts";
    SessionCache cache{path};

    [[nodiscard]] std::string taken(const std::string& name) const {
        const auto content = cache.take(name).value();
        return content ? std::string(content->view()) : "nothing";
    }
    [[nodiscard]] auto count() const { return std::distance(fs::directory_iterator(path), fs::directory_iterator()); }
    void keep(const std::string& name, std::string_view content) const {
        REQUIRE(cache.keep(name, content).has_value());
    }
};

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("what was kept is taken out once, and is then gone from the disk") {
    const Place place;
    CHECK(place.taken("a") == "nothing");
    place.keep("a", std::string("one\0two", 7));
    CHECK(place.taken("b") == "nothing");
    CHECK(place.taken("a") == std::string("one\0two", 7));
    CHECK(place.count() == 0);
    CHECK(place.taken("a") == "nothing");
}

TEST_CASE("what is kept later takes the place of what was there") {
    const Place place;
    place.keep("a", "one");
    place.keep("a", "two");
    CHECK(place.count() == 1);
    CHECK(place.taken("a") == "two");
}

TEST_CASE("directory and files are for their owner alone, whatever the umask") {
    const mode_t before = ::umask(0);
    const Place place;
    place.keep("a", "one");
    ::umask(before);
    CHECK(mode_of(place.path) == 0700);
    CHECK(mode_of(fs::path(place.path).parent_path()) == 0700);
    CHECK(mode_of(place.path + "/a") == 0600);
}

TEST_CASE("a directory that others can read is not used") {
    const Place place;
    place.keep("a", "one");
    for (const mode_t mode : {0755U, 0710U, 0702U}) {
        REQUIRE(::chmod(place.path.c_str(), mode) == 0);
        const auto taken = place.cache.take("a");
        REQUIRE_FALSE(taken.has_value());
        CHECK(is_well_told(taken.error()));
        CHECK(taken.error().hint.find("chmod 700") != std::string::npos);
        CHECK_FALSE(place.cache.keep("a", "two").has_value());
    }
    REQUIRE(::chmod(place.path.c_str(), 0700) == 0);
    CHECK(place.taken("a") == "one");
}

TEST_CASE("neither a link in place of the directory nor one in place of a file is followed") {
    const Place place;
    place.keep("a", "one");
    const SessionCache linked(place.parent.path() + "/link");
    fs::create_directory_symlink(place.path, place.parent.path() + "/link");
    CHECK_FALSE(linked.take("a").has_value());
    CHECK_FALSE(linked.keep("a", "two").has_value());

    fs::rename(place.path + "/a", place.parent.path() + "/elsewhere");
    fs::create_symlink(place.parent.path() + "/elsewhere", place.path + "/a");
    CHECK(place.taken("a") == "nothing");
}

TEST_CASE("a file that is not as it was kept counts for nothing") {
    const Place place;
    place.keep("a", "content");
    const std::string file = place.path + "/a";
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    const auto taken_as = [&](const std::string& changed) {
        std::ofstream(file, std::ios::binary) << changed;
        REQUIRE(::chmod(file.c_str(), 0600) == 0);
        return place.taken("a");
    };
    CHECK(taken_as(bytes) == "content");
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        std::string changed = bytes;
        changed[index] = static_cast<char>(changed[index] ^ 1);
        CHECK(taken_as(changed) == "nothing");
        CHECK(taken_as(bytes.substr(0, index)) == "nothing");
    }
    CHECK(taken_as(bytes + "x") == "nothing");
    CHECK(taken_as(std::string(1'000'000, 'x')) == "nothing");
}

TEST_CASE("what was kept for one server does not count under the name of another") {
    const Place place;
    place.keep("a", "one");
    fs::rename(place.path + "/a", place.path + "/b");
    CHECK(place.taken("b") == "nothing");
}

TEST_CASE("a file that others can read counts for nothing") {
    const Place place;
    place.keep("a", "one");
    REQUIRE(::chmod((place.path + "/a").c_str(), 0640) == 0);
    CHECK(place.taken("a") == "nothing");
}

TEST_CASE("of many processes that want the same, one gets it") {
    const Place place;
    for (int round = 0; round < 20; ++round) {
        place.keep("a", "one");
        int gate[2];
        REQUIRE(::pipe(gate) == 0);
        pid_t children[4];
        for (pid_t& child : children) {
            child = ::fork();
            if (child != 0) continue;
            char ignored = 0;
            ::close(gate[1]);
            [[maybe_unused]] const ssize_t opened = ::read(gate[0], &ignored, 1);
            const auto taken = place.cache.take("a");
            ::_exit(taken && *taken && (*taken)->view() == "one" ? 1 : 0);
        }
        ::close(gate[0]);
        ::close(gate[1]);
        int winners = 0;
        for (const pid_t child : children) {
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            winners += WEXITSTATUS(status);
        }
        CHECK(winners == 1);
    }
}

TEST_CASE("what nobody came back for within a week goes when something is kept") {
    const Place place;
    place.keep("a", "one");
    place.keep("b", "two");
    const auto age = std::chrono::days(7) + std::chrono::minutes(1);
    fs::last_write_time(place.path + "/a", fs::file_time_type::clock::now() - age);
    place.keep("c", "three");
    CHECK(place.count() == 2);
    CHECK(place.taken("a") == "nothing");
}

TEST_CASE("where nothing can be written, that is told") {
    const Place place;
    place.parent.write("cache", "a file");
    const auto kept = place.cache.keep("a", "one");
    REQUIRE_FALSE(kept.has_value());
    CHECK(is_well_told(kept.error()));
    CHECK(kept.error().cause.find(place.path) != std::string::npos);
}
