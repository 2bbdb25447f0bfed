// SPDX-License-Identifier: Apache-2.0
// The model of the disk by itself: what may be left is left in some state, and nothing else in any.
#include "crash_states/disk.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace mqtts::test::crash {

namespace {

constexpr std::uint64_t root = 1;
constexpr std::uint64_t file = 2;

Record create(const std::string& name, std::uint64_t inode = file) {
    return {.call = Call::create_file, .directory = root, .inode = inode, .name = name};
}
Record write(std::uint64_t offset, const std::string& bytes, std::uint64_t inode = file) {
    return {.call = Call::write, .inode = inode, .offset = offset, .bytes = bytes};
}
Record rename(const std::string& from, const std::string& to) {
    return {.call = Call::rename, .directory = root, .inode = root, .name = from, .other_name = to};
}
Record sync(std::uint64_t inode) {
    return {.call = Call::sync, .inode = inode};
}

/// "a=xy b=" for each state: the files and what is in them, with '0' for a zero.
std::set<std::string> states(const Disk& disk) {
    const auto pieces = disk.pieces();
    std::set<std::string> all;
    for (std::size_t number = 0; number < std::size_t{1} << pieces.size(); ++number) {
        std::vector<bool> landed;
        for (std::size_t i = 0; i < pieces.size(); ++i)
            landed.push_back((number >> i & 1) != 0);
        const Nodes nodes = disk.after_power_loss(pieces, landed);
        std::string text;
        for (const auto& [name, leads_to] : nodes[0]->names) {
            std::string bytes = nodes[leads_to]->bytes;
            bytes.resize(nodes[leads_to]->size);
            for (char& c : bytes)
                if (c == '\0') c = '0';
            if (bytes.size() > Disk::sector) bytes = bytes.substr(Disk::sector - 1, 2);  // around the boundary
            text += (text.empty() ? "" : " ") + name + '=' + bytes;
        }
        all.insert(text);
    }
    return all;
}

/// The states after these calls.
std::set<std::string> after(const std::vector<Record>& calls, Forgotten forgotten = Forgotten::nothing) {
    Disk disk(root, forgotten);
    for (const Record& call : calls)
        disk.apply(call);
    return states(disk);
}

using Texts = std::set<std::string>;

}  // namespace

TEST_CASE("what was not synchronized may be lost, and its name before it or after it") {
    CHECK(after({create("a"), write(0, "x")}) == Texts{"", "a=", "a=0", "a=x"});
    CHECK(after({create("a"), write(0, "x"), sync(file)}) == Texts{"", "a=x"});
    CHECK(after({create("a"), write(0, "x"), sync(root)}) == Texts{"a=", "a=0", "a=x"});
    CHECK(after({create("a"), write(0, "x"), sync(file), sync(root)}) == Texts{"a=x"});
    CHECK(after({create("a"), write(0, "x"), sync(file), sync(root)}, Forgotten::files) == Texts{"a=", "a=0", "a=x"});
    CHECK(after({create("a"), write(0, "x"), sync(file), sync(root)}, Forgotten::directories) == Texts{"", "a=x"});
}

TEST_CASE("a write over what is safe leaves the old bytes or the new ones, a truncation or none") {
    const std::vector<Record> begin{create("a"), write(0, "old"), sync(file), sync(root)};
    auto calls = begin;
    calls.push_back(write(0, "new"));
    CHECK(after(calls) == Texts{"a=old", "a=new"});
    calls.push_back({.call = Call::truncate, .inode = file, .offset = 1});
    CHECK(after(calls) == Texts{"a=old", "a=new", "a=o", "a=n"});
}

TEST_CASE("a write lands sector by sector") {
    const std::string two_sectors(2 * Disk::sector, 'x');
    CHECK(after({create("a"), sync(root), write(0, two_sectors)}) ==
          Texts{"a=", "a=00", "a=0x", "a=x0", "a=xx", "a=" + std::string(Disk::sector, 'x')});
}

TEST_CASE("a rename is one step, and may come before the bytes of its file") {
    const std::vector<Record> calls{create("a"), sync(root), write(0, "x"), rename("a", "b")};
    CHECK(after(calls) == Texts{"a=", "a=0", "a=x", "b=", "b=0", "b=x"});
    auto over = calls;
    over.insert(over.begin(), {create("b", 3), write(0, "y", 3), sync(3), sync(root)});
    CHECK(after(over) == Texts{"a= b=y", "a=0 b=y", "a=x b=y", "b=", "b=0", "b=x"});
}

TEST_CASE("a removal that is lost leaves the name, and memory that processes share is never left") {
    CHECK(after({create("a"), sync(root), {.call = Call::unlink, .directory = root, .name = "a"}}) == Texts{"", "a="});
    CHECK(after({create("a-shm"), write(0, "x"), sync(file), sync(root)}) == Texts{""});
}

}  // namespace mqtts::test::crash
