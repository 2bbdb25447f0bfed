// SPDX-License-Identifier: Apache-2.0
// A spool on a full disk: what was acknowledged leaves it all the same, also when it is killed meanwhile.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "killed_process.hpp"
#include "store/spool.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using store::Durability;
using store::Spool;

namespace {

using test::SmallDisk;

bool add(Spool& spool, const std::string& packet, int count) {
    Result<> done = spool.begin();
    for (int i = 0; i < count && done; ++i)
        done = spool.add(packet);
    if (done) done = spool.commit();
    if (!done) spool.rollback();
    return done.has_value();
}

std::vector<std::uint64_t> sequences(Spool& spool) {
    std::vector<std::uint64_t> all;
    const Result<> read = spool.read(0, [&](const Spool::Entry& entry) {
        all.push_back(entry.sequence);
        return true;
    });
    CHECK(read.has_value());
    return all;
}

/// Messages of different sizes, until one does not fit.
void fill(Spool& spool) {
    for (std::size_t i = 0;; ++i) {
        constexpr std::size_t sizes[] = {30, 3'000, 60'000};
        if (!add(spool, std::string(sizes[i % 3], 'm'), 1)) return;
    }
}

/// The sequence numbers are `all` without so many of the first.
bool is_end_of(const std::vector<std::uint64_t>& all, const std::vector<std::uint64_t>& rest) {
    return rest.size() <= all.size() && std::equal(rest.rbegin(), rest.rend(), all.rbegin());
}

/// In a process of its own, which may be killed.
bool empty_in_steps(const std::string& path) {
    auto spool = Spool::open(path, Durability::machine);
    if (!spool) return false;
    std::vector<std::uint64_t> there;
    if (!spool->read(0, [&](const Spool::Entry& entry) { return there.push_back(entry.sequence), true; })) return false;
    for (std::size_t i = 0; i < there.size(); i += 10) {
        const std::size_t count = std::min<std::size_t>(10, there.size() - i);
        if (!spool->keep_progress({}, std::span(there).subspan(i, count))) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a spool on a full disk empties itself, in this process and in the next one") {
    for (const bool reopened : {false, true}) {
        CAPTURE(reopened);
        const SmallDisk disk;
        if (!disk) {
            MESSAGE("skipped: this user may not mount a file system");
            return;
        }
        const std::string path = disk.path() + "/spool";
        std::optional<Spool> spool = Spool::open(path, Durability::machine).value();
        fill(*spool);
        disk.fill();
        if (reopened) {
            spool.reset();
            disk.fill();
            spool = Spool::open(path, Durability::machine).value();
        }
        const std::vector<std::uint64_t> all = sequences(*spool);
        REQUIRE(all.size() > 20);
        CHECK_FALSE(add(*spool, std::string(400'000, 'm'), 1));
        // At QoS 2 in two steps.
        for (std::size_t i = 0; i < all.size(); i += 50) {
            const auto some = std::span(all).subspan(i, std::min<std::size_t>(50, all.size() - i));
            const Result<> received = spool->keep_progress(some, {});
            CHECK_MESSAGE(received.has_value(), received.error().cause);
            const Result<> finished = spool->keep_progress({}, some);
            CHECK_MESSAGE(finished.has_value(), finished.error().cause);
        }
        CHECK(spool->size() == 0);
        spool.reset();
        spool = Spool::open(path, Durability::machine).value();
        CHECK(spool->size() == 0);
        CHECK(add(*spool, "room again", 1));
    }
}

TEST_CASE("all of a full spool may be acknowledged at once") {
    const SmallDisk disk;
    if (!disk) {
        MESSAGE("skipped: this user may not mount a file system");
        return;
    }
    Spool spool = Spool::open(disk.path() + "/spool", Durability::machine).value();
    while (add(spool, std::string(30, 'm'), 100)) {
    }
    disk.fill();
    const std::vector<std::uint64_t> all = sequences(spool);
    REQUIRE(all.size() > 5'000);
    const Result<> kept = spool.keep_progress({}, all);
    CHECK_MESSAGE(kept.has_value(), kept.error().cause);
    CHECK(spool.size() == 0);
}

TEST_CASE("killed while it empties itself on a full disk, a spool goes on in the next process") {
    const SmallDisk disk;
    if (!disk) {
        MESSAGE("skipped: this user may not mount a file system");
        return;
    }
    const std::string path = disk.path() + "/spool";
    std::vector<std::uint64_t> all;
    {
        Spool spool = Spool::open(path, Durability::machine).value();
        while (add(spool, std::string(700, 'm'), 20)) {
        }
        all = sequences(spool);
    }
    disk.fill();
    REQUIRE(all.size() > 1'000);
    constexpr int lives = 60;
    std::mt19937 random(7);
    std::size_t left = all.size();
    for (int life = 1; life <= lives && left != 0; ++life) {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(empty_in_steps(path) ? 0 : 1);
        if (life != lives) {
            std::this_thread::sleep_for(std::chrono::microseconds(5'000 + random() % 40'000));
            ::kill(child, SIGKILL);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
        Spool spool = Spool::open(path, Durability::machine).value();
        const std::vector<std::uint64_t> rest = sequences(spool);
        CHECK(is_end_of(all, rest));
        CHECK(rest.size() <= left);
        left = rest.size();
    }
    CHECK(left == 0);
}

TEST_CASE("a limit on the size of files is a full disk, too") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path();
    test::in_killed_process([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{.rlim_cur = 512 * 1024, .rlim_max = 512 * 1024};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto spool = Spool::open(path, Durability::machine);
        if (!spool) return false;
        while (add(*spool, std::string(900, 'm'), 10)) {
        }
        const std::vector<std::uint64_t> all = sequences(*spool);
        return all.size() > 100 && spool->keep_progress({}, all) && spool->size() == 0;
    });
    CHECK(Spool::open(path, Durability::machine).value().size() == 0);
}

TEST_CASE("an empty spool gives back the space that it needed") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/spool";
    Spool spool = Spool::open(path, Durability::machine).value();
    REQUIRE(add(spool, std::string(10'000'000, 'm'), 1));
    const std::vector<std::uint64_t> all = sequences(spool);
    REQUIRE(spool.keep_progress({}, all).has_value());
    const auto size = [&](const char* name) { return std::filesystem::file_size(path + name); };
    CHECK(size("/spool.db") > 10'000'000);
    spool.shrink();
    CHECK(size("/spool.db") < 1'000'000);
    CHECK(size("/spool.db-wal") < 2'000'000);
    CHECK(add(spool, "next", 1));
    CHECK(sequences(spool) == std::vector<std::uint64_t>{1});
}
