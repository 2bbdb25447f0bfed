// SPDX-License-Identifier: Apache-2.0
#include "store/spool.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "killed_process.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using store::Durability;
using store::Spool;

namespace {

Spool open_spool(const std::string& directory) {
    auto spool = Spool::open(directory, Durability::machine);
    REQUIRE(spool.has_value());
    return std::move(*spool);
}

void add(Spool& spool, const std::string& packet) {
    CHECK(spool.begin().has_value());
    CHECK(spool.add(packet).has_value());
    CHECK(spool.commit().has_value());
}

/// "41 a, 42 received b": what is in it from this sequence number on.
std::string contents(Spool& spool, std::uint64_t from = 0) {
    std::string text;
    const Result<> read = spool.read(from, [&](const Spool::Entry& entry) {
        text += text.empty() ? "" : ", ";
        text += std::to_string(entry.sequence) + ' ' + (entry.received ? "received " : "") + std::string(entry.packet);
        return true;
    });
    CHECK(read.has_value());
    return text;
}

}  // namespace

TEST_CASE("messages, their progress and their numbers survive the end of the process") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/spool";
    {
        Spool spool = open_spool(path);
        CHECK(spool.client_identifier() == "");
        CHECK(spool.set_client_identifier("sensor").has_value());
        for (const char* packet : {"a", "b", "c", "d"})
            add(spool, packet);
        CHECK(spool.begin().has_value());
        CHECK(spool.remove(0).has_value());
        CHECK(spool.received(1).has_value());
        CHECK(spool.remove(2).has_value());
        CHECK(spool.commit().has_value());
        CHECK(spool.size() == 2);
    }
    Spool spool = open_spool(path);
    CHECK(spool.client_identifier() == "sensor");
    CHECK(spool.front() == 1);
    CHECK(spool.next() == 4);
    CHECK(spool.size() == 2);
    CHECK(contents(spool) == "1 received b, 3 d");
    CHECK(contents(spool, 2) == "3 d");
    CHECK(spool.forget_received().has_value());
    CHECK(contents(spool) == "1 b, 3 d");
}

TEST_CASE("messages of QoS 2 are counted by their first byte") {
    const test::TemporaryDirectory directory;
    Spool spool = open_spool(directory.path() + "/spool");
    for (const char* packet : {"\x32", "\x34", "\x35", "\x3c", "\x3d", "\x33", "\x34"})
        add(spool, packet);
    CHECK(spool.count_exactly_once(0, 7).value() == 5);
    CHECK(spool.count_exactly_once(2, 6).value() == 3);
    CHECK(spool.count_exactly_once(5, 5).value() == 0);
}

TEST_CASE("a sequence number does not come again only because the spool was empty") {
    const test::TemporaryDirectory directory;
    {
        Spool spool = open_spool(directory.path());
        add(spool, "a");
        CHECK(spool.begin().has_value());
        CHECK(spool.remove(0).has_value());
        CHECK(spool.commit().has_value());
    }
    Spool spool = open_spool(directory.path());
    CHECK(spool.size() == 0);
    CHECK(spool.front() == 1);
    CHECK(spool.next() == 1);
}

TEST_CASE("killed within a transaction, the committed messages are there and no others") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path();
    test::in_killed_process([&] {
        auto spool = Spool::open(path, Durability::machine);
        return spool && spool->begin() && spool->add("a") && spool->add("b") && spool->commit() && spool->begin() &&
               spool->add("c") && spool->remove(0);
    });
    Spool spool = open_spool(path);
    CHECK(contents(spool) == "0 a, 1 b");
    CHECK(spool.size() == 2);
    CHECK(spool.next() == 2);
}

TEST_CASE("rollback() undoes what was not committed, in the numbers, too") {
    const test::TemporaryDirectory directory;
    Spool spool = open_spool(directory.path());
    add(spool, "a");
    CHECK(spool.begin().has_value());
    CHECK(spool.add("b").has_value());
    CHECK(spool.remove(0).has_value());
    spool.rollback();
    CHECK(contents(spool) == "0 a");
    CHECK(spool.size() == 1);
    CHECK(spool.next() == 1);
    add(spool, "c");
    CHECK(contents(spool) == "0 a, 1 c");
}

TEST_CASE("reading can stop, and go on") {
    const test::TemporaryDirectory directory;
    Spool spool = open_spool(directory.path());
    add(spool, "a");
    add(spool, std::string("\0b", 2));
    add(spool, "");
    std::uint64_t next = 0;
    for (int i = 0; i < 3; ++i) {
        CHECK(
            spool.read(next, [&](const Spool::Entry& entry) { return next = entry.sequence + 1, false; }).has_value());
        CHECK(next == static_cast<std::uint64_t>(i) + 1);
    }
    CHECK(contents(spool) == std::string("0 a, 1 \0b, 2 ", 13));
}

TEST_CASE("only the owner can read it: there are messages in it") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/spool";
    Spool spool = open_spool(path);
    add(spool, "secret");
    for (const std::string& name : {path, path + "/spool.db", path + "/spool.db-wal"}) {
        CAPTURE(name);
        struct stat status {};
        REQUIRE(::stat(name.c_str(), &status) == 0);
        CHECK((status.st_mode & 077) == 0);
    }
}

TEST_CASE("a spool that is in use, cannot be made or is none is refused by name") {
    const test::TemporaryDirectory directory;
    Spool spool = open_spool(directory.path() + "/spool");
    const auto second = Spool::open(directory.path() + "/spool", Durability::machine);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Errc::store_failed);
    CHECK(second.error().cause == directory.path() + "/spool/spool.db is used by another process");

    const auto nowhere = Spool::open(directory.path() + "/none/spool", Durability::machine);
    REQUIRE_FALSE(nowhere.has_value());
    CHECK(nowhere.error().cause == directory.path() + "/none/spool: no such file or directory");

    directory.write("spool.db",
                    "this is a text of more than a hundred bytes, which is the least that the head of a "
                    "database would have, so that it cannot be taken for one");
    const auto text = Spool::open(directory.path(), Durability::machine);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().cause == directory.path() + "/spool.db: file is not a database");
}

TEST_CASE("when the disk is full, what was committed stays") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path();
    test::in_killed_process([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        auto spool = Spool::open(path, Durability::machine);
        if (!(spool && spool->begin() && spool->add("a") && spool->commit())) return false;
        const rlimit limit{.rlim_cur = 256 * 1024, .rlim_max = 256 * 1024};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const bool added = spool->begin() && spool->add(std::string(1024 * 1024, 'x')) && spool->commit();
        spool->rollback();
        return !added && spool->size() == 1 && spool->next() == 1;
    });
    Spool spool = open_spool(path);
    CHECK(contents(spool) == "0 a");
}
