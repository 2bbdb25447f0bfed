// SPDX-License-Identifier: Apache-2.0
#include "store/receipts.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "killed_process.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using store::Durability;
using store::Receipts;
using wire::Acknowledgement;
using wire::PacketIdentifier;
using enum wire::PacketType;

namespace {

Receipts open(const std::string& path) {
    auto receipts = Receipts::open(path, Durability::process);
    REQUIRE(receipts.has_value());
    return std::move(*receipts);
}

bool save(Receipts& receipts, const std::vector<Acknowledgement>& owed, std::uint64_t output_size) {
    return receipts.save(owed, output_size).has_value();
}

}  // namespace

TEST_CASE("receipts survive the end of the process, those of PUBREC until PUBCOMP") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/state";
    test::in_killed_process([&] {
        Receipts receipts = open(path);
        return receipts.identifiers().empty() && receipts.client_identifier().empty() &&
               receipts.begin("reader", 4711, 10).has_value() &&
               save(receipts, {{.type = pubrec, .packet_identifier = 1}, {.type = puback, .packet_identifier = 2}},
                    20) &&
               save(receipts,
                    {{.type = pubcomp, .packet_identifier = 1},
                     {.type = pubrec, .packet_identifier = 65535},
                     {.type = pubrec, .packet_identifier = 3}},
                    5'000'000'000);
    });
    const Receipts receipts = open(path);
    CHECK(receipts.client_identifier() == "reader");
    CHECK(receipts.output_inode() == 4711);
    CHECK(receipts.output_size() == 5'000'000'000);
    CHECK(receipts.identifiers() == std::vector<PacketIdentifier>{3, 65535});
}

TEST_CASE("an identifier freed and used again in one go is in use, one received twice is there once") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/state";
    {
        Receipts receipts = open(path);
        CHECK(save(receipts, {{.type = pubrec, .packet_identifier = 5}, {.type = pubrec, .packet_identifier = 5}}, 1));
        CHECK(save(receipts, {{.type = pubcomp, .packet_identifier = 5}, {.type = pubrec, .packet_identifier = 5}}, 2));
        CHECK(save(receipts, {{.type = pubcomp, .packet_identifier = 9}}, 2));  // never heard of
    }
    CHECK(open(path).identifiers() == std::vector<PacketIdentifier>{5});
}

TEST_CASE("identifiers of a session that is lost are forgotten, the output is not") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/state";
    {
        Receipts receipts = open(path);
        CHECK(receipts.begin("reader", 1, 0).has_value());
        CHECK(save(receipts, {{.type = pubrec, .packet_identifier = 5}}, 7));
        CHECK(receipts.forget_identifiers().has_value());
    }
    const Receipts receipts = open(path);
    CHECK(receipts.identifiers().empty());
    CHECK(receipts.output_size() == 7);
    CHECK(receipts.client_identifier() == "reader");
}

TEST_CASE("receipts are for one process at a time, and for a file that is ours") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/state";
    const Receipts receipts = open(path);
    const auto second = Receipts::open(path, Durability::process);
    REQUIRE(second.has_error());
    CHECK(second.error().code == Errc::store_failed);
    CHECK(second.error().cause == path + " is used by another process");

    const std::string other = directory.write("other", std::string(5000, 'x'));
    const auto foreign = Receipts::open(other, Durability::process);
    REQUIRE(foreign.has_error());
    CHECK(foreign.error().cause == other + ": file is not a database");
    CHECK(Receipts::open(directory.path() + "/none/state", Durability::process).has_error());
}
