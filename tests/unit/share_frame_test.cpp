// SPDX-License-Identifier: Apache-2.0
// What frames say, written and read again, and bodies that no end writes.
#include "share/frame.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "share_frames.hpp"
#include "support/hex.hpp"

using namespace mqtts;
using namespace mqtts::share;
using namespace mqtts::test;

TEST_CASE("a greeting is the same in all versions, and so are the types of frames") {
    CHECK(to_hex(written([](Buffer& to) { encode_greeting(to, "1.2"); })) == "6d 71 74 74 73 2f 00 01 03 31 2e 32");
    CHECK(to_hex(written([](Buffer& to) { encode_identity_header(to, 0x012345); })) == "00 01 23 46 01");
    CHECK(to_hex(frame_with(StatusRequest{})) == "00 00 00 01 03");
    CHECK(to_hex(frame_with(EndRequest{})) == "00 00 00 01 04");
    CHECK(to_hex(frame_with(Refused{Refusal::ending})) == "00 00 00 02 41 01");
    CHECK(to_hex(frame_with(Taken{})) == "00 00 00 01 42");
    CHECK(to_hex(frame_with(Publish{.topic = "a/b", .payload = "hi", .qos = 1})) ==
          "00 00 00 11 02 01 00 00 00 00 00 03 61 2f 62 00 00 00 00 68 69");
}

TEST_CASE("each request is read as it was written") {
    const std::string large(largest_frame - 64, 'x');
    for (const Publish& publish : {
             Publish{},
             Publish{.topic = "a/b", .payload = "hello"},
             Publish{.topic = "a", .payload = {"\0\xff", 2}, .properties = "\x01\x01", .qos = 2, .retain = true},
             Publish{.topic = "a", .wants_log = true},
             Publish{.payload = large, .qos = 1},
         })
        CHECK(request_in(frame_with(publish)) == Request(publish));
    CHECK(request_in(frame_with(StatusRequest{})) == Request(StatusRequest{}));
    CHECK(request_in(frame_with(EndRequest{})) == Request(EndRequest{}));
}

TEST_CASE("each reply is read as it was written") {
    for (const Reply& reply : all_replies())
        CHECK(reply_in(frame_with(reply)) == reply);
}

TEST_CASE("a message that is larger than a frame is not written") {
    const auto fits = [](std::size_t topic, std::size_t properties, std::size_t payload) {
        const std::string bytes(std::max({topic, properties, payload}), 'x');
        Buffer to;
        to.append("before");
        const bool fit = encode(to, Publish{.topic = std::string_view(bytes).substr(0, topic),
                                            .payload = std::string_view(bytes).substr(0, payload),
                                            .properties = std::string_view(bytes).substr(0, properties)});
        CHECK((to.size() == 6) == !fit);
        CHECK(to.size() <= 6 + 4 + largest_frame);
        return fit;
    };
    const std::size_t most = largest_frame - 12;
    CHECK(fits(0, 0, most));
    CHECK_FALSE(fits(0, 0, most + 1));
    CHECK(fits(10, 20, most - 30));
    CHECK_FALSE(fits(11, 20, most - 30));
    CHECK_FALSE(fits(10, 21, most - 30));
    CHECK_FALSE(fits(65535, 65535, 0));
    CHECK(frame_with(Publish{.payload = std::string(most, 'x')}).size() == 4 + largest_frame);
    CHECK_FALSE(fits(0, 0, 16 * largest_frame));
}

TEST_CASE("texts that are too long are shortened, between two characters, and frames keep their limit") {
    std::string euros;
    while (euros.size() < 2 * largest_frame)
        euros += "€";
    const std::vector<std::string_view> many(20, euros);
    const std::string frame =
        frame_with(Done{.code = Errc::publish_refused, .cause = euros, .hint = euros, .about = many});
    CHECK(frame.size() <= 4 + largest_frame);
    const Done done = std::get<Done>(*reply_in(frame));
    CHECK(done.cause.size() > 1000);
    CHECK(done.cause.size() % 3 == 0);
    CHECK(done.hint.size() % 3 == 0);
    CHECK(done.about.size() == 4);

    const std::string line = frame_with(
        LogLine{.text = euros, .event = euros, .host = euros, .members = euros, .hint = euros, .next = euros});
    CHECK(line.size() <= 4 + largest_frame);
    CHECK(std::get<LogLine>(*reply_in(line)).members.empty());  // a part of them is no JSON
    CHECK(frame_with(Status{.broker = euros}).size() <= 4 + largest_frame);
    CHECK(std::get<Done>(*reply_in(frame_with(Done{.cause = std::string(100'000, '\x80')}))).cause.empty());
}

TEST_CASE("a failure comes as the failure that it was") {
    const Failure failure(Errc::publish_refused, "the broker refused a/b: not authorized", "ask for it", {"-t", "a/b"});
    const std::string frame = frame_with(done_with(failure));
    const Failure read = failure_of(std::get<Done>(*reply_in(frame)));
    CHECK(read.code == failure.code);
    CHECK(read.cause == failure.cause);
    CHECK(read.hint == failure.hint);
    CHECK(read.about == failure.about);
}

TEST_CASE("a body with a byte less, or one more, is malformed") {
    std::vector<std::string> frames;
    for (const Reply& reply : all_replies())
        frames.push_back(frame_with(reply));
    frames.push_back(frame_with(StatusRequest{}));
    for (const std::string& frame : frames) {
        const auto type = static_cast<FrameType>(frame[4]);
        const std::string body = frame.substr(5);
        CAPTURE(to_hex(frame));
        CHECK_FALSE(decode_reply(type, body + '\0'));
        CHECK_FALSE(decode_request(type, body + '\0'));
        for (std::size_t size = 0; size < body.size(); ++size)
            CHECK_FALSE(decode_reply(type, body.substr(0, size)));
    }
    const std::string publish = frame_with(Publish{.topic = "a", .properties = "p"}).substr(5);
    CHECK(decode_request(FrameType::publish, publish + "payload"));
    for (std::size_t size = 0; size < publish.size(); ++size)
        CHECK_FALSE(decode_request(FrameType::publish, publish.substr(0, size)));
}

TEST_CASE("values that no end writes are malformed") {
    const auto publish = [](std::string_view hex) {
        return decode_request(FrameType::publish, from_hex(hex)).has_value();
    };
    CHECK(publish("02 01 01 00 00 00 00 00 00 00 00"));
    CHECK_FALSE(publish("03 00 00 00 00 00 00 00 00 00 00"));     // QoS
    CHECK_FALSE(publish("00 02 00 00 00 00 00 00 00 00 00"));     // retain
    CHECK_FALSE(publish("00 00 00 ff ff ff ff 61 00 00 00 00"));  // length of the topic
    CHECK_FALSE(publish("00 00 00 00 00 00 00 7f ff ff ff"));     // of the properties
    CHECK_FALSE(decode_reply(FrameType::status, from_hex("00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff "
                                                         "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")));
    const auto refused = [](std::string_view hex) {
        return decode_reply(FrameType::refused, from_hex(hex)).has_value();
    };
    CHECK(refused("02"));
    CHECK_FALSE(refused("03"));
    CHECK_FALSE(refused("ff"));
}

TEST_CASE("a result has the code of an error, whose exit status is not cut off") {
    const auto with_code = [](unsigned code) {
        std::string frame = frame_with(Done{});
        frame[5] = static_cast<char>(code >> 8);
        frame[6] = static_cast<char>(code);
        return reply_in(frame).has_value();
    };
    CHECK(with_code(0));
    CHECK(with_code(100));
    CHECK(with_code(static_cast<unsigned>(Errc::unacknowledged)));
    CHECK(with_code(static_cast<unsigned>(interrupted_by(15))));
    CHECK(with_code(25599));
    CHECK_FALSE(with_code(1));  // which is no success, and would end with 0
    CHECK_FALSE(with_code(99));
    CHECK_FALSE(with_code(25600));  // exit(256) is exit(0)
    CHECK_FALSE(with_code(65535));
}

TEST_CASE("a type of the other direction, or none at all, is malformed") {
    for (unsigned type = 0; type < 256; ++type) {
        CAPTURE(type);
        CHECK(decode_request(static_cast<FrameType>(type), "").has_value() == (type == 3 || type == 4));
        CHECK(decode_reply(static_cast<FrameType>(type), "").has_value() == (type == 66));
    }
}
