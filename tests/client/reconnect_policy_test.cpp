// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next connection, and what makes one that lasted.
#include "client/reconnect_policy.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using namespace mqtts::client;
using Clock = ReconnectPolicy::Clock;
using End = ReconnectPolicy::End;
using Step = ReconnectPolicy::Step;

namespace {

struct Connections {
    ReconnectPolicy policy{{.backoff = {.first = 500ms, .longest = 30s, .seed = 1}, .first = 0s, .again = 1h}};
    Clock::time_point now{};

    void one(Clock::duration lived, const End& end = {.closed = true}) {
        policy.connected(now);
        now += lived;
        policy.ended(now, end);
    }
    /// Each wait is between half of it and all of it.
    bool waits(std::chrono::milliseconds longest) {
        const auto next = policy.failed(now, mqtts::Errc::connection_lost);
        const auto wait = next.at - now;
        return next.step == Step::attempt && wait >= longest / 2 && wait <= longest;
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
            static_cast<void>(c.policy.failed(c.now, mqtts::Errc::connection_lost));
        }
        c.one(lived, end);
        return c.waits(500ms);
    };
    CHECK(waits_after(ReconnectPolicy::long_life, {}));
    CHECK_FALSE(waits_after(ReconnectPolicy::long_life - 1s, {}));
    CHECK(waits_after(0s, {.acknowledged = true}));
    CHECK(waits_after(0s, {.closed = true, .refused = true}));
    CHECK(waits_after(ReconnectPolicy::short_life, {.delivered = true}));
    CHECK_FALSE(waits_after(ReconnectPolicy::short_life - 1s, {.delivered = true}));
}

TEST_CASE("the time without a connection counts from the last one that lasted, or from the first loss") {
    Connections c;
    c.one(1s);
    const auto first = c.now;
    c.one(1s);
    CHECK(c.policy.last_attempt() == first + 1h);
    c.one(1min);
    CHECK(c.policy.last_attempt() == c.now + 1h);
    c.one(1s);
    CHECK(c.policy.last_attempt() == c.now - 1s + 1h);
}

TEST_CASE("connections closed soon in a row look like another program with our name, and that is said once") {
    Connections c;
    for (unsigned i = 1; i < ReconnectPolicy::most_short_lives; ++i) {
        c.one(1s);
        CHECK_FALSE(c.policy.looks_taken_over());
    }
    c.one(ReconnectPolicy::short_life - 1s, {.closed = true, .acknowledged = true});
    CHECK(c.policy.looks_taken_over());
    c.one(1s);
    CHECK_FALSE(c.policy.looks_taken_over());
}

TEST_CASE("a connection that lived longer, timed out, or has another explanation begins a new count") {
    struct Other {
        Clock::duration lived;
        End end;
    };
    for (const Other& other : {Other{ReconnectPolicy::short_life, {.closed = true}}, Other{1s, {.closed = false}},
                               Other{1s, {.closed = true, .explained = true}}}) {
        Connections c;
        const auto one_too_few = [&c] {
            for (unsigned i = 1; i < ReconnectPolicy::most_short_lives; ++i)
                c.one(1s);
        };
        one_too_few();
        c.one(other.lived, other.end);
        CHECK_FALSE(c.policy.looks_taken_over());
        one_too_few();
        CHECK_FALSE(c.policy.looks_taken_over());
        c.one(1s);
        CHECK(c.policy.looks_taken_over());
    }
}

namespace {

ReconnectPolicy::Allowed seeded(ReconnectPolicy::Allowed allowed) {
    allowed.backoff.seed = 1;
    return allowed;
}

/// How the failures of attempts are taken, at these moments.
struct Attempts {
    explicit Attempts(ReconnectPolicy::Allowed allowed) : policy(seeded(allowed)) { policy.begin(beginning); }

    Step fail_at(Clock::duration time, mqtts::Errc error = mqtts::Errc::unreachable) {
        return policy.failed(beginning + time, error).step;
    }
    void lose_at(Clock::duration time) {
        policy.connected(beginning);
        policy.ended(beginning + time, {.closed = true});
    }

    static constexpr Clock::time_point beginning{1000s};
    ReconnectPolicy policy;
};

}  // namespace

TEST_CASE("the first connection is tried for once, unless more is allowed") {
    CHECK(Attempts({}).fail_at(0s) == Step::out_of_time);
    Attempts patient({.first = 10s});
    CHECK(patient.fail_at(1s) == Step::attempt);
    CHECK(patient.fail_at(9s) == Step::attempt);
    CHECK(patient.fail_at(10s) == Step::out_of_time);
}

TEST_CASE("what another attempt cannot cure is hopeless at once, whatever is allowed") {
    for (const auto error : {mqtts::Errc::bad_credentials, mqtts::Errc::untrusted_issuer, mqtts::Errc::protocol_error,
                             mqtts::Errc::unsupported_version}) {
        Attempts a({.first = 1h, .again = 1h});
        CHECK(a.fail_at(0s, error) == Step::hopeless);
        a.lose_at(1s);
        CHECK(a.fail_at(1s, error) == Step::hopeless);
    }
}

TEST_CASE("another connection is not wanted where none is allowed") {
    Attempts a({.first = 1h});
    a.lose_at(1s);
    CHECK(a.fail_at(1s) == Step::not_wanted);
}

TEST_CASE("another connection is tried for from the loss on") {
    Attempts a({.again = 30s});
    a.lose_at(100s);
    CHECK(a.fail_at(100s) == Step::attempt);
    CHECK(a.fail_at(129s) == Step::attempt);
    CHECK(a.fail_at(130s) == Step::out_of_time);
    CHECK(a.policy.last_attempt() == Attempts::beginning + 130s);
}

TEST_CASE("connections that did not last take nothing from the time that is allowed, and give nothing") {
    Attempts a({.again = 30s});
    a.lose_at(1s);
    a.policy.connected(Attempts::beginning + 20s);
    a.policy.ended(Attempts::beginning + 21s, {.closed = true});
    CHECK(a.fail_at(30s) == Step::attempt);
    CHECK(a.fail_at(31s) == Step::out_of_time);
}

TEST_CASE("without hurry no attempt is the last one, also where none would be allowed") {
    for (const Clock::duration again : {Clock::duration{0s}, Clock::duration{30s}}) {
        Attempts a({.again = again});
        a.policy.take_time();
        CHECK(a.fail_at(1000h) == Step::attempt);
        a.lose_at(2000h);
        CHECK(a.fail_at(3000h) == Step::attempt);
        CHECK(a.policy.last_attempt() == Clock::time_point::max());
        CHECK(a.fail_at(3000h, mqtts::Errc::not_authorized) == Step::hopeless);
    }
}

TEST_CASE("what is allowed counts from the hurry on") {
    Attempts a({.again = 30s});
    a.policy.take_time();
    a.lose_at(1s);
    a.policy.hurry(Attempts::beginning + 1000s);
    CHECK(a.fail_at(1029s) == Step::attempt);
    CHECK(a.fail_at(1030s) == Step::out_of_time);
    CHECK_FALSE(a.policy.unhurried());
}

TEST_CASE("a hurry where nothing is allowed ends what was begun without it") {
    Attempts a({});
    a.policy.take_time();
    a.lose_at(1s);
    CHECK(a.fail_at(2s) == Step::attempt);
    a.policy.hurry(Attempts::beginning + 3s);
    CHECK(a.fail_at(3s) == Step::out_of_time);
}

TEST_CASE("two connections in a row that end after the same silence were cut for it, and that is said once") {
    const auto after = [](const std::vector<End>& ends) {
        Connections c;
        for (const End& end : ends)
            c.one(1min, end);
        return c.policy.idle_cut().value_or(0s);
    };
    const auto silent = [](Clock::duration silence) { return End{.closed = true, .silence = silence}; };
    CHECK(after({silent(30s)}) == 0s);
    CHECK(after({silent(30s), silent(30s)}) == 30s);
    CHECK(after({silent(350s), silent(355s)}) == 355s);
    CHECK(after({silent(30s), silent(33s)}) == 0s);
    CHECK(after({silent(30s), silent(10s), silent(30s)}) == 0s);
    CHECK(after({silent(5s), silent(5s)}) == 0s);  // so soon it may be anything
    CHECK(after({silent(30s), {.closed = false, .silence = 30s}}) == 0s);
    CHECK(after({silent(30s), {.closed = true, .explained = true, .silence = 30s}}) == 0s);

    Connections c;
    c.one(1min, silent(30s));
    c.one(1min, silent(30s));
    CHECK(c.policy.idle_cut() == 30s);
    c.one(1min, silent(30s));
    CHECK_FALSE(c.policy.idle_cut());
}
