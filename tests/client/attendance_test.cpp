// SPDX-License-Identifier: Apache-2.0
// What may have been missed while the connection was lost.
#include "client/attendance.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using namespace std::chrono_literals;
using client::Attendance;

namespace {

const Attendance::Clock::time_point start = Attendance::Clock::time_point{} + 1h;

std::string missed(const Attendance& attendance) {
    const auto failure = attendance.missed();
    if (!failure) return {};
    CHECK(failure->code == Errc::not_matched);
    return one_line(*failure);
}

}  // namespace

TEST_CASE("it begins with the subscription: what was lost before does not matter") {
    Attendance attendance;
    attendance.lost(start, false);
    attendance.back(start + 1s, session::Kept::no);
    CHECK_FALSE(attendance.began());
    CHECK_FALSE(attendance.present());
    attendance.subscribed(start + 2s);
    CHECK(attendance.began());
    CHECK(attendance.present());
    CHECK(attendance.since() == start + 2s);
    CHECK(missed(attendance).empty());
    CHECK(attendance.bridged().empty());
}

TEST_CASE("what the server kept in the session is not missed, and the gap is named") {
    Attendance attendance;
    attendance.subscribed(start);
    attendance.lost(start + 10s, true);
    CHECK_FALSE(attendance.present());
    attendance.back(start + 11500ms, session::Kept::yes);
    CHECK(attendance.present());
    CHECK(attendance.since() == start + 11500ms);
    CHECK(missed(attendance).empty());
    CHECK(attendance.bridged().starts_with("the connection was lost for 1.5 s; the broker kept the session"));
    attendance.lost(start + 20s, true);
    attendance.lost(start + 21s, true);  // the same gap
    attendance.back(start + 22s, session::Kept::yes);
    CHECK(attendance.bridged().starts_with("the connection was lost 2 times, for 3.5 s in all; "));
}

TEST_CASE("without the session messages may have been missed, from the moment it is known, for good") {
    Attendance attendance;
    attendance.subscribed(start);
    attendance.lost(start, true);
    attendance.back(start + 1s, session::Kept::no);
    CHECK_FALSE(attendance.present());
    CHECK(missed(attendance) ==
          "messages may have been missed: the connection was lost, and the broker did not keep the session");
    attendance.subscribed(start + 2s);
    CHECK(attendance.present());
    CHECK(attendance.since() == start + 2s);
    CHECK(missed(attendance) ==
          "messages may have been missed: the connection was lost for 2.0 s, and the broker did not keep the session");
    attendance.lost(start + 3s, true);
    attendance.back(start + 4s, session::Kept::yes);
    CHECK_FALSE(missed(attendance).empty());
    CHECK(attendance.bridged().empty());
}

TEST_CASE("in a session that may be another one messages may have been missed; another that is lost tells more") {
    Attendance attendance;
    attendance.subscribed(start);
    attendance.lost(start, true);
    attendance.back(start + 1s, session::Kept::perhaps);
    CHECK_FALSE(attendance.present());
    attendance.subscribed(start + 2s);
    CHECK(missed(attendance) ==
          "messages may have been missed: the connection was lost for 2.0 s, and perhaps the broker did not keep the "
          "session");
    attendance.lost(start + 3s, true);
    attendance.back(start + 4s, session::Kept::no);
    attendance.subscribed(start + 4s);
    CHECK(missed(attendance) ==
          "messages may have been missed: the connection was lost 2 times, for 3.0 s in all, and the broker did not "
          "keep the session");
}

TEST_CASE("at QoS 0 nothing is kept, session or not, and the cure is named") {
    for (const bool session_present : {false, true}) {
        Attendance attendance;
        attendance.subscribed(start);
        attendance.lost(start, false);
        attendance.back(start + 1s, session_present ? session::Kept::yes : session::Kept::no);
        attendance.subscribed(start + 1s);
        CHECK(
            missed(attendance) ==
            "messages may have been missed: the connection was lost for 1.0 s, and the broker keeps nothing for a QoS "
            "0 subscription; subscribe with -q 1");
        CHECK(attendance.bridged().empty());
    }
}
