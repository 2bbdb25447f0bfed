// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next connection, and what makes one that lasted.
#include "client/reconnect_policy.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace mqtts::client;
using Clock = ReconnectPolicy::Clock;
using End = ReconnectPolicy::End;

namespace {

struct Connections {
    ReconnectPolicy policy{{.first = 500ms, .longest = 30s}, 1};
    Clock::time_point now{};

    void one(Clock::duration lived, const End& end = {.closed = true}) {
        policy.connected(now);
        now += lived;
        policy.ended(now, end);
    }
    /// Each wait is between half of it and all of it.
    bool waits(std::chrono::milliseconds longest) {
        const auto wait = policy.next_wait();
        return wait >= longest / 2 && wait <= longest;
    }
};

}  // namespace

TEST_CASE("the waits double from one connection that does not last to the next") {
    Connections c;
    for (const auto longest : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
        c.one(1s, {.closed = true, .delivered = true});  // it says something and hangs up
        CHECK(c.waits(longest));
    }
}

TEST_CASE("a connection lasts by its age, by an acknowledgement, or by a message and some age") {
    const auto waits_after = [](Clock::duration lived, const End& end) {
        Connections c;
        for (int i = 0; i < 3; ++i) {
            c.one(1s);
            static_cast<void>(c.policy.next_wait());
        }
        c.one(lived, end);
        return c.waits(500ms);
    };
    CHECK(waits_after(30s, {}));
    CHECK_FALSE(waits_after(29s, {}));
    CHECK(waits_after(0s, {.acknowledged = true}));
    CHECK(waits_after(0s, {.closed = true, .refused = true}));
    CHECK(waits_after(5s, {.delivered = true}));
    CHECK_FALSE(waits_after(4s, {.delivered = true}));
}

TEST_CASE("the time without a connection counts from the last one that lasted, or from the first loss") {
    Connections c;
    c.one(1s);
    const auto first = c.now;
    c.one(1s);
    CHECK(c.policy.without_since() == first);
    c.one(1min);
    CHECK(c.policy.without_since() == c.now);
    c.one(1s);
    CHECK(c.policy.without_since() == c.now - 1s);
}

TEST_CASE("three connections closed within 5 s look like another program with our name, and that is said once") {
    Connections c;
    for (int i = 0; i < 2; ++i) {
        c.one(1s);
        CHECK_FALSE(c.policy.looks_taken_over());
    }
    c.one(4s, {.closed = true, .acknowledged = true});
    CHECK(c.policy.looks_taken_over());
    c.one(1s);
    CHECK_FALSE(c.policy.looks_taken_over());
}

TEST_CASE("a connection that lived longer, timed out, or has another explanation begins a new count") {
    struct Other {
        Clock::duration lived;
        End end;
    };
    for (const Other& other :
         {Other{5s, {.closed = true}}, Other{1s, {.closed = false}}, Other{1s, {.closed = true, .explained = true}}}) {
        Connections c;
        c.one(1s);
        c.one(1s);
        c.one(other.lived, other.end);
        CHECK_FALSE(c.policy.looks_taken_over());
        c.one(1s);
        c.one(1s);
        CHECK_FALSE(c.policy.looks_taken_over());
        c.one(1s);
        CHECK(c.policy.looks_taken_over());
    }
}
