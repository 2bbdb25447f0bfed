// SPDX-License-Identifier: Apache-2.0
// -L: the broker, the credentials and the topic in one.
#include "cli/values/url.hpp"
#include "cli_command_line.hpp"
#include "support/sentence.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;
using cli::Url;

namespace {

Url url(const std::string& text) {
    const auto parsed = cli::parse_url(text);
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}

std::string url_refusal(const std::string& text) {
    const auto parsed = cli::parse_url(text);
    REQUIRE_MESSAGE(parsed.has_error(), text);
    return one_line(parsed.error());
}

}  // namespace

TEST_CASE("a URL names the broker, the credentials and the topic") {
    const Url all = url("mqtts://me:secret@broker.example:8884/home/lamp");
    CHECK(all.host == "broker.example");
    CHECK(all.port == 8884);
    CHECK(all.user_name == "me");
    CHECK(all.password == "secret");
    CHECK(all.topic == "home/lamp");

    const Url least = url("mqtts://broker");
    CHECK(least.host == "broker");
    CHECK(least.port == 8883);
    CHECK_FALSE(least.user_name);
    CHECK_FALSE(least.password);
    CHECK(least.topic.empty());
    CHECK(url("mqtts://broker/").topic.empty());
    CHECK(url("MQTTS://broker/a").host == "broker");
    CHECK(url("mqtts://broker:/a").port == 8883);
}

TEST_CASE("credentials may be missing or empty, and hold anything") {
    CHECK(url("mqtts://me@broker/a").user_name == "me");
    CHECK_FALSE(url("mqtts://me@broker/a").password);
    CHECK(url("mqtts://me:@broker/a").password == "");
    CHECK_FALSE(url("mqtts://:pw@broker/a").user_name);
    CHECK(url("mqtts://:pw@broker/a").password == "pw");
    CHECK_FALSE(url("mqtts://@broker/a").user_name);
    CHECK(url("mqtts://me:a:b@broker/a").password == "a:b");
    CHECK(url("mqtts://me:a@b@broker/a").password == "a@b");
    CHECK(url("mqtts://me:a@b@broker/a").host == "broker");
    CHECK(url("mqtts://m%40e:%2F%40%3a%00@broker/a").user_name == "m@e");
    CHECK(url("mqtts://m%40e:%2F%40%3a%00@broker/a").password == std::string("/@:\0", 4));
}

TEST_CASE("the topic is all that follows the slash, decoded") {
    CHECK(url("mqtts://broker//a").topic == "/a");
    CHECK(url("mqtts://broker/a/#").topic == "a/#");
    CHECK(url("mqtts://broker/+/a?b#c").topic == "+/a?b#c");
    CHECK(url("mqtts://broker/a:b@c").topic == "a:b@c");
    CHECK(url("mqtts://broker/caf%C3%A9%2Fx%25").topic == "café/x%");
    CHECK(url("mqtts://broker/a b").topic == "a b");
}

TEST_CASE("an IPv6 address stands in brackets") {
    CHECK(url("mqtts://[::1]/a").host == "::1");
    CHECK(url("mqtts://[::1]/a").port == 8883);
    CHECK(url("mqtts://me@[2001:db8::1]:1234/a").host == "2001:db8::1");
    CHECK(url("mqtts://me@[2001:db8::1]:1234/a").port == 1234);
    CHECK(url("mqtts://[fe80::1%25eth0]/a").host == "fe80::1%eth0");

    CHECK(url_refusal("mqtts://::1/a") == "an IPv6 address needs brackets; write it as [::1]");
    CHECK(url_refusal("mqtts://2001:db8::1:8883/a") == "an IPv6 address needs brackets; write it as [::1]");
    CHECK(url_refusal("mqtts://[::1/a") == "the host begins with [ but has no ]");
    CHECK(url_refusal("mqtts://[::1]x/a") == "only a port may follow the ] of the host");
    CHECK(url_refusal("mqtts://[]/a") == "the host is missing");
    CHECK(url_refusal("mqtts://[broker]/a") == "'broker' is not an IPv6 address");
}

TEST_CASE("wss:// asks for a WebSocket, at the port of https; what follows the slash is the topic there, too") {
    const Url least = url("WSS://broker/home/lamp");
    CHECK(least.websocket);
    CHECK(least.port == 443);
    CHECK(least.topic == "home/lamp");
    CHECK(url("wss://me:pw@[::1]:8884/a").port == 8884);
    CHECK(url("wss://me:pw@[::1]:8884/a").password == "pw");
    CHECK_FALSE(url("mqtts://broker/a").websocket);
}

TEST_CASE("URLs without encryption are refused, and others that are not understood") {
    CHECK(url_refusal("mqtt://broker/a") ==
          "mqtt:// is unencrypted, and nothing is ever sent unencrypted; give mqtts://");
    CHECK(url_refusal("ws://broker/a") == "ws:// is unencrypted, and nothing is ever sent unencrypted; give wss://");
    CHECK(url_refusal("HTTPS://broker/a") ==
          "'HTTPS' is not a scheme of MQTT over TLS; give a URL that begins with mqtts:// or wss://");
    CHECK(url_refusal("broker/a") == "its value is not a URL; give a URL such as mqtts://host/topic");
    CHECK(url_refusal("") == "its value is not a URL; give a URL such as mqtts://host/topic");
}

TEST_CASE("hosts and ports that are none") {
    CHECK(url_refusal("mqtts://") == "the host is missing");
    CHECK(url_refusal("mqtts:///a") == "the host is missing");
    CHECK(url_refusal("mqtts://me@/a") == "the host is missing");
    CHECK(url_refusal("mqtts://bro ker/a") == "'bro ker' is not a host");
    CHECK(url_refusal("mqtts://broker?x") == "'broker?x' is not a host");
    for (const std::string port : {"0", "65536", "mqtt", "secret"})
        CHECK(url_refusal("mqtts://broker:" + port + "/a") ==
              "the port after the host is not a number from 1 to 65535");
}

TEST_CASE("a % is followed by two hexadecimal digits [RFC 3986, 2.1]") {
    const std::string reason = " is not followed by two hexadecimal digits; write the % itself as %25";
    CHECK(url_refusal("mqtts://broker/100%") == "a % in the topic" + reason);
    CHECK(url_refusal("mqtts://broker/%4") == "a % in the topic" + reason);
    CHECK(url_refusal("mqtts://broker/%zz") == "a % in the topic" + reason);
    CHECK(url_refusal("mqtts://broker/%-1") == "a % in the topic" + reason);
    CHECK(url_refusal("mqtts://me:1%2@broker/a") == "a % in the password" + reason);
    CHECK(url_refusal("mqtts://%:1@broker/a") == "a % in the user name" + reason);
    CHECK(url_refusal("mqtts://br%ker/a") == "a % in the host" + reason);
}

TEST_CASE("-L gives mqtts-pub its topic and adds one to those of mqtts-sub") {
    CHECK(publish({"-L", "mqtts://broker/a", "-n"}).publish.message.topic_name == "a");
    CHECK(publish({"-L", "mqtts://broker", "-t", "a", "-n"}).publish.message.topic_name == "a");
    CHECK(publish({"-t", "a", "--url", "mqtts://broker/b", "-n"}).publish.message.topic_name == "b");
    CHECK(publish({"-t", "a", "--url=mqtts://broker/", "-n"}).publish.message.topic_name == "a");
    CHECK(publish_refusal({"-L", "mqtts://broker", "-n"}) == "no topic to publish to; give a topic with -t");
    CHECK(publish_refusal({"-L", "mqtts://broker/a/#", "-n"}) ==
          "-L: 'a/#' has the wildcard #; give one topic, without + and #");

    const auto subscriptions = subscribe({"-t", "a", "-L", "mqtts://broker/b/#", "-q", "1"}).client.subscriptions;
    REQUIRE(subscriptions.size() == 2);
    CHECK(subscriptions[1].topic_filter == "b/#");
    CHECK(subscriptions[1].qos == wire::Qos::at_least_once);
    CHECK(subscribe_refusal({"-L", "mqtts://broker"}) == "no topic to subscribe to; give at least one topic with -t");
    CHECK(subscribe_refusal({"-L", "mqtts://broker/a#"}) ==
          "-L: 'a#' is not a topic filter; give + only as a whole level, # only as the last level");
}

TEST_CASE("what is given later counts, with -L and without") {
    const Settings later =
        publish({"-L", "mqtts://me:secret@broker:1/a", "-h", "other", "-p", "2", "-u", "you", "-P", "pw", "-n"});
    CHECK(later.client.endpoints.at(0).host == "other");
    CHECK(later.client.endpoints.at(0).port == 2);
    CHECK(later.client.session.user_name == "you");
    CHECK(later.client.session.password == "pw");

    const Settings earlier =
        publish({"-h", "other", "-p", "2", "-u", "you", "-P", "pw", "-L", "mqtts://broker/a", "-n"});
    CHECK(earlier.client.endpoints.at(0).host == "broker");
    CHECK(earlier.client.endpoints.at(0).port == 8883);
    CHECK(earlier.client.session.user_name == "you");
    CHECK(earlier.client.session.password == "pw");
}

TEST_CASE("credentials of a URL are valid for CONNECT [MQTT-3.1.3-11]") {
    CHECK(publish_refusal({"-L", "mqtts://%ff@broker/a", "-n"}) == "-L: its value is not valid UTF-8");
    CHECK(publish({"-L", "mqtts://me:%ff@broker/a", "-n"}).client.session.password == "\xff");
    CHECK(publish({"-L", "mqtts://:pw@broker/a", "-n"}).client.version_pinned);
}

TEST_CASE("only the password of a URL is wiped from argv, and no error shows it") {
    CommandLine line(Command::publish, {"-L", "mqtts://me:secret@broker/a", "-n"});
    REQUIRE(line.parse().has_value());
    CHECK(line.arguments()[1] == "mqtts://me:" + std::string(6, '\0') + "@broker/a");

    CommandLine open(Command::publish, {"-Lmqtts://broker/a", "-n"});
    REQUIRE(open.parse().has_value());
    CHECK(open.arguments()[0] == "-Lmqtts://broker/a");

    for (const char* text :
         {"mqtt://me:secret@broker/a", "mqtts://me:secret@/a", "mqtts://me:secret@broker:x/a",
          "mqtts://me:secret%@broker/a", "mqtts://me:secret@broker/#/a", "mqtts://me:secret/secret@broker/a"}) {
        CommandLine wrong(Command::publish, {"--url", text, "-n"});
        const auto parsed = wrong.parse();
        REQUIRE(parsed.has_error());
        CHECK(all_parts(parsed.error()).find("secret") == std::string::npos);
        CHECK((parsed.error().hint.empty() || is_hint(parsed.error().hint)));
        CHECK(wrong.arguments()[1].find("secret") == std::string::npos);
    }
}

TEST_CASE("a password with a / in it is told from a port, and a topic with an @ from both") {
    CHECK(url_refusal("mqtts://me:pa/ss@broker/a") == "the user name or password contains a /; write it as %2F");
    CHECK(url("mqtts://broker:8883/a@b").topic == "a@b");
    CHECK(url("mqtts://broker/a:c@b").topic == "a:c@b");
    CHECK(url("mqtts://[::1]:8883/a@b").topic == "a@b");
}
