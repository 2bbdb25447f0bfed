// SPDX-License-Identifier: Apache-2.0
// A caller, and a keeper that says what the test tells it to say.
#include "share/call.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>

#include "os/os.hpp"
#include "share_frames.hpp"
#include "support/file_descriptor.hpp"
#include "support/patience.hpp"

using namespace mqtts;
using namespace mqtts::share;
using namespace mqtts::test;
using Event = Call::Event;

namespace {

constexpr std::string_view call_version = "1";

/// Both ends of a socket, and a call at one of them.
struct Pair {
    Pair() : Pair(make()) { ::signal(SIGPIPE, SIG_IGN); }

    FileDescriptor keeper;
    Call call;

    void say(std::string_view bytes) const { REQUIRE(os::send(keeper.get(), bytes) == std::ssize(bytes)); }
    /// Reads until there are `size` bytes, or the end.
    [[nodiscard]] std::string heard(std::size_t size) const {
        std::string all;
        std::array<char, 65536> block;
        while (all.size() < size) {
            const ssize_t count = ::recv(keeper.get(), block.data(), std::min(block.size(), size - all.size()), 0);
            if (count <= 0) break;
            all.append(block.data(), static_cast<std::size_t>(count));
        }
        return all;
    }

private:
    explicit Pair(std::array<int, 2> ends) : keeper(ends[0]), call(os::OpenFile(ends[1]), call_version) {}

    static std::array<int, 2> make() {
        std::array<int, 2> ends{};
        REQUIRE(os::make_socket_pair(ends));
        REQUIRE(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
        return ends;
    }
};

const std::string keeper_greeting = written([](Buffer& to) { encode_greeting(to, call_version); });

Call::Deadline now() {
    return std::chrono::steady_clock::now();
}

const Publish one_message{.topic = "a/b", .payload = "hello", .qos = 1};

}  // namespace

TEST_CASE("a call sends greeting, identity and message, and hears what became of it") {
    Pair pair;
    Identity identity;
    identity.add("host", "broker");
    pair.call.add_identity(identity);
    REQUIRE(pair.call.add(one_message));
    CHECK(pair.call.next(now()) == Event::timed_out);
    const std::string expected = keeper_greeting + written([&](Buffer& to) {
                                     encode_identity_header(to, identity.bytes().size());
                                     to.append(identity.bytes());
                                 }) +
                                 frame_with(one_message);
    CHECK(pair.heard(expected.size()) == expected);
    pair.say(keeper_greeting + frame_with(Taken{}) + frame_with(LogLine{.text = "line"}));
    pair.say(frame_with(Done{.code = Errc::publish_refused, .cause = "no"}));
    CHECK(pair.call.next({}) == Event::reply);
    CHECK(pair.call.is_taken());
    CHECK(pair.call.next({}) == Event::reply);
    CHECK(std::get<LogLine>(pair.call.reply()).text == "line");
    CHECK(pair.call.next({}) == Event::reply);
    CHECK(std::get<Done>(pair.call.reply()).cause == "no");
    CHECK_FALSE(pair.call.is_taken());
}

TEST_CASE("a large identity is sent while it is read, and a refusal in its midst is heard") {
    Identity identity;
    identity.add("ca", std::string(Identity::limit / 2, 'x'));
    Pair pair;
    pair.call.add_identity(identity);
    pair.call.add(StatusRequest{});
    const std::size_t size = keeper_greeting.size() + 5 + identity.bytes().size() + 5;
    std::string heard;
    std::thread keeper([&] {
        heard = pair.heard(size);
        static_cast<void>(os::send(pair.keeper.get(), keeper_greeting + frame_with(Status{.broker = "b:1"})));
    });
    CHECK(pair.call.next({}) == Event::reply);
    keeper.join();
    CHECK(heard.size() == size);
    CHECK(std::get<Status>(pair.call.reply()).broker == "b:1");

    Pair refused;
    refused.call.add_identity(identity);
    REQUIRE(refused.call.add(one_message));
    CHECK(refused.call.next(now()) == Event::timed_out);
    refused.say(keeper_greeting + frame_with(Refused{Refusal::other_identity}));
    refused.keeper.close();  // with much that it has not read
    CHECK(refused.call.next({}) == Event::reply);
    CHECK(refused.call.reply() == Reply(Refused{Refusal::other_identity}));
    CHECK(refused.call.next({}) == Event::lost);
    CHECK_FALSE(refused.call.is_taken());
}

TEST_CASE("what a keeper said before it was lost is heard, and tells whether the message may be on its way") {
    for (const bool taken : {false, true}) {
        Pair pair;
        REQUIRE(pair.call.add(one_message));
        CHECK(pair.call.next(now()) == Event::timed_out);
        pair.say(keeper_greeting + (taken ? frame_with(Taken{}) : "") +
                 std::string("\0\0", 2));  // and a part of a frame
        pair.keeper.close();
        if (taken) CHECK(pair.call.next({}) == Event::reply);
        CHECK(pair.call.next({}) == Event::lost);
        CHECK(pair.call.next({}) == Event::lost);
        CHECK(pair.call.is_taken() == taken);
    }
}

TEST_CASE("a keeper that is left cannot take the message any more, and what it said before is heard") {
    for (const bool taken : {false, true}) {
        Pair pair;
        REQUIRE(pair.call.add(one_message));
        CHECK(pair.call.next(now()) == Event::timed_out);
        pair.say(keeper_greeting);
        if (taken) pair.say(frame_with(Taken{}));
        pair.call.leave();
        CHECK(os::send(pair.keeper.get(), frame_with(Taken{})) < 0);
        if (taken) CHECK(pair.call.next({}) == Event::reply);
        CHECK(pair.call.next({}) == Event::lost);
        CHECK(pair.call.is_taken() == taken);
    }
}

TEST_CASE("a keeper of another version, and a stranger, are not believed") {
    Pair pair;
    pair.say(written([](Buffer& to) { encode_greeting(to, "0.9"); }) + frame_with(Taken{}));
    CHECK(pair.call.next({}) == Event::other_version);
    CHECK(pair.call.next({}) == Event::other_version);
    CHECK(pair.call.other_version() == "0.9");
    CHECK_FALSE(pair.call.is_taken());
    Pair stranger;
    stranger.say("SSH-2.0-x\r\n");
    CHECK(stranger.call.next({}) == Event::malformed);
    CHECK(stranger.call.next({}) == Event::malformed);
}

TEST_CASE("a wait ends at its deadline, or when another descriptor becomes readable") {
    std::array<int, 2> wake{};
    REQUIRE(os::make_pipe(wake));
    std::array<int, 2> ends{};
    REQUIRE(os::make_socket_pair(ends));
    const FileDescriptor keeper(ends[0]);
    Call call(os::OpenFile(ends[1]), call_version, wake[0]);
    CHECK(call.next(std::chrono::steady_clock::now() + std::chrono::milliseconds(5)) == Event::timed_out);
    REQUIRE(::write(wake[1], "x", 1) == 1);
    CHECK(call.next(std::chrono::steady_clock::now() + patience) == Event::woken);
    CHECK(os::send(keeper.get(), keeper_greeting + frame_with(Taken{})) > 0);
    char byte = 0;
    REQUIRE(::read(wake[0], &byte, 1) == 1);
    CHECK(call.next({}) == Event::reply);
    for (const int end : wake)
        ::close(end);
}

TEST_CASE("a message that is larger than a frame is not added") {
    Pair pair;
    CHECK_FALSE(pair.call.add(Publish{.payload = std::string(largest_frame, 'x')}));
    pair.call.add(EndRequest{});
    CHECK(pair.call.next(now()) == Event::timed_out);
    CHECK(pair.heard(keeper_greeting.size() + 5) == keeper_greeting + frame_with(EndRequest{}));
}
