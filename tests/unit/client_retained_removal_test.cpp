// SPDX-License-Identifier: Apache-2.0
#include "client/retained_removal.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mqtts;
using client::RetainedRemoval;

TEST_CASE("names of retained messages that wait for room are bounded, and what came beyond is counted") {
    RetainedRemoval removal({"kept/#"});
    session::Session session(session::Settings{});  // not connected: there is no room
    const std::string topic_name(60'000, 'a');
    const wire::Publish message{.topic_name = topic_name, .payload = "x", .retain = true};
    std::uint64_t taken = 0;
    for (; removal.left() == 0; ++taken)
        CHECK_FALSE(removal.take(message, session));
    CHECK(taken * topic_name.size() <= RetainedRemoval::most_waiting + topic_name.size());
    CHECK(taken * topic_name.size() > RetainedRemoval::most_waiting / 2);
    CHECK_FALSE(removal.publish(session, {}));
    CHECK_FALSE(removal.done());
    CHECK_FALSE(removal.take(message, session));
    CHECK(removal.left() == 2);
    for (const wire::Publish& other : {wire::Publish{.topic_name = "kept/a", .payload = "x", .retain = true},
                                       wire::Publish{.topic_name = topic_name, .retain = true},
                                       wire::Publish{.topic_name = topic_name, .payload = "x"}})
        CHECK_FALSE(removal.take(other, session));
    CHECK(removal.left() == 2);
}
