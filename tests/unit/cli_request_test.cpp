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
    REQUIRE(s.publish.request);
    CHECK(s.publish.request->response_topic == "b");
    CHECK(s.publish.request->latency);
    CHECK(s.publish.request->print.skip_retained);
    CHECK(s.publish.request->print.count == 1);
    CHECK(s.client.awaited == "the response on 'b'");
    CHECK_FALSE(s.client.open_ended);
    REQUIRE(s.client.subscriptions.size() == 1);
    const session::SubscriptionSettings& subscription = s.client.subscriptions.front();
    CHECK(subscription.topic_filter == "b");
    CHECK(subscription.qos == wire::Qos::at_least_once);
    CHECK(subscription.retain_as_published);
    CHECK(subscription.retain_handling == wire::RetainHandling::never);
    CHECK(s.client.session.session_expiry_interval == 300);
    CHECK(publish({"-t", "a", "--response-topic", "b", "-n", "--retain-handling", "new"})
              .client.subscriptions.at(0)
              .retain_handling == wire::RetainHandling::if_new);
    CHECK_FALSE(publish({"-t", "a", "-n"}).publish.request);
    CHECK(publish({"-t", "a", "-n"}).client.subscriptions.empty());
}

TEST_CASE("the answer is printed as mqtts-sub would") {
    const Settings s = publish({"-t", "a", "-e", "b", "-n", "-vN", "-F", "%p", "--pretty", "--raw", "-W", "3"});
    CHECK(s.publish.request->print.format.verbose);
    CHECK_FALSE(s.publish.request->print.format.end_of_line);
    CHECK(s.publish.request->print.format.format == "%p");
    CHECK(s.publish.request->print.format.pretty);
    CHECK(s.publish.request->print.raw);
    CHECK(s.timeout == 3s);
}

TEST_CASE("options about the answer need a question") {
    const auto refused = [](const std::string& option) {
        return option + " works only on the response to a request; send a request with -e";
    };
    for (const std::string option : {"-v", "-N", "--pretty", "--raw", "-R", "--latency", "--retain-as-published"})
        CHECK(publish_refusal({"-t", "a", "-n", option}) == refused(option));
    CHECK(publish_refusal({"-t", "a", "-n", "-F", "%p"}) == refused("-F"));
    CHECK(publish_refusal({"-t", "a", "-n", "--retain-handling", "new"}) == refused("--retain-handling"));
}

TEST_CASE("--request asks on a topic of its own, which only MQTT 5 can tell") {
    const Settings s = publish({"-t", "a", "--request", "-m", "x"});
    REQUIRE(s.publish.request);
    const std::string topic = s.publish.request->response_topic;
    CHECK(topic.starts_with("response/"));
    CHECK(topic.size() == 9 + 32);
    CHECK(topic != publish({"-t", "a", "--request", "-m", "x"}).publish.request->response_topic);
    CHECK(s.client.subscriptions.at(0).topic_filter == topic);
    CHECK(s.client.awaited == "the response on '" + topic + "'");
    CHECK(s.client.version_pinned);
    CHECK(publish_refusal({"-t", "a", "--request", "-m", "x", "-V", "311"}) ==
          "--request contradicts -V 311: only MQTT 5 tells the other side where to respond; agree on a topic, and give "
          "it with -e");
    CHECK_FALSE(
        publish({"-t", "a", "-e", "b", "-m", "x", "-V", "311"}).publish.message.properties.view().bytes().size() > 0);
}

TEST_CASE("the properties of a request tell where to answer, and what to repeat [MQTT-3.3.2.3.6]") {
    using Id = wire::PropertyIdentifier;
    const cli::PublishSettings own = publish({"-t", "a", "-e", "b", "-n"}).publish;
    CHECK(own.message.properties.view().find(Id::response_topic)->text == "b");
    CHECK(own.message.properties.view().find(Id::correlation_data)->text == own.request->correlation_data);
    CHECK(own.request->correlation_data.size() == 32);
    CHECK(own.request->correlation_data != publish({"-t", "a", "-e", "b", "-n"}).publish.request->correlation_data);
    const cli::PublishSettings given =
        publish({"-t", "a", "-e", "b", "-n", "-D", "publish", "correlation-data", "c"}).publish;
    CHECK(given.request->correlation_data == "c");
    CHECK(given.message.properties.view().find(Id::correlation_data)->text == "c");
}

TEST_CASE("a request is one message, and says once where to answer") {
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-l"}) ==
          "-l publishes many messages, and -e waits for one response; give one of -m, -f, -s, -n");
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-n", "--repeat", "2"}) ==
          "--repeat publishes many messages, and -e waits for one response; give only one of --repeat and -e");
    CHECK(publish_refusal({"-t", "a", "-e", "b", "-n", "-D", "publish", "response-topic", "c"}) ==
          "-e and -D publish response-topic both give the response topic; give only one of -e and -D");
    CHECK(publish({"-t", "a", "-e", "b", "-n", "-D", "publish", "correlation-data", "c"})
              .publish.request->response_topic == "b");
    CHECK(publish_refusal({"-e", "b", "-n"}) == "no topic to publish to; give a topic with -t");
    CHECK(publish_refusal({"-t", "a", "-e", "b"}) == "nothing to publish; give one of -m, -f, -s, -l, -n");
}

TEST_CASE("--repeat and --repeat-delay") {
    const Settings s = publish({"-t", "a", "-n", "--repeat", "3", "--repeat-delay", "0.25"});
    CHECK(s.publish.repetition.times == 3);
    CHECK(s.publish.repetition.delay == 250ms);
    CHECK(publish({"-t", "a", "-n"}).publish.repetition.times == 1);
    CHECK(publish({"-t", "a", "-n"}).publish.repetition.delay == 0ms);
    CHECK(publish({"-t", "a", "-n", "--repeat-delay", "0"}).publish.repetition.delay == 0ms);
    CHECK(publish({"-t", "a", "-l", "--repeat", "3"}).publish.repetition.times ==
          3);  // without effect, as in mosquitto
    CHECK(publish_refusal({"-t", "a", "-n", "--repeat", "0"}) == "--repeat: '0' is not a whole number above 0");
}

TEST_CASE("what is accepted and has no effect") {
    CHECK(publish({"-t", "a", "-n", "--nodelay", "--keyform", "pem", "--cert", "c", "--key", "k"}).publish.source ==
          cli::Source::null);
    CHECK(subscribe({"-t", "a", "--nodelay", "-M", "5", "-k", "65535"}).client.session.send_window == 5);
}
