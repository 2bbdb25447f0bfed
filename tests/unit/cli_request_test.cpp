// SPDX-License-Identifier: Apache-2.0
// mqtts-pub: questions that wait for an answer, and messages that repeat.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Settings;
using namespace std::chrono_literals;

TEST_CASE("-e asks, and subscribes to the response topic as the options say") {
    const Settings s =
        publish({"-t", "a", "-e", "b", "-m", "x", "-q", "1", "-R", "--retain-as-published", "--latency"});
    CHECK(s.publish.response_topic == "b");
    CHECK(s.publish.latency);
    CHECK(s.subscribe.print.skip_retained);
    REQUIRE(s.subscribe.subscriptions.size() == 1);
    const session::SubscriptionSettings& subscription = s.subscribe.subscriptions.front();
    CHECK(subscription.topic_filter == "b");
    CHECK(subscription.qos == wire::Qos::at_least_once);
    CHECK(subscription.retain_as_published);
    CHECK(subscription.retain_handling == wire::RetainHandling::never);
    CHECK(s.session.session_expiry_interval == 300);
    CHECK(publish({"-t", "a", "--response-topic", "b", "-n", "--retain-handling", "new"})
              .subscribe.subscriptions.at(0)
              .retain_handling == wire::RetainHandling::if_new);
    CHECK_FALSE(publish({"-t", "a", "-n"}).publish.response_topic);
    CHECK(publish({"-t", "a", "-n"}).subscribe.subscriptions.empty());
}

TEST_CASE("the answer is printed as mqtts-sub would") {
    const Settings s = publish({"-t", "a", "-e", "b", "-n", "-vN", "-F", "%p", "--pretty", "--raw", "-W", "3"});
    CHECK(s.subscribe.print.format.verbose);
    CHECK_FALSE(s.subscribe.print.format.end_of_line);
    CHECK(s.subscribe.print.format.format == "%p");
    CHECK(s.subscribe.print.format.pretty);
    CHECK(s.subscribe.print.raw);
    CHECK(s.timeout == 3s);
}

TEST_CASE("options about the answer need a question") {
    const auto refused = [](const std::string& option) {
        return option + " is about the answer to a request: ask for one, with -e";
    };
    for (const std::string option : {"-v", "-N", "--pretty", "--raw", "-R", "--latency", "--retain-as-published"})
        CHECK(publish_refusal({"-t", "a", "-n", option}) == refused(option));
    CHECK(publish_refusal({"-t", "a", "-n", "-F", "%p"}) == refused("-F"));
    CHECK(publish_refusal({"-t", "a", "-n", "--retain-handling", "new"}) == refused("--retain-handling"));
}

TEST_CASE("--request asks on a topic of its own, which only MQTT 5 can tell") {
    const Settings s = publish({"-t", "a", "--request", "-m", "x"});
    CHECK(s.publish.response_topic == "");
    CHECK(s.version_pinned);
    CHECK(publish_refusal({"-t", "a", "--request", "-m", "x", "-V", "311"}) ==
          "--request contradicts -V 311: only MQTT 5 tells the other side where to answer; agree on a topic, and give "
          "it with -e");
    CHECK_FALSE(publish({"-t", "a", "-e", "b", "-m", "x", "-V", "311"}).publish.properties.view().bytes().size() > 0);
}

TEST_CASE("a request is one message, and says once where to answer") {
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-l"}) ==
          "-l publishes many messages, and -e waits for one answer: give one of -m, -f, -s, -n");
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-n", "--repeat", "2"}) ==
          "--repeat publishes many messages, and -e waits for one answer");
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-n", "-D", "publish", "response-topic", "c"}) ==
          "-e and -D publish response-topic both say where to answer: give only one of them");
    CHECK(publish({"-t", "a", "-e", "b", "-n", "-D", "publish", "correlation-data", "c"}).publish.response_topic ==
          "b");
    CHECK(publish_refusal({"-e", "b", "-n"}) == "no topic to publish to: give it with -t");
    CHECK(publish_refusal({"-t", "a", "-e", "b"}) == "nothing to publish: give one of -m, -f, -s, -l, -n");
}

TEST_CASE("--repeat and --repeat-delay") {
    const Settings s = publish({"-t", "a", "-n", "--repeat", "3", "--repeat-delay", "0.25"});
    CHECK(s.publish.repeat == 3);
    CHECK(s.publish.repeat_delay == 250ms);
    CHECK(publish({"-t", "a", "-n"}).publish.repeat == 1);
    CHECK(publish({"-t", "a", "-n"}).publish.repeat_delay == 0ms);
    CHECK(publish({"-t", "a", "-n", "--repeat-delay", "0"}).publish.repeat_delay == 0ms);
    CHECK(publish({"-t", "a", "-l", "--repeat", "3"}).publish.repeat == 3);  // without effect, as in mosquitto
    CHECK(publish_refusal({"-t", "a", "-n", "--repeat", "0"}) ==
          "--repeat: '0' is not a number from 1 to 18446744073709551615");
}

TEST_CASE("what is accepted and has no effect") {
    CHECK(publish({"-t", "a", "-n", "--nodelay", "--keyform", "pem"}).publish.topic_name == "a");
    CHECK(subscribe({"-t", "a", "--nodelay", "-M", "5", "-k", "65535"}).session.send_window == 5);
}
