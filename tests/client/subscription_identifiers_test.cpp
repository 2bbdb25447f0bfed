// SPDX-License-Identifier: Apache-2.0
// Subscriptions whose messages tell which of them they are for, where the server supports that.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "client/subscriptions.hpp"
#include "session/script.hpp"

using namespace mqtts;
using client::Subscriptions;
using session::SubscriptionSettings;
using test::Script;
using wire::PropertyIdentifier;
using wire::PropertyWriter;
using wire::ProtocolVersion;

namespace {

std::vector<SubscriptionSettings> identified(int count, std::uint32_t identifier) {
    std::vector<SubscriptionSettings> all;
    for (int i = 1; i <= count; ++i)
        all.push_back({.topic_filter = fmt::format("t{}", i),
                       .qos = wire::Qos::at_least_once,
                       .subscription_identifier = identifier});
    return all;
}

}  // namespace

TEST_CASE("topic filters with different Subscription Identifiers travel in different packets") {
    Script script;
    script.connect();
    std::vector<SubscriptionSettings> all = identified(12, 3);
    all[10].subscription_identifier = 1;
    all[11].subscription_identifier = 2;
    Subscriptions subscriptions(all, {"u"});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() ==
          "SUBSCRIBE 1 t1 qos1, t2 qos1, t3 qos1, t4 qos1, t5 qos1, t6 qos1, t7 qos1, t8 qos1 "
          "[subscription-identifier=3]; SUBSCRIBE 2 t9 qos1, t10 qos1 [subscription-identifier=3]; "
          "SUBSCRIBE 3 t11 qos1 [subscription-identifier=1]; SUBSCRIBE 4 t12 qos1 [subscription-identifier=2]; "
          "UNSUBSCRIBE 5 u");
    const wire::SubscriptionAnswer in_use{.reason_codes = "\x91", .packet_identifier = 3};
    REQUIRE(subscriptions.take(script.session, in_use, "h:8883").has_value());
    CHECK(script.sent() == "SUBSCRIBE 6 t11 qos1 [subscription-identifier=1]");
}

TEST_CASE("the identifier counts for the size of a packet") {
    for (const std::uint32_t identifier : {0U, 1U}) {
        Script script;
        PropertyWriter limits;
        limits.add(PropertyIdentifier::maximum_packet_size, 15);  // both topic filters, and no property
        script.connect(false, limits);
        Subscriptions subscriptions(identified(2, identifier), {});
        REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
        CHECK(script.sent() == (identifier == 0 ? "SUBSCRIBE 1 t1 qos1, t2 qos1"
                                                : "SUBSCRIBE 1 t1 qos1 [subscription-identifier=1]; "
                                                  "SUBSCRIBE 2 t2 qos1 [subscription-identifier=1]"));
    }
}

TEST_CASE("without Subscription Identifiers the topic filters must tell the messages apart") {
    struct Case {
        ProtocolVersion version;
        bool available;
        const char* why;
    };
    for (const auto& [version, available, why] :
         {Case{ProtocolVersion::v5, false, "the broker does not support subscription identifiers"},
          Case{ProtocolVersion::v311, true, "the broker does not speak MQTT 5, which has subscription identifiers"}}) {
        CAPTURE(why);
        Script script({.version = version});
        PropertyWriter limits;
        if (!available) limits.add(PropertyIdentifier::subscription_identifier_available, 0);
        script.connect(false, limits);
        Subscriptions distinct(std::vector<SubscriptionSettings>{{.topic_filter = "a/#", .subscription_identifier = 2},
                                                                 {.topic_filter = "a", .subscription_identifier = 2},
                                                                 {.topic_filter = "b/+", .subscription_identifier = 1}},
                               {});
        REQUIRE(distinct.request(script.session, session::Kept::no).has_value());
        CHECK(script.sent() == "SUBSCRIBE 1 a/# qos0, a qos0, b/+ qos0");
        Subscriptions overlapping(
            std::vector<SubscriptionSettings>{{.topic_filter = "$share/g/a/#", .subscription_identifier = 1},
                                              {.topic_filter = "b", .subscription_identifier = 2},
                                              {.topic_filter = "a", .subscription_identifier = 3}},
            {"a/b"});
        const Result<> asked = overlapping.request(script.session, session::Kept::no);
        REQUIRE_FALSE(asked.has_value());
        CHECK(fmt::format("{} {}", exit_status(asked.error().code), one_line(asked.error())) ==
              fmt::format("2 a message may match '$share/g/a/#' and 'a', and nothing in it tells which command it is "
                          "for: {}; give --on and -t filters that do not overlap",
                          why));
        CHECK(script.sent() == "");
    }
}
