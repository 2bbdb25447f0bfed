// SPDX-License-Identifier: Apache-2.0
// Who closed the connection on the same packet again and again, and who only seems to have.
#include "client/suspicion.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using mqtts::client::Suspicion;
using Care = Suspicion::Care;

namespace {

Suspicion::Packet message(std::uint64_t sequence) {
    return {.sequence = sequence};
}

/// A connection that was closed with these messages in flight.
Suspicion::End closed(std::uint64_t first, std::uint64_t next) {
    return {.closed = true, .first = first, .next = next};
}

/// The same while they were sent one by one, and this one was out.
Suspicion::End closed_on(std::uint64_t out, std::uint64_t next, Suspicion::Duration waited = 1ms) {
    return {.closed = true, .first = out, .next = next, .careful = true, .out = message(out), .waited = waited};
}

Suspicion suspicious_of(std::uint64_t sequence) {
    Suspicion suspicion;
    CHECK_FALSE(suspicion.ended(closed(sequence, sequence + 9)));
    CHECK_FALSE(suspicion.ended(closed(sequence, sequence + 9)));
    CHECK_FALSE(suspicion.ended(closed_on(sequence, sequence + 9)));
    CHECK(suspicion.care() == Care::alone);
    CHECK(suspicion.suspect() == message(sequence));
    return suspicion;
}

}  // namespace

TEST_CASE("the fourth connection that is closed on a packet refuses it") {
    Suspicion suspicion;
    CHECK_FALSE(suspicion.ended(closed(7, 27)));
    CHECK(suspicion.care() == Care::none);
    CHECK_FALSE(suspicion.ended(closed(7, 27)));
    CHECK(suspicion.care() == Care::one_by_one);
    CHECK_FALSE(suspicion.ended(closed_on(11, 27)));
    CHECK(suspicion.care() == Care::alone);
    CHECK(suspicion.ended(closed_on(11, 27)) == message(11));
    CHECK(suspicion.care() == Care::none);
}

TEST_CASE("that the first ones of the packets were answered meanwhile costs no further connection") {
    Suspicion suspicion;
    CHECK_FALSE(suspicion.ended(closed(7, 27)));
    CHECK_FALSE(suspicion.ended(closed(20, 40)));
    CHECK(suspicion.care() == Care::one_by_one);
}

TEST_CASE("connections that did their work and broke later are no pair") {
    Suspicion suspicion;
    for (std::uint64_t first = 0; first != 100; first += 20) {
        CHECK_FALSE(suspicion.ended(closed(first, first + 20)));
        CHECK(suspicion.care() == Care::none);
    }
    CHECK_FALSE(suspicion.ended(closed(100, 100)));  // nothing was in flight
    CHECK_FALSE(suspicion.ended(closed(100, 120)));
    CHECK(suspicion.care() == Care::none);
}

TEST_CASE("a connection that timed out says nothing about a packet") {
    Suspicion suspicion;
    CHECK_FALSE(suspicion.ended(closed(0, 1)));
    CHECK_FALSE(suspicion.ended({.closed = false, .first = 0, .next = 1}));
    CHECK_FALSE(suspicion.ended(closed(0, 1)));
    CHECK(suspicion.care() == Care::none);
    suspicion = suspicious_of(3);
    CHECK_FALSE(suspicion.ended({.closed = false, .first = 3, .next = 4, .careful = true, .out = message(3)}));
    CHECK(suspicion.care() == Care::none);
}

TEST_CASE("an end while the link was to be quiet clears the suspect: it happens without the packet, too") {
    Suspicion suspicion = suspicious_of(3);
    CHECK_FALSE(suspicion.ended({.closed = true, .first = 3, .next = 9, .careful = true}));
    CHECK(suspicion.care() != Care::alone);
}

TEST_CASE("a suspect that is answered is cleared, and another one begins anew") {
    Suspicion suspicion = suspicious_of(3);
    CHECK_FALSE(suspicion.ended(closed_on(4, 12)));  // 3 was answered
    CHECK(suspicion.care() == Care::alone);
    CHECK(suspicion.suspect() == message(4));
    suspicion = suspicious_of(3);
    CHECK_FALSE(suspicion.ended(closed(12, 32)));  // all of them were
    CHECK(suspicion.care() == Care::none);
}

TEST_CASE("the quiet lasts twice as long as the suspect took, within bounds") {
    const auto quiet_after = [](Suspicion::Duration waited) {
        Suspicion suspicion;
        CHECK_FALSE(suspicion.ended(closed(0, 1)));
        CHECK_FALSE(suspicion.ended(closed(0, 1)));
        CHECK_FALSE(suspicion.ended(closed_on(0, 1, waited)));
        return suspicion.quiet();
    };
    CHECK(quiet_after(1ms) == 250ms);
    CHECK(quiet_after(700ms) == 1400ms);
    CHECK(quiet_after(1h) == 30s);
}

TEST_CASE("subscriptions are packets like any other, named by their Topic Filters") {
    const auto end = [](std::vector<std::string> filters, bool careful) {
        Suspicion::End one{.closed = true, .topic_filters = filters, .careful = careful};
        if (careful) one.out = Suspicion::Packet{.topic_filter = filters.front()};
        return one;
    };
    Suspicion suspicion;
    CHECK_FALSE(suspicion.ended(end({"a", "b"}, false)));
    CHECK_FALSE(suspicion.ended(end({"b"}, false)));
    CHECK(suspicion.care() == Care::one_by_one);
    CHECK_FALSE(suspicion.ended(end({"b"}, true)));
    CHECK(suspicion.ended(end({"b"}, true)) == Suspicion::Packet{.topic_filter = "b"});
}
