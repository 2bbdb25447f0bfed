// SPDX-License-Identifier: Apache-2.0
// Messages in a spool belong to one session of the broker: under another name they would be sent twice, or not at all.
#include "program/open_spool.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "support/temporary_directory.hpp"

using namespace mqtts;
using test::TemporaryDirectory;

namespace {

struct Opened {
    Opened(const std::string& path, std::string given)
        : identifier(std::move(given)), spool(program::open_spool(path, identifier)) {}

    void add_message() {
        REQUIRE(spool.has_value());
        REQUIRE(spool->begin().has_value());
        REQUIRE(spool->add("\x32").has_value());
        REQUIRE(spool->commit().has_value());
    }

    std::string identifier;
    Result<store::Spool> spool;
};

struct Directory {
    [[nodiscard]] Opened open(const std::string& given = "") const { return {path, given}; }

    TemporaryDirectory directory;
    std::string path = directory.path() + "/spool";
};

}  // namespace

TEST_CASE("a spool has a client identifier of its own, which every run goes by") {
    const Directory directory;
    const std::string first = directory.open().identifier;
    CHECK(first.size() == 23);
    CHECK(directory.open().identifier == first);
    CHECK(Directory().open().identifier != first);
}

TEST_CASE("a spool without messages takes the name that is given, and keeps it") {
    const Directory directory;
    CHECK(directory.open().spool.has_value());
    CHECK(directory.open("sensor").identifier == "sensor");
    CHECK(directory.open().identifier == "sensor");
}

TEST_CASE("messages are not sent in another session") {
    const Directory directory;
    directory.open("sensor").add_message();
    const Opened other = directory.open("another");
    REQUIRE(other.spool.has_error());
    CHECK(other.spool.error().code == Errc::store_failed);
    CHECK(one_line(other.spool.error()) ==
          directory.path + " contains messages of the client identifier sensor; deliver them first, without -i");
}

TEST_CASE("a name that was refused changes nothing in the spool") {
    const Directory directory;
    directory.open("sensor").add_message();
    CHECK(directory.open("another").spool.has_error());
    const Opened again = directory.open();
    REQUIRE(again.spool.has_value());
    CHECK(again.identifier == "sensor");
    CHECK(again.spool->size() == 1);
}

TEST_CASE("a spool that another run uses is refused") {
    const Directory directory;
    const Opened first = directory.open();
    REQUIRE(first.spool.has_value());
    const Opened second = directory.open();
    REQUIRE(second.spool.has_error());
    CHECK(second.spool.error().code == Errc::store_failed);
}

TEST_CASE("a file in the place of the directory is refused as what it is") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("lines.txt", "1\n");
    const Opened opened(file, "");
    REQUIRE(opened.spool.has_error());
    CHECK(opened.spool.error().code == Errc::store_failed);
    CHECK(opened.spool.error().cause == "--spool: " + file + " is not a directory");
}
