// SPDX-License-Identifier: Apache-2.0
// What mqtts-sub subscribes to, and which messages count.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Settings;
using session::SubscriptionSettings;
using wire::Qos;
using wire::RetainHandling;

namespace {

/// The one subscription of a command line.
SubscriptionSettings only(std::initializer_list<std::string> arguments) {
    const auto subscriptions = subscribe(arguments).client.subscriptions;
    REQUIRE(subscriptions.size() == 1);
    return subscriptions.front();
}

}  // namespace

TEST_CASE("--subscribe takes a filter as it is, and options for it alone") {
    const SubscriptionSettings plain = only({"--subscribe", "a,qos=2", ""});
    CHECK(plain.topic_filter == "a,qos=2");
    CHECK(plain.qos == Qos::at_most_once);
    CHECK_FALSE(plain.no_local);
    CHECK_FALSE(plain.retain_as_published);
    CHECK(plain.retain_handling == RetainHandling::always);

    const SubscriptionSettings all =
        only({"--subscribe", "a/#", "retain-handling=new,qos=2,no-local,retain-as-published"});
    CHECK(all.topic_filter == "a/#");
    CHECK(all.qos == Qos::exactly_once);
    CHECK(all.no_local);
    CHECK(all.retain_as_published);
    CHECK(all.retain_handling == RetainHandling::if_new);
    CHECK(only({"--subscribe=a", "qos=1"}).qos == Qos::at_least_once);
}

TEST_CASE("what --subscribe does not say is as for all, wherever that stands") {
    const Settings s = subscribe({"--subscribe", "a", "qos=0", "-t", "b", "--subscribe", "c", "retain-handling=always",
                                  "-q", "1", "--retain-handling", "never", "--retain-as-published"});
    const auto& subscriptions = s.client.subscriptions;
    REQUIRE(subscriptions.size() == 3);
    CHECK(subscriptions[0].qos == Qos::at_most_once);
    CHECK(subscriptions[1].qos == Qos::at_least_once);
    CHECK(subscriptions[2].qos == Qos::at_least_once);
    CHECK(subscriptions[0].retain_handling == RetainHandling::never);
    CHECK(subscriptions[1].retain_handling == RetainHandling::never);
    CHECK(subscriptions[2].retain_handling == RetainHandling::always);
    for (const SubscriptionSettings& subscription : subscriptions)
        CHECK(subscription.retain_as_published);
}

TEST_CASE("options of --subscribe that there are not") {
    const std::string not_one =
        " is not an option of a subscription; give qos=0|1|2, no-local, retain-as-published or "
        "retain-handling=always|new|never";
    for (const std::string item : {"x", "qos", "no-local=1", "retain-handling", "Qos=1", " no-local"})
        CHECK(subscribe_refusal({"--subscribe", "a", item}) == "--subscribe: '" + item + "'" + not_one);
    CHECK(subscribe_refusal({"--subscribe", "a", "qos=1,,no-local"}) == "--subscribe: ''" + not_one);
    CHECK(subscribe_refusal({"--subscribe", "a", "qos=3"}) == "--subscribe: qos: '3' is not a QoS; give 0, 1 or 2");
    CHECK(subscribe_refusal({"--subscribe", "a", "retain-handling=maybe"}) ==
          "--subscribe: retain-handling: unknown value 'maybe'; give always, new or never");
    CHECK(subscribe_refusal({"--subscribe", "a#", "qos=1"}) ==
          "--subscribe: 'a#' is not a topic filter; give + only as a whole level, # only as the last level");
    CHECK(subscribe_refusal({"--subscribe", "a"}) ==
          "--subscribe needs 2 words after it and has 1; give --subscribe FILTER OPTIONS");
}

TEST_CASE("--retain-handling") {
    CHECK(only({"-t", "a", "--retain-handling", "always"}).retain_handling == RetainHandling::always);
    CHECK(only({"-t", "a", "--retain-handling", "new"}).retain_handling == RetainHandling::if_new);
    CHECK(only({"-t", "a", "--retain-handling", "never"}).retain_handling == RetainHandling::never);
    CHECK(subscribe_refusal({"-t", "a", "--retain-handling", "New"}) ==
          "--retain-handling: unknown value 'New'; give always, new or never");
    CHECK(only({"-t", "a", "-V", "311", "--retain-as-published", "--retain-handling", "new"}).topic_filter == "a");
}

TEST_CASE("-R spares the broker its retained messages, unless they are to be removed") {
    CHECK(only({"-t", "a", "-R"}).retain_handling == RetainHandling::never);
    CHECK(only({"--subscribe", "a", "retain-handling=always", "-R"}).retain_handling == RetainHandling::never);
    CHECK(only({"-t", "a", "-R", "--remove-retained"}).retain_handling == RetainHandling::always);
    CHECK(only({"-t", "a", "-R", "--remove-retained", "--retain-handling", "new"}).retain_handling ==
          RetainHandling::if_new);
}

TEST_CASE("no-local is for MQTT 5, and not for shared subscriptions [MQTT-3.8.3-4]") {
    CHECK(only({"-t", "a", "--no-local"}).no_local);
    CHECK(subscribe({"-t", "a", "--no-local"}).client.version_pinned);
    CHECK(subscribe({"--subscribe", "a", "no-local"}).client.version_pinned);
    CHECK_FALSE(subscribe({"-t", "a", "--retain-as-published"}).client.version_pinned);
    CHECK(subscribe_refusal({"-t", "a", "--no-local", "-V", "311"}) ==
          "--no-local contradicts -V 311: only MQTT 5 can leave out one's own messages; leave out -V");
    CHECK(subscribe_refusal({"-V", "31", "--subscribe", "a", "no-local"}) ==
          "no-local of --subscribe contradicts -V 31: only MQTT 5 can leave out one's own messages; leave out -V");
    CHECK(subscribe_refusal({"-t", "b", "-t", "$share/g/a", "--no-local"}) ==
          "no-local is not allowed for the shared subscription '$share/g/a'; leave out no-local");
    CHECK(subscribe_refusal({"--subscribe", "$share/g/a", "no-local"}) ==
          "no-local is not allowed for the shared subscription '$share/g/a'; leave out no-local");
    CHECK_FALSE(subscribe({"-t", "$share/g/a", "--subscribe", "b", "no-local"}).client.subscriptions[0].no_local);
}

TEST_CASE("-U needs no -t") {
    const Settings s = subscribe({"-U", "a/#", "--unsubscribe", "b"});
    CHECK(s.client.unsubscriptions == std::vector<std::string>{"a/#", "b"});
    CHECK(s.client.subscriptions.empty());
}

TEST_CASE("which messages are printed, and when it ends") {
    const Settings s = subscribe({"-t", "a", "-T", "a/b", "--filter-out", "c/#", "--random-filter", "0.1", "-E",
                                  "--retained-only", "--remove-retained", "-h", "broker"});
    CHECK(s.subscribe.print.filter_out == std::vector<std::string>{"a/b", "c/#"});
    CHECK(s.subscribe.print.random_filter == doctest::Approx(0.1));
    CHECK(s.client.end_when_subscribed);
    CHECK(s.subscribe.print.retained_only);
    CHECK(s.client.remove_retained_except == s.subscribe.print.filter_out);
    CHECK(s.subscribe.print.broker == "broker");
    CHECK(subscribe({"-t", "a"}).subscribe.print.random_filter == doctest::Approx(100));
}

TEST_CASE("--retained-only and -R leave nothing") {
    const std::string refused =
        "--retained-only and -R together skip all messages; give only one of --retained-only and -R";
    CHECK(subscribe_refusal({"-t", "a", "-R", "--retained-only"}) == refused);
    CHECK(subscribe_refusal({"-t", "a", "--retained-only", "-R"}) == refused);
}

TEST_CASE("how messages are printed") {
    const Settings s = subscribe({"-t", "a", "-F", "%t %p", "--pretty", "--raw", "-w", "--message-rate"});
    CHECK(s.subscribe.print.format.format == "%t %p");
    CHECK(s.subscribe.print.format.pretty);
    CHECK(s.subscribe.print.raw);
    CHECK(s.subscribe.print.watch);
    CHECK(s.subscribe.print.message_rate);
    CHECK(subscribe({"-t", "a", "-F", ""}).subscribe.print.format.format == "");
    CHECK_FALSE(subscribe({"-t", "a"}).subscribe.print.format.format);
    CHECK(subscribe_refusal({"-t", "a", "-F", "%"}).starts_with("-F: "));
}

TEST_CASE("one subscription of QoS > 0 is enough for a session that survives a lost connection") {
    CHECK(subscribe({"-t", "a", "--subscribe", "b", "qos=1"}).client.session.session_expiry_interval == 3600);
    CHECK(subscribe({"-q", "1", "--subscribe", "b", "qos=0"}).client.session.session_expiry_interval == 0);
}

TEST_CASE("options that only MQTT 5 has a place for are known by name, and pin no version") {
    CHECK(subscribe({"-t", "a"}).client.demands.only_in_v5 == "");
    CHECK(subscribe({"-t", "a", "--retain-as-published"}).client.demands.only_in_v5 == "--retain-as-published is");
    CHECK(subscribe({"-t", "a", "--retain-handling", "never"}).client.demands.only_in_v5 == "--retain-handling is");
    CHECK(subscribe({"--subscribe", "a", "retain-handling=new,retain-as-published"}).client.demands.only_in_v5 ==
          "--retain-as-published and --retain-handling are");
    CHECK(subscribe({"-t", "a", "--retain-handling", "always"}).client.demands.only_in_v5 == "");
    CHECK(subscribe({"-t", "a", "-R", "--retain-handling", "new"}).client.demands.only_in_v5 == "");  // skipped here
    CHECK(publish({"-t", "a", "-m", "x", "-e", "b", "--retain-as-published"}).client.demands.only_in_v5 ==
          "--retain-as-published is");
    CHECK_FALSE(subscribe({"-t", "a", "--retain-as-published"}).client.version_pinned);
}
