// SPDX-License-Identifier: Apache-2.0
#include "base/gather.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using mqtts::Buffer;
using mqtts::Gather;

namespace {

/// Takes everything out, at most `step` bytes at a time, and says in how many pieces it stood there.
std::vector<std::string> pieces(Gather& from, std::size_t step = 1'000) {
    std::vector<std::string> taken;
    while (!from.empty()) {
        const std::string_view piece = from.readable().substr(0, step);
        REQUIRE_FALSE(piece.empty());
        taken.emplace_back(piece);
        from.consume(piece.size());
    }
    CHECK(from.readable().empty());
    return taken;
}

std::shared_ptr<Buffer> chunk(std::string_view bytes) {
    auto buffer = std::make_shared<Buffer>();
    buffer->append(bytes);
    return buffer;
}

/// A source of bytes that remembers how many were read.
struct Text final : mqtts::ByteSource {
    explicit Text(std::string bytes) : text(std::move(bytes)) {}

    [[nodiscard]] std::size_t size() const noexcept override { return text.size(); }
    [[nodiscard]] mqtts::Result<> read(std::size_t offset, std::span<char> to) override {
        if (!works) return mqtts::Failure(mqtts::Errc::input_failed, "it does not work");
        REQUIRE(offset + to.size() <= text.size());
        text.copy(to.data(), to.size(), offset);
        read_bytes += to.size();
        return {};
    }

    std::string text;
    std::size_t read_bytes = 0;
    bool works = true;
};

}  // namespace

TEST_CASE("what is copied and what is referred to leave in the order they came") {
    const auto fill = [](Gather& gather) {
        gather.refer_to("one ");
        gather.buffer().append("two ");
        gather.buffer().append("three ");
        gather.refer_to("four ");
        gather.refer_to("");
        gather.refer_to("five ");
        gather.buffer().append("six");
        CHECK(gather.size() == 27);
    };
    Gather gather;
    for (int round = 0; round < 3; ++round) {  // nothing of the last round is left
        fill(gather);
        CHECK(pieces(gather) == std::vector<std::string>{"one ", "two three ", "four ", "five ", "six"});
    }
    fill(gather);
    std::string all;
    for (const std::string& piece : pieces(gather, 3))
        all += piece;
    CHECK(all == "one two three four five six");
}

TEST_CASE("what is appended while something is unsent goes behind it, however long that lasts") {
    Gather gather;
    gather.buffer().append("0");
    std::string expected = "0";
    std::string sent;
    for (int i = 1; i < 10'000; ++i) {
        const auto owner = chunk(std::to_string(i) + " ");
        expected += std::to_string(i) + " ";
        gather.refer_to(owner->readable(), owner);
        if (i % 3 == 0) gather.buffer().append(",");
        if (i % 3 == 0) expected += ",";
        const std::string_view piece = gather.readable();
        sent += piece.substr(0, (piece.size() + 1) / 2);
        gather.consume((piece.size() + 1) / 2);
    }
    CHECK(gather.size() == expected.size() - sent.size());
    for (const std::string& piece : pieces(gather))
        sent += piece;
    CHECK(sent == expected);
}

TEST_CASE("neighbours with the same owner are one piece, and only they") {
    const auto owner = chunk("abcdef");
    const auto other = chunk("ghi");
    const std::string_view bytes = owner->readable();
    Gather gather;
    gather.refer_to(bytes.substr(0, 2), owner);
    gather.refer_to(bytes.substr(2, 2), owner);
    gather.consume(1);
    gather.refer_to(bytes.substr(4, 2), owner);
    gather.refer_to(other->readable(), other);
    gather.refer_to(bytes.substr(0, 1), owner);
    gather.buffer().append("-");
    gather.refer_to(bytes.substr(1, 1), owner);
    CHECK(pieces(gather) == std::vector<std::string>{"bcdef", "ghi", "a", "-", "b"});
}

TEST_CASE("an owner is shared until its bytes are consumed or cleared") {
    const auto owner = chunk("abc");
    Gather gather;
    gather.refer_to(owner->readable(), owner);
    CHECK_FALSE(gather.borrows());
    CHECK(owner.use_count() == 2);
    gather.consume(2);
    CHECK(owner.use_count() == 2);
    gather.consume(1);
    CHECK(owner.use_count() == 1);
    gather.refer_to(owner->readable(), owner);
    gather.clear();
    CHECK(owner.use_count() == 1);
    CHECK(gather.empty());
}

TEST_CASE("bytes without an owner are borrowed until they are consumed or cleared") {
    Gather gather;
    gather.buffer().append("before");
    CHECK_FALSE(gather.borrows());
    gather.refer_to("payload");
    gather.buffer().append("behind");
    CHECK(gather.borrows());
    gather.consume(6);
    gather.consume(6);
    CHECK(gather.borrows());
    gather.consume(1);
    CHECK_FALSE(gather.borrows());
    CHECK(gather.readable() == "behind");
    gather.refer_to("payload");
    gather.clear();
    CHECK_FALSE(gather.borrows());
}

TEST_CASE("what is in a source is fetched piece by piece, in its turn") {
    Text source(std::string(300'000, 'a') + "end");
    Gather gather;
    gather.buffer().append("before ");
    gather.refer_to(source);
    gather.buffer().append(" behind");
    CHECK(gather.size() == 300'017);
    CHECK(gather.borrows());
    CHECK(gather.readable() == "before ");
    CHECK(source.read_bytes == 0);
    std::string all;
    for (std::size_t longest = 0; !gather.empty();) {
        REQUIRE(gather.fetch().has_value());
        const std::string_view piece = gather.readable().substr(0, 50'000);
        longest = std::max(longest, gather.readable().size());
        REQUIRE_FALSE(piece.empty());
        all += piece;
        gather.consume(piece.size());
        CHECK(longest <= 128 * 1024);
        CHECK(gather.borrows() == (all.size() < 300'010));
    }
    CHECK((all == "before " + source.text + " behind"));
    CHECK(source.read_bytes == source.text.size());
    gather.refer_to(source);
    gather.clear();
    CHECK(gather.empty());
}

TEST_CASE("a source that fails is a failure of fetch() and gather(), and what stands before it is not lost") {
    Text source("text");
    source.works = false;
    Gather gather;
    gather.buffer().append("before");
    gather.refer_to(source);
    CHECK(gather.fetch().has_value());
    gather.consume(6);
    const auto fetched = gather.fetch();
    REQUIRE(fetched.has_error());
    CHECK(fetched.error().code == mqtts::Errc::input_failed);
    CHECK(gather.readable().empty());
    CHECK(gather.gather().has_error());
}

TEST_CASE("gather() makes it one piece") {
    Text source("source ");
    Gather gather;
    gather.buffer().append("one ");
    gather.refer_to("two ");
    gather.refer_to(source);
    gather.buffer().append("three");
    CHECK(gather.gather().has_value());
    CHECK_FALSE(gather.borrows());
    CHECK(pieces(gather) == std::vector<std::string>{"one two source three"});
}
