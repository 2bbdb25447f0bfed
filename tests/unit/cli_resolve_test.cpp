// SPDX-License-Identifier: Apache-2.0
// From what was typed to settings: each resolver alone, without a command line.
#include "cli/resolve/resolve.hpp"

#include <doctest/doctest.h>

#include "cli/resolve/client.hpp"
#include "cli/resolve/diagnosis.hpp"
#include "cli/resolve/input.hpp"
#include "cli/resolve/network.hpp"
#include "cli/resolve/print.hpp"
#include "cli/resolve/publish.hpp"
#include "cli/resolve/request.hpp"
#include "cli/resolve/session.hpp"
#include "cli/resolve/subscribe.hpp"
#include "cli/resolve/subscriptions.hpp"
#include "cli/resolve/tls.hpp"
#include "cli/resolve/version.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using cli::Arguments;
using cli::Command;
using cli::Source;
using wire::ProtocolVersion;
using wire::Qos;

namespace {

/// As little as a run needs.
Arguments of_publisher() {
    Arguments arguments;
    arguments.command = Command::publish;
    arguments.connection.hosts = {{.host = "broker", .port = {}}};
    arguments.publish.source = Source::message;
    arguments.publish.text = "x";
    arguments.publish.topic_name = "a";
    return arguments;
}

Arguments of_subscriber() {
    Arguments arguments;
    arguments.command = Command::subscribe;
    arguments.connection.hosts = {{.host = "broker", .port = {}}};
    arguments.subscribe.subscriptions = {{.topic_filter = "a"}};
    return arguments;
}

/// The settings of what is in order.
template <class T>
T in_order(const Result<T>& outcome) {
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().cause);
    return *outcome;
}

using Spellings = std::vector<std::string>;

/// The options that a contradiction is about.
template <class T>
Spellings options_of(const Result<T>& outcome) {
    REQUIRE(outcome.has_error());
    CHECK(exit_status(outcome.error().code) == 2);
    return outcome.error().about;
}

}  // namespace

TEST_CASE("what was not typed is as the modules have it") {
    const client::Settings client = in_order(resolve_client(of_publisher()));
    const client::Settings untouched;
    CHECK(client.patience.connect_timeout == untouched.patience.connect_timeout);
    CHECK(client.patience.ack_timeout == untouched.patience.ack_timeout);
    CHECK(client.patience.linger == untouched.patience.linger);
    CHECK(client.patience.reconnect == untouched.patience.reconnect);
    CHECK(client.session.keep_alive == untouched.session.keep_alive);
    CHECK(client.session.send_window == untouched.session.send_window);
    CHECK(client.endpoints.at(0).port == net::Endpoint{}.port);
    CHECK(in_order(resolve_print(of_subscriber())).random_filter == 100);
    CHECK(in_order(resolve_input(of_publisher())).framing.maximum_message_size == 268'435'455);
}

TEST_CASE("the version: the one of -V alone, or 5 with or without falling back") {
    Arguments arguments = of_publisher();
    CHECK(in_order(resolve_version(arguments)).version == ProtocolVersion::v5);
    CHECK_FALSE(in_order(resolve_version(arguments)).pinned);
    arguments.session.version = ProtocolVersion::v311;
    CHECK(in_order(resolve_version(arguments)).version == ProtocolVersion::v311);
    CHECK(in_order(resolve_version(arguments)).pinned);
    arguments.session.fail_no_subscribers = true;
    CHECK(options_of(resolve_version(arguments)) == Spellings{"--fail-no-subscribers", "-V"});
    arguments.session.version.reset();
    CHECK(in_order(resolve_version(arguments)).pinned);
    CHECK(in_order(resolve_version(arguments)).needed_for == "--fail-no-subscribers");
}

TEST_CASE("the client identifier: given, made of a prefix, left to the broker, or drawn for MQTT 3.1") {
    Arguments arguments = of_publisher();
    arguments.unique = {.process_identifier = "7", .client_identifier = "drawn"};
    CHECK(in_order(resolve_client_identifier(arguments)) == "");
    arguments.session.version = ProtocolVersion::v31;
    CHECK(in_order(resolve_client_identifier(arguments)) == "drawn");
    arguments.publish.spool = "outbox";  // it remembers one
    CHECK(in_order(resolve_client_identifier(arguments)) == "");
    arguments.session.client_identifier_prefix = "job-";
    CHECK(in_order(resolve_client_identifier(arguments)) == "job-7");
    arguments.session.client_identifier = "me";
    CHECK(options_of(resolve_client_identifier(arguments)) == Spellings{"-i", "-I"});
    arguments.session.client_identifier_prefix.reset();
    CHECK(in_order(resolve_client_identifier(arguments)) == "me");
}

TEST_CASE("endpoints: all hosts, each with its port or that of -p, and the WebSocket of all") {
    Arguments arguments = of_publisher();
    arguments.connection.hosts = {{.host = "a", .port = {}}, {.host = "b", .port = 1}};
    arguments.connection.port = 2;
    arguments.connection.websocket = true;
    arguments.connection.websocket_path = "/x";
    const auto endpoints = in_order(resolve_endpoints(arguments));
    REQUIRE(endpoints.size() == 2);
    CHECK(to_string(endpoints[0]) == "a:2");
    CHECK(to_string(endpoints[1]) == "b:1");
    CHECK(endpoints[1].websocket.value().path == "/x");
    arguments.connection.websocket = false;
    CHECK(options_of(resolve_endpoints(arguments)) == Spellings{"--ws-path", "--ws"});
}

TEST_CASE("TLS is as typed, if it goes together") {
    Arguments arguments = of_publisher();
    arguments.tls.ca_file = "ca";
    CHECK(in_order(resolve_tls(arguments)).ca_file == "ca");
    arguments.tls.crl_files = {"list"};
    arguments.tls.verify = false;
    CHECK(options_of(resolve_tls(arguments)) == Spellings{"--insecure", "--crl"});
}

TEST_CASE("a Will has a topic, or is none") {
    Arguments arguments = of_publisher();
    CHECK_FALSE(in_order(resolve_will(arguments)));
    arguments.session.will.retain = true;
    CHECK(options_of(resolve_will(arguments)) == Spellings{"--will-retain", "--will-topic"});
    arguments.session.will.topic_name = "w";
    CHECK(in_order(resolve_will(arguments)).value().retain);
    CHECK(in_order(resolve_session(arguments)).will.value().topic_name == "w");
}

TEST_CASE("the session is whole: who, how long, and with which properties") {
    Arguments arguments = of_subscriber();
    arguments.session.user_name = "me";
    arguments.session.connect_properties.add(wire::PropertyIdentifier::receive_maximum, 9U);
    arguments.session.subscribe_properties.add(wire::PropertyIdentifier::subscription_identifier, 5U);
    arguments.print.count = 3;
    arguments.qos = Qos::at_least_once;
    arguments.connection.patience.reconnect = 200s;
    const session::Settings session = in_order(resolve_session(arguments));
    CHECK(session.user_name == "me");
    CHECK(session.receive_maximum == 9);
    CHECK(session.connect_properties.view().empty());
    CHECK_FALSE(session.subscribe_properties.view().empty());
    CHECK(session.session_expiry_interval == 400);
    CHECK(session.end_session_at_disconnect);
}

TEST_CASE("a message for --early is small, plain and there from the start") {
    Arguments arguments = of_publisher();
    CHECK_FALSE(is_ready_early(arguments));  // QoS 0 waits for no answer
    arguments.qos = Qos::at_least_once;
    CHECK(is_ready_early(arguments));
    CHECK(in_order(resolve_session(arguments)).publish_early);
    const auto spoilt = [&](auto spoil) {
        Arguments other = arguments;
        spoil(other);
        return !is_ready_early(other);
    };
    CHECK(spoilt([](Arguments& a) { a.publish.retain = true; }));
    CHECK(spoilt([](Arguments& a) { a.publish.text = std::string(5000, 'x'); }));
    CHECK(spoilt([](Arguments& a) { a.publish.source = Source::file; }));
    CHECK(spoilt([](Arguments& a) { a.publish.spool = "outbox"; }));
    CHECK(spoilt([](Arguments& a) { a.publish.response_topic = "b"; }));
    CHECK(spoilt([](Arguments& a) { a.publish.properties.add(wire::PropertyIdentifier::topic_alias, 1U); }));
    CHECK(spoilt([](Arguments& a) { a.qos = Qos::exactly_once; }));
}

TEST_CASE("what is published: the message, how the input is cut, and how often") {
    Arguments arguments = of_publisher();
    arguments.publish.retain = true;
    arguments.publish.repeat = 3;
    cli::PublishSettings settings = in_order(resolve_publish(arguments));
    CHECK(settings.source == Source::message);
    CHECK(settings.text == "x");
    CHECK(settings.message.topic_name == "a");
    CHECK(settings.message.retain);
    CHECK(settings.message.may_be_empty);
    CHECK(settings.repetition.times == 3);
    CHECK_FALSE(settings.records);
    CHECK_FALSE(settings.request);
    arguments.publish.source = Source::whole_stdin;
    CHECK_FALSE(in_order(resolve_publish(arguments)).message.may_be_empty);
    arguments.publish.delimiter = ";";
    CHECK(options_of(resolve_publish(arguments)) == Spellings{"--delimiter", "-l", "-f", "-m", "-s", "-n"});
}

TEST_CASE("a request prints one answer; what was drawn is used where nothing was given") {
    Arguments arguments = of_publisher();
    arguments.unique = {.response_topic = "topic", .correlation_data = "data"};
    arguments.publish.response_topic = "";
    const cli::RequestSettings request = in_order(resolve_request(arguments)).value();
    CHECK(request.response_topic == "response/topic");
    CHECK(request.correlation_data == "data");
    CHECK(request.print.count == 1);
    CHECK(in_order(resolve_subscriptions(arguments)).at(0).topic_filter == "response/topic");
    CHECK(in_order(resolve_client(arguments)).awaited == "the response on 'response/topic'");
    arguments.publish.repeat = 2;
    CHECK(options_of(resolve_request(arguments)) == Spellings{"--repeat", "-e"});
}

TEST_CASE("what mqtts-sub does with messages, and when it ends") {
    Arguments arguments = of_subscriber();
    arguments.subscribe.idle = 1s;
    arguments.subscribe.child_command = {"make"};
    arguments.subscribe.ready_descriptor = 3;
    const cli::SubscribeSettings settings = in_order(resolve_subscribe(arguments));
    CHECK(settings.idle == 1s);
    CHECK(settings.print.note_time);
    CHECK(settings.print.broker == "broker");
    CHECK(settings.waits_after_command);
    CHECK(settings.readiness.descriptors == std::vector<int>{3});
    arguments.subscribe.idle.reset();
    CHECK_FALSE(in_order(resolve_subscribe(arguments)).waits_after_command);
    arguments.print.until = "x";
    CHECK_FALSE(in_order(resolve_subscribe(arguments)).waits_after_command);
    arguments.timeout = 1s;
    CHECK(in_order(resolve_subscribe(arguments)).waits_after_command);
    arguments.subscribe.background = true;
    CHECK(options_of(resolve_subscribe(arguments)).front() == "--background");
}

TEST_CASE("the client is told what depends on the broker's grants") {
    Arguments arguments = of_subscriber();
    CHECK(in_order(resolve_client(arguments)).demands.qos);
    CHECK(in_order(resolve_client(arguments)).demands.session == "");
    CHECK_FALSE(in_order(resolve_client(arguments)).demands.window);
    arguments.subscribe.state = "file";
    CHECK(in_order(resolve_client(arguments)).demands.exactly_once);
    CHECK(in_order(resolve_client(arguments)).demands.session == "--state");
    arguments.session.client_identifier = "me";
    arguments.session.keep = true;
    CHECK(in_order(resolve_client(arguments)).demands.session == "-c");
    arguments.session.session_expiry_interval = 1;
    CHECK(in_order(resolve_client(arguments)).demands.session == "-x");
    arguments = of_publisher();
    CHECK_FALSE(in_order(resolve_client(arguments)).demands.window);
    arguments.qos = Qos::exactly_once;
    CHECK(in_order(resolve_client(arguments)).demands.window);
    arguments.publish.spool = "outbox";
    CHECK(in_order(resolve_client(arguments)).demands.session == "--spool");
}

TEST_CASE("to be told to end is the normal end, unless something certain is waited for") {
    CHECK(in_order(resolve_client(of_publisher())).open_ended);
    CHECK(in_order(resolve_client(of_subscriber())).open_ended);
    Arguments arguments = of_subscriber();
    arguments.print.until = "x";
    CHECK_FALSE(in_order(resolve_client(arguments)).open_ended);
    arguments = of_subscriber();
    arguments.subscribe.child_command = {"make"};
    CHECK_FALSE(in_order(resolve_client(arguments)).open_ended);
    arguments = of_publisher();
    arguments.publish.response_topic = "b";
    CHECK_FALSE(in_order(resolve_client(arguments)).open_ended);
}

TEST_CASE("a spool tries for its first connection as for any other, and steps over what is refused") {
    Arguments arguments = of_publisher();
    arguments.connection.patience.reconnect = 7s;
    arguments.connection.patience.retry_connect = 1s;
    CHECK(in_order(resolve_client(arguments)).patience.retry_connect == 1s);
    CHECK_FALSE(in_order(resolve_client(arguments)).step_over_refused);
    arguments.publish.spool = "outbox";
    CHECK(in_order(resolve_client(arguments)).patience.retry_connect == 7s);
    CHECK(in_order(resolve_client(arguments)).step_over_refused);
}

TEST_CASE("retained messages are removed but for those of -T") {
    Arguments arguments = of_subscriber();
    arguments.print.filter_out = {"a/b"};
    CHECK_FALSE(in_order(resolve_client(arguments)).remove_retained_except);
    arguments.subscribe.remove_retained = true;
    CHECK(in_order(resolve_client(arguments)).remove_retained_except == std::vector<std::string>{"a/b"});
}

TEST_CASE("a check is about the connection, and waits for its own message only") {
    Arguments arguments = of_subscriber();
    arguments.diagnosis.check = cli::ReportForm::text;
    arguments.diagnosis.check_topic = "health";
    arguments.print.until = "x";
    arguments.connection.patience.reconnect = 7s;
    arguments.session.client_identifier = "me";
    const cli::Settings settings = in_order(resolve(arguments));
    CHECK_FALSE(settings.client.open_ended);
    CHECK(settings.client.awaited == "the message of the check");
    REQUIRE(settings.client.subscriptions.size() == 1);
    CHECK(settings.client.subscriptions[0].topic_filter == "health");
    CHECK(settings.client.subscriptions[0].qos == Qos::at_least_once);
    CHECK_FALSE(settings.client.demands.qos);
    CHECK(settings.client.patience.reconnect == 0s);
    CHECK(settings.client.session.client_identifier.empty());
    CHECK_FALSE(settings.subscribe.print.until);
    arguments.subscribe.child_command = {"make"};
    CHECK(options_of(resolve_diagnosis(arguments)) == Spellings{"--check"});
}
