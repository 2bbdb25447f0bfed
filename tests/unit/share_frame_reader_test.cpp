// SPDX-License-Identifier: Apache-2.0
// What the other end sends, cut anywhere, and what a hostile end sends.
#include "share/frame_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "share/identity.hpp"
#include "share_frames.hpp"
#include "support/hex.hpp"

using namespace mqtts;
using namespace mqtts::share;
using namespace mqtts::test;

namespace {

constexpr std::string_view version = "0.2.0";
constexpr std::string_view identity = "host broker, password secret";

std::string greeting(std::string_view of = version) {
    return written([&](Buffer& to) { encode_greeting(to, of); });
}

std::string identity_frame(std::string_view bytes = identity) {
    return written([&](Buffer& to) {
        encode_identity_header(to, bytes.size());
        to.append(bytes);
    });
}

const Publish publish{.topic = "a/b", .payload = "hello", .properties = "p", .qos = 1};

/// Reads the pieces one after the other; each is destroyed before the next, as in a receive buffer.
std::vector<Request> requests_in(RequestReader& reader, const std::vector<std::string>& pieces, ReadState& state) {
    std::vector<Request> requests;
    for (const std::string& piece : pieces) {
        std::string_view bytes = piece;
        while ((state = reader.read(bytes)) == ReadState::frame)
            requests.push_back(reader.request());
        if (state != ReadState::more) break;
        CHECK(bytes.empty());
    }
    return requests;
}

ReadState outcome_of(const std::string& bytes) {
    RequestReader reader(version, identity);
    ReadState state = ReadState::more;
    static_cast<void>(requests_in(reader, {bytes}, state));
    return state;
}

bool has_identity_after(const std::string& frames, std::string_view own = identity) {
    RequestReader reader(version, own);
    ReadState state = ReadState::more;
    static_cast<void>(requests_in(reader, {greeting() + frames}, state));
    CHECK(state == ReadState::more);
    CHECK_FALSE((reader.has_our_identity() && reader.has_other_identity()));
    return reader.has_our_identity();
}

}  // namespace

TEST_CASE("requests are read from two pieces, cut at every position, and byte by byte") {
    const std::string all = greeting() + identity_frame() + frame_with(publish) + frame_with(StatusRequest{}) +
                            frame_with(publish) + frame_with(EndRequest{});
    const auto check = [&](const std::vector<std::string>& pieces) {
        RequestReader reader(version, identity);
        ReadState state = ReadState::more;
        const auto requests = requests_in(reader, pieces, state);
        CHECK(state == ReadState::more);
        CHECK(reader.has_our_identity());
        REQUIRE(requests.size() == 4);
        CHECK(requests[1] == Request(StatusRequest{}));
        CHECK(requests[3] == Request(EndRequest{}));
    };
    for (std::size_t cut = 0; cut <= all.size(); ++cut)
        check({all.substr(0, cut), all.substr(cut)});
    std::vector<std::string> bytes;
    for (const char byte : all)
        bytes.emplace_back(1, byte);
    check(bytes);
}

TEST_CASE("what a request says is right at every cut") {
    const std::string all = greeting() + frame_with(publish) + frame_with(publish);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        CAPTURE(cut);
        RequestReader reader(version, identity);
        int seen = 0;
        for (const std::string& piece : {all.substr(0, cut), all.substr(cut)}) {
            std::string_view bytes = piece;
            for (; reader.read(bytes) == ReadState::frame; ++seen)
                CHECK(reader.request() == Request(publish));
        }
        CHECK(seen == 2);
    }
}

TEST_CASE("replies are read at every cut") {
    std::string all = greeting();
    for (const Reply& reply : all_replies())
        all += frame_with(reply);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        CAPTURE(cut);
        ReplyReader reader(version);
        std::size_t seen = 0;
        for (const std::string& piece : {all.substr(0, cut), all.substr(cut)}) {
            std::string_view bytes = piece;
            for (; reader.read(bytes) == ReadState::frame; ++seen)
                CHECK(reader.reply() == all_replies()[seen]);
        }
        CHECK(seen == all_replies().size());
    }
}

TEST_CASE("a large message is read from many pieces") {
    const std::string payload(largest_frame - 100, 'x');
    const std::string all = greeting() + frame_with(Publish{.topic = "a", .payload = payload});
    RequestReader reader(version, identity);
    ReadState state = ReadState::more;
    for (std::string_view rest = all; !rest.empty() && state == ReadState::more;) {
        std::string_view piece = rest.substr(0, 1000);
        rest.remove_prefix(piece.size());
        state = reader.read(piece);
    }
    REQUIRE(state == ReadState::frame);
    CHECK(std::get<Publish>(reader.request()).payload == payload);
}

TEST_CASE("an end of another version is not trusted, and nothing that it says is read") {
    const std::string request = identity_frame() + frame_with(publish);
    for (const char* const other : {"", "0.1.0", "0.2.", "0.2.0 ", "0.2.00"})
        CHECK(outcome_of(greeting(other) + request) == ReadState::other_version);
    std::string other_protocol = greeting();
    other_protocol[7] = 2;
    CHECK(outcome_of(other_protocol + request) == ReadState::other_version);
    CHECK(outcome_of(greeting(std::string(255, 'v'))) == ReadState::other_version);

    ReplyReader reader(version);
    const std::string all = greeting("0.1.0") + frame_with(Taken{});
    std::string_view bytes = all;
    CHECK(reader.read(bytes) == ReadState::other_version);
    CHECK(reader.read(bytes) == ReadState::other_version);
    CHECK(reader.other_version() == "0.1.0");
    CHECK(bytes.size() == frame_with(Taken{}).size());
}

TEST_CASE("a stranger is recognized by the first byte that is wrong") {
    for (std::size_t at = 0; at < 6; ++at) {
        std::string wrong = greeting().substr(0, at + 1);
        wrong[at] = 'X';
        CHECK(outcome_of(wrong) == ReadState::malformed);
    }
    CHECK(outcome_of("GET / HTTP/1.1\r\n") == ReadState::malformed);
    CHECK(outcome_of(std::string(1, '\x16')) == ReadState::malformed);
    CHECK(outcome_of("") == ReadState::more);
    CHECK(outcome_of("mqtts") == ReadState::more);
}

TEST_CASE("an identity is ours only if each byte of it is") {
    CHECK(has_identity_after(identity_frame()));
    CHECK_FALSE(has_identity_after(""));
    CHECK_FALSE(has_identity_after(identity_frame(identity.substr(1))));
    CHECK_FALSE(has_identity_after(identity_frame(std::string(identity) + 'x')));
    CHECK_FALSE(has_identity_after(identity_frame("")));
    for (std::size_t at = 0; at < identity.size(); ++at) {
        std::string other(identity);
        other[at] ^= 1;
        CHECK_FALSE(has_identity_after(identity_frame(other)));
    }
    CHECK(has_identity_after(identity_frame(""), ""));
    CHECK_FALSE(has_identity_after("", ""));  // none has come
    const std::string prefix = identity_frame().substr(0, 5 + identity.size() - 1);
    CHECK_FALSE(has_identity_after(prefix));  // its last byte has not come yet
}

TEST_CASE("a different identity is known as soon as its length or a byte tells, and is never kept") {
    RequestReader reader(version, identity);
    std::string begun = greeting() + identity_frame(std::string(Identity::limit, 'x')).substr(0, 5);
    std::string_view bytes = begun;
    CHECK(reader.read(bytes) == ReadState::more);
    CHECK(reader.has_other_identity());

    RequestReader second(version, identity);
    begun = greeting() + identity_frame(std::string(identity.size(), 'x')).substr(0, 6);
    bytes = begun;
    CHECK(second.read(bytes) == ReadState::more);
    CHECK(second.has_other_identity());
    CHECK_FALSE(second.has_our_identity());
}

TEST_CASE("a request behind a different identity is read, without the identity") {
    RequestReader reader(version, identity);
    ReadState state = ReadState::more;
    const auto requests = requests_in(reader, {greeting() + identity_frame("other") + frame_with(publish)}, state);
    CHECK(requests.size() == 1);
    CHECK_FALSE(reader.has_our_identity());
    CHECK(reader.has_other_identity());
}

TEST_CASE("hostile lengths and types end it at once, before anything is kept") {
    const auto after_greeting = [](std::string_view hex) { return outcome_of(greeting() + from_hex(hex)); };
    CHECK(after_greeting("00 00 00 00 02") == ReadState::malformed);  // not even a type
    CHECK(after_greeting("ff ff ff ff 02") == ReadState::malformed);
    CHECK(after_greeting("00 01 00 01 02") == ReadState::malformed);  // 64 KiB and 1
    CHECK(after_greeting("00 01 00 00 02") == ReadState::more);
    CHECK(after_greeting("00 40 00 01 01") == ReadState::more);  // the largest identity
    CHECK(after_greeting("00 40 00 02 01") == ReadState::malformed);
    CHECK(after_greeting("ff ff ff ff 01") == ReadState::malformed);
    CHECK(after_greeting("00 00 00 01 00") == ReadState::malformed);
    CHECK(after_greeting("00 00 00 01 05") == ReadState::malformed);
    CHECK(after_greeting("00 00 00 01 42") == ReadState::malformed);  // "taken" is a reply
    CHECK(outcome_of(greeting() + identity_frame() + identity_frame()) == ReadState::malformed);

    ReplyReader reader(version);
    const std::string all = greeting() + identity_frame();
    std::string_view bytes = all;
    CHECK(reader.read(bytes) == ReadState::malformed);  // no caller gets an identity
}

TEST_CASE("nothing more is read after something malformed") {
    RequestReader reader(version, identity);
    const std::string all = greeting() + from_hex("00 00 00 02 02 09") + frame_with(StatusRequest{});
    std::string_view bytes = all;
    CHECK(reader.read(bytes) == ReadState::malformed);
    const std::size_t left = bytes.size();
    CHECK(reader.read(bytes) == ReadState::malformed);
    CHECK(bytes.size() == left);
}
