// SPDX-License-Identifier: Apache-2.0
// The Will Message.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Settings;

TEST_CASE("without --will-topic there is no will") {
    CHECK_FALSE(publish({"-t", "a", "-n"}).client.session.will);
    CHECK_FALSE(publish({"-t", "a", "-n", "--will-qos", "1"}).client.session.will);  // as mosquitto has it
}

TEST_CASE("a will of a topic alone is empty, at QoS 0 and not retained") {
    const Settings s = subscribe({"-t", "a", "--will-topic", "w/x"});
    REQUIRE(s.client.session.will);
    CHECK(s.client.session.will->topic_name == "w/x");
    CHECK(s.client.session.will->payload.empty());
    CHECK(s.client.session.will->qos == wire::Qos::at_most_once);
    CHECK_FALSE(s.client.session.will->retain);
    CHECK(s.client.session.will->properties.view().empty());
    CHECK_FALSE(s.client.version_pinned);
}

TEST_CASE("all of a will, in any order") {
    const Settings s = publish({"--will-retain", "--will-qos", "2", "--will-payload", "gone\xff", "-D", "will",
                                "will-delay-interval", "30", "--will-topic", "w", "-t", "a", "-n"});
    REQUIRE(s.client.session.will);
    CHECK(s.client.session.will->topic_name == "w");
    CHECK(s.client.session.will->payload == "gone\xff");
    CHECK(s.client.session.will->qos == wire::Qos::exactly_once);
    CHECK(s.client.session.will->retain);
    CHECK(s.client.session.will->properties.view().begin()->number == 30);
}

TEST_CASE("a will for MQTT 3.1.1") {
    const Settings s = publish({"-V", "311", "--will-topic", "w", "--will-payload", "x", "-t", "a", "-n"});
    CHECK(s.client.session.will->payload == "x");
}

TEST_CASE("a payload or retain without a topic") {
    CHECK(publish_refusal({"-t", "a", "-n", "--will-payload", "x"}) ==
          "--will-payload needs a Will Message; give --will-topic");
    CHECK(subscribe_refusal({"-t", "a", "--will-retain"}) == "--will-retain needs a Will Message; give --will-topic");
}

TEST_CASE("a will is no longer than Binary Data can be, and its QoS is one") {
    CHECK(publish({"-t", "a", "-n", "--will-topic", "w", "--will-payload", std::string(65535, 'x')})
              .client.session.will->payload.size() == 65535);
    CHECK(publish_refusal({"-t", "a", "-n", "--will-topic", "w", "--will-payload", std::string(65536, 'x')}) ==
          "--will-payload: its value is longer than 65535 bytes");
    CHECK(publish_refusal({"-t", "a", "-n", "--will-topic", "w", "--will-qos", "3"}) ==
          "--will-qos: '3' is not a QoS; give 0, 1 or 2");
}
