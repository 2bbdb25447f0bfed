// SPDX-License-Identifier: Apache-2.0
#include "client/statistics.hpp"

#include <doctest/doctest.h>

using namespace mqtts::client;
using namespace std::chrono_literals;

TEST_CASE("what is neither in flight nor lost nor refused is acknowledged") {
    Totals totals;
    for (int i = 0; i < 10; ++i)
        totals.published_one(100);
    totals.connections = 3;
    const Statistics statistics = to_statistics(totals, 1, 2, 3);
    CHECK(statistics.acknowledged == 4);
    CHECK(statistics.reconnects == 2);
    CHECK(to_text(statistics, 2s) ==
          "10 messages published, 1000 bytes in 2.000 s (5/s), 4 acknowledged, 3 refused, 2 reconnects");
}

TEST_CASE("what an earlier run left behind takes nothing from what was acknowledged of none") {
    CHECK(to_statistics({}, 7, 0, 0).acknowledged == 0);
    CHECK(to_statistics({}, 0, 0, 0).reconnects == 0);
    CHECK(to_text({.perhaps_twice = 1}, 0s) ==
          "0 messages published, 0 bytes in 0.000 s (0/s), 0 acknowledged, 0 refused, 0 reconnects, up to 1 message of "
          "QoS 2 perhaps delivered twice");
    CHECK(to_text({}, 0s) == "0 messages published, 0 bytes in 0.000 s (0/s), 0 acknowledged, 0 refused, 0 reconnects");
}

TEST_CASE("who only receives is told nothing of acknowledgements") {
    Totals totals;
    totals.received_one(1);
    totals.connections = 2;
    CHECK(to_text(to_statistics(totals, 0, 0, 0), 500ms) == "1 message received, 1 byte in 0.500 s (2/s), 1 reconnect");
}

TEST_CASE("a single one of anything has no plural") {
    CHECK(count_of(1, "message") == "1 message");
    CHECK(count_of(0, "message") == "0 messages");
    CHECK(count_of(2, "topic filter") == "2 topic filters");
}

TEST_CASE("no time is no rate") {
    CHECK(rate({.published = 10}, 0s) == 0);
    CHECK(rate({.published = 10, .received = 10}, 2s) == 10);
}

TEST_CASE("machines get every number, also those that are 0") {
    CHECK(to_json_members({.published = 2, .bytes = 10, .acknowledged = 1, .in_flight = 1}, 500ms) ==
          R"("published":2,"received":0,"bytes":10,"seconds":0.500000,"rate":4.0,"acknowledged":1,"refused":0,)"
          R"("unacknowledged":1,"reconnects":0,"perhaps_twice":0)");
}

TEST_CASE("the lateness is told where times are kept, also if nothing was late") {
    CHECK(to_text({.lateness = 12'345us}, 0s) ==
          "0 messages published, 0 bytes in 0.000 s (0/s), 0 acknowledged, 0 refused, 0 reconnects, at most 0.012 s "
          "late");
    CHECK(to_text({.perhaps_twice = 1, .lateness = 0s}, 0s)
              .ends_with(", at most 0.000 s late, up to 1 message of QoS 2 perhaps delivered twice"));
    CHECK(to_json_members({.lateness = 12'345us}, 0s).ends_with(R"("perhaps_twice":0,"lateness":0.012345)"));
}
