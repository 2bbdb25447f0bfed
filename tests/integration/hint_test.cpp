// SPDX-License-Identifier: Apache-2.0
// The parts of a failure: two lines at a terminal, one line elsewhere, keys in JSON.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <doctest/doctest.h>

#include <csignal>

#include "integration/programs.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
namespace json = boost::json;

/// A publisher whose broker hangs up before CONNACK.
const Words doomed_publisher = mqtts_pub({"-V", "5", "-t", "a", "-m", "x"});
const std::string before_connack_told = " closed the connection before CONNACK; ";
const std::string what_to_try = "check -i, or give --username and --pw, or try -V 311";

/// The same command with a terminal as its standard error.
Words shown_at(const PseudoTerminal& terminal, const Words& command) {
    return with({"sh", "-c", "exec \"$@\" 2>" + terminal.path(), "sh"}, command);
}

void hang_up_before_connack(ScriptedBroker& broker) {
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT"));
    broker.close();
}

/// `program` when its broker has hung up.
Outcome outcome_of(Process& program, ScriptedBroker& broker) {
    hang_up_before_connack(broker);
    Outcome outcome = program.wait();
    CHECK(outcome.status == 10);
    return outcome;
}

Outcome hung_up_on(ScriptedBroker& broker, const Words& options) {
    Process program({.arguments = with(broker.arguments(doomed_publisher), options)});
    return outcome_of(program, broker);
}

std::string value_of(const json::value& object, const char* key) {
    CAPTURE(json::serialize(object));
    REQUIRE(object.is_object());
    REQUIRE(object.as_object().contains(key));
    return std::string(object.at(key).as_string());
}

}  // namespace

TEST_CASE("a connection failure is two lines at a terminal and one line in a pipe") {
    ScriptedBroker broker;
    const std::string line = hung_up_on(broker, {}).error;
    REQUIRE(line.starts_with("mqtts-pub: "));
    REQUIRE(line.ends_with("; " + what_to_try + "\n"));
    const std::string cause = line.substr(0, line.size() - what_to_try.size() - 3);
    CHECK(contains(cause, before_connack_told));

    PseudoTerminal terminal;
    Process program({.arguments = shown_at(terminal, broker.arguments(doomed_publisher))});
    outcome_of(program, broker);
    terminal.wait_for("mqtts-pub: hint: " + what_to_try + "\r\n");
    CHECK(terminal.shown() == cause + "\r\nmqtts-pub: hint: " + what_to_try + "\r\n");
}

TEST_CASE("so is an option error, and a warning") {
    PseudoTerminal terminal;
    const TemporaryDirectory directory;
    const Words subscriber = mqtts_sub({"-t", "a", "-q", "2", "--state", directory.path() + "/state"});
    CHECK(run({.arguments = shown_at(terminal, subscriber)}).status == 2);
    terminal.wait_for("hint: append to a file with >> FILE\r\n");
    CHECK(terminal.shown() ==
          "mqtts-sub: --state needs a file as standard output\r\n"
          "mqtts-sub: hint: append to a file with >> FILE\r\n");

    ScriptedBroker broker;
    PseudoTerminal other;
    Process retrying({.arguments = shown_at(other, with(broker.arguments(doomed_publisher), {"--retry-connect"}))});
    hang_up_before_connack(broker);
    other.wait_for("; trying again\r\nmqtts-pub: hint: " + what_to_try + "\r\n");
    retrying.signal(SIGKILL);
}

TEST_CASE("in JSON cause and hint have keys of their own") {
    ScriptedBroker broker;
    const Outcome outcome = hung_up_on(broker, {"--log-format", "json"});
    const json::value line = json::parse(outcome.error);
    CHECK(contains(value_of(line, "message"), before_connack_told));
    CHECK_FALSE(contains(value_of(line, "message"), what_to_try));
    CHECK(value_of(line, "hint") == what_to_try);
    CHECK(value_of(line, "event") == "connection_lost");
    CHECK_FALSE(line.as_object().contains("about"));

    const json::value report = json::parse(hung_up_on(broker, {"--check=json"}).output);
    CHECK(value_of(report.at("error"), "message") == value_of(line, "message"));
    CHECK(value_of(report.at("error"), "hint") == what_to_try);
}

TEST_CASE("in JSON an option error names the options that it is about") {
    const TemporaryDirectory directory;
    const Outcome outcome =
        run({.arguments =
                 mqtts_sub({"-t", "a", "-q", "2", "--log-format", "json", "--state", directory.path() + "/state"})});
    CHECK(outcome.status == 2);
    const json::value line = json::parse(outcome.error);
    CHECK(value_of(line, "message") == "--state needs a file as standard output");
    CHECK(value_of(line, "hint") == "append to a file with >> FILE");
    REQUIRE(line.at("about").as_array().size() == 1);
    CHECK(std::string(line.at("about").as_array().front().as_string()) == "--state");
}
