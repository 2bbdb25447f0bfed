// SPDX-License-Identifier: Apache-2.0
#include "base/buffer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>

using mqtts::Buffer;

namespace {

void fill(Buffer& buffer, char byte, std::size_t count) {
    std::memset(buffer.prepare(count).data(), byte, count);
    buffer.commit(count);
}

}  // namespace

TEST_CASE("a new buffer is empty and owns no memory") {
    const Buffer buffer;
    CHECK(buffer.empty());
    CHECK(buffer.size() == 0);
    CHECK(buffer.capacity() == 0);
    CHECK(buffer.readable().empty());
}

TEST_CASE("bytes come out in the order they went in") {
    Buffer buffer;
    buffer.append("one ");
    buffer.append("");
    buffer.append("two");
    CHECK(buffer.readable() == "one two");
    buffer.consume(4);
    CHECK(buffer.readable() == "two");
    buffer.append(" three");
    CHECK(buffer.readable() == "two three");
}

TEST_CASE("what is prepared becomes readable only when it is committed, and only as much") {
    Buffer buffer;
    const auto space = buffer.prepare(10);
    CHECK(space.size() >= 10);
    CHECK(buffer.empty());
    std::memcpy(space.data(), "abcdef", 6);
    buffer.commit(3);
    CHECK(buffer.readable() == "abc");
}

TEST_CASE("consuming never moves memory: views stay valid") {
    Buffer buffer;
    buffer.append("first second");
    const std::string_view second = buffer.readable().substr(6);
    buffer.consume(6);
    CHECK(buffer.readable().data() == second.data());
    CHECK(second == "second");
    buffer.consume(6);
    CHECK(buffer.empty());
    CHECK(second == "second");
}

TEST_CASE("a buffer that has been consumed entirely starts again at the front of its block") {
    Buffer buffer;
    buffer.append("abc");
    const char* const front = buffer.readable().data();
    buffer.consume(3);
    buffer.append("def");
    CHECK(buffer.readable().data() == front);
}

TEST_CASE("growing keeps the readable bytes") {
    Buffer buffer;
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        const std::string part = std::to_string(i) + ' ';
        buffer.append(part);
        expected += part;
    }
    CHECK(buffer.readable() == expected);
    CHECK(buffer.capacity() >= expected.size());
}

TEST_CASE("when at least half of the block is free, readable bytes move to the front and nothing is allocated") {
    Buffer buffer;
    fill(buffer, 'x', 4096);
    REQUIRE(buffer.capacity() == 4096);
    const char* const front = buffer.readable().data();
    buffer.consume(4000);
    fill(buffer, 'y', 1000);
    CHECK(buffer.capacity() == 4096);
    CHECK(buffer.readable().data() == front);
    CHECK(buffer.readable() == std::string(96, 'x') + std::string(1000, 'y'));
}

TEST_CASE("a nearly full block is replaced by a larger one instead of being moved again and again") {
    Buffer buffer;
    fill(buffer, 'x', 4096);
    buffer.consume(1);
    fill(buffer, 'y', 1);
    CHECK(buffer.capacity() > 4096);
    CHECK(buffer.readable() == std::string(4095, 'x') + 'y');
}

TEST_CASE("a steady flow through a buffer allocates nothing once the block is large enough") {
    Buffer buffer;
    fill(buffer, 'x', 4000);
    buffer.consume(4000);
    const std::size_t capacity = buffer.capacity();
    for (int i = 0; i < 10'000; ++i) {
        fill(buffer, 'y', 700);
        fill(buffer, 'z', 700);
        buffer.consume(1000);
        buffer.consume(400);
    }
    CHECK(buffer.capacity() == capacity);
}

TEST_CASE("bytes can be changed in place") {
    Buffer buffer;
    buffer.append("xabc");
    buffer.consume(1);
    buffer.mutable_bytes()[1] = 'B';
    CHECK(buffer.readable() == "aBc");
}

TEST_CASE("shrink gives memory back only when the buffer is empty and larger than what is kept") {
    Buffer buffer;
    fill(buffer, 'x', 100'000);
    buffer.shrink(4096);
    CHECK(buffer.size() == 100'000);
    buffer.consume(100'000);
    buffer.shrink(200'000);
    CHECK(buffer.capacity() >= 100'000);
    buffer.shrink(4096);
    CHECK(buffer.capacity() == 0);
    buffer.append("usable again");
    CHECK(buffer.readable() == "usable again");
}

TEST_CASE("clear forgets the bytes and keeps the block") {
    Buffer buffer;
    buffer.append("abc");
    buffer.clear();
    CHECK(buffer.empty());
    CHECK(buffer.capacity() > 0);
}

TEST_CASE("moving takes the bytes along and leaves a usable empty buffer") {
    Buffer from;
    from.append("abcdef");
    from.consume(2);
    Buffer to(std::move(from));
    CHECK(to.readable() == "cdef");
    from = Buffer();
    from.append("new");
    CHECK(from.readable() == "new");
    to = std::move(from);
    CHECK(to.readable() == "new");
}
