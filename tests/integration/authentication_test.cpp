// SPDX-License-Identifier: Apache-2.0
// Enhanced authentication at mosquitto, with a plugin of the tests that knows three methods; and at mosquitto alone,
// which knows none.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "integration/programs.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;

/// Precondition: the plugin was built.
MosquittoSettings with_plugin(const std::string& options = {}) {
    return {.configuration = "plugin " MQTTS_AUTHENTICATION_PLUGIN "\n" + options + lossless};
}

bool is_built() {
    if (!std::string_view(MQTTS_AUTHENTICATION_PLUGIN).empty()) return true;
    MESSAGE("skipped: mosquitto_plugin.h is not installed (apt install mosquitto-dev)");
    return false;
}

Words scram(const Words& more, const std::string& password = "pencil") {
    return with({"--auth-method", "SCRAM-SHA-256", "-u", "ann", "-P", password, "-t", "a", "-q", "1"}, more);
}

/// No secret of these tests is in what a program says.
void check_hidden(const Outcome& outcome) {
    for (const char* secret : {"pencil", "good-1", "good-2", "c=biws", "v="})
        CHECK_MESSAGE(!contains(outcome.output + outcome.error, secret), secret);
}

std::size_t occurrences(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("SCRAM with the right password works for both programs, and for a check") {
    if (!is_built()) return;
    Mosquitto broker(with_plugin());
    Process subscriber({.arguments = mqtts_sub(broker, scram({"-C", "1", "-d"}))});
    wait_for_subscription(broker, "a");
    const Outcome published = run({.arguments = mqtts_pub(broker, scram({"-m", "hello", "-d"}))});
    CHECK_MESSAGE(published.status == 0, published.error);
    CHECK(contains(published.error, "AUTH 0x18"));
    check_hidden(published);
    const Outcome received = subscriber.wait();
    CHECK_MESSAGE(received.status == 0, received.error);
    CHECK(received.output == "hello\n");
    check_hidden(received);
    const Outcome checked = run(
        {.arguments = mqtts_pub(broker, {"--auth-method", "SCRAM-SHA-256", "-u", "ann", "-P", "pencil", "--check"})});
    CHECK_MESSAGE(checked.status == 0, checked.error);
}

TEST_CASE("SCRAM with a wrong password, or a wrong user, is refused with 7") {
    if (!is_built()) return;
    const Mosquitto broker(with_plugin());
    const Outcome password = run({.arguments = mqtts_pub(broker, scram({"-m", "x"}, "pen"))});
    CHECK(password.status == 7);
    CHECK_MESSAGE(contains(password.error, "refused the connection"), password.error);
    const Outcome user = run({.arguments = mqtts_pub(broker, scram({"-m", "x", "-u", "bob"}))});
    CHECK_MESSAGE(user.status == 7, user.error);
}

TEST_CASE("a server that does not prove that it knows the password is refused with 5, and gets nothing") {
    if (!is_built()) return;
    for (const auto& [option, how] :
         {std::pair<std::string, std::string>{"wrong", "with a wrong proof"}, {"none", "without a proof"}}) {
        Mosquitto broker(with_plugin("plugin_opt_signature " + option + "\n"));
        const Outcome outcome = run({.arguments = mqtts_sub(broker, scram({"-C", "1"}))});
        CHECK(outcome.status == 5);
        CHECK_MESSAGE(contains(outcome.error, "accepted us " + how + " that it knows the password"), outcome.error);
        CHECK_FALSE(contains(broker.log(), " a\n"));  // no subscription
    }
}

TEST_CASE("few iterations get a warning, and too many are refused at once") {
    if (!is_built()) return;
    const Mosquitto few(with_plugin("plugin_opt_iterations 1000\n"));
    const Outcome warned = run({.arguments = mqtts_pub(few, scram({"-m", "x"}))});
    CHECK(warned.status == 0);
    CHECK_MESSAGE(contains(warned.error, "1000 SCRAM iterations, and RFC 7677 demands 4096 at least"), warned.error);
    const Mosquitto many(with_plugin("plugin_opt_announced 10000001\n"));
    const Outcome refused = run({.arguments = mqtts_pub(many, scram({"-m", "x"}))});
    CHECK(refused.status == 7);
    CHECK_MESSAGE(contains(refused.error, "asks for 10000001 SCRAM iterations"), refused.error);
}

TEST_CASE("the time limits hold while the password is salted") {
    if (!is_built()) return;
    const Mosquitto broker(with_plugin("plugin_opt_announced 10000000\n"));
    const Outcome outcome = run({.arguments = mqtts_pub(broker, scram({"-m", "x", "-W", "1"}))});
    CHECK_MESSAGE(outcome.status == 27, outcome.error);
}

TEST_CASE("a token is accepted or refused") {
    if (!is_built()) return;
    const TemporaryDirectory directory;
    Mosquitto broker(with_plugin());
    const auto publish = [&](const std::string& token) {
        return run(
            {.arguments = mqtts_pub(broker, {"--auth-method", "TOKEN", "--auth-data-file",
                                             directory.write("token", token), "-t", "a", "-q", "1", "-m", "x", "-d"})});
    };
    const Outcome accepted = publish("good-1\n");
    CHECK_MESSAGE(accepted.status == 0, accepted.error);
    check_hidden(accepted);
    broker.wait_for_log("token [good-1]\n");
    const Outcome refused = publish("bad");
    CHECK_MESSAGE(refused.status == 7, refused.error);
    const Outcome empty = publish("");
    CHECK(empty.status == 2);
    CHECK_MESSAGE(contains(empty.error, "--auth-data-file: " + directory.path() + "/token: the file is empty"),
                  empty.error);
}

TEST_CASE("a token that changes is presented over the same connection") {
    if (!is_built()) return;
    const TemporaryDirectory directory;
    Mosquitto broker(with_plugin());
    const std::string file = directory.write("token", "good-1");
    Process subscriber(
        {.arguments = mqtts_sub(broker, {"--auth-method", "TOKEN", "--auth-data-file", file, "-t", "a", "-d"})});
    wait_for_subscription(broker, "a");
    REQUIRE(std::rename(directory.write("other", "good-2").c_str(), file.c_str()) == 0);
    broker.wait_for_log("token [good-2]\n");
    subscriber.wait_for_error("accepted again");
    directory.write("token", "");
    subscriber.wait_for_error("the file is empty");
    subscriber.signal(SIGTERM);
    const Outcome outcome = subscriber.wait();
    CHECK_MESSAGE(outcome.status == 0, outcome.error);
    CHECK(occurrences(broker.log(), "New client connected") == 1);
    check_hidden(outcome);
}

TEST_CASE("a token that was replaced by one that is refused ends the run with 7") {
    if (!is_built()) return;
    const TemporaryDirectory directory;
    Mosquitto broker(with_plugin());
    const std::string file = directory.write("token", "good-1");
    Process subscriber(
        {.arguments = mqtts_sub(broker, {"--auth-method", "TOKEN", "--auth-data-file", file, "-t", "a"})});
    wait_for_subscription(broker, "a");
    REQUIRE(std::rename(directory.write("other", "bad").c_str(), file.c_str()) == 0);
    const Outcome outcome = subscriber.wait();
    CHECK_MESSAGE(outcome.status == 7, outcome.error);
}

TEST_CASE("a method that asks for more than the token is refused with 7") {
    if (!is_built()) return;
    const TemporaryDirectory directory;
    const Mosquitto broker(with_plugin());
    const std::string file = directory.write("token", "good-1");
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, {"--auth-method", "CHATTY", "--auth-data-file", file, "-t", "a", "-n"})});
    CHECK(outcome.status == 7);
    CHECK_MESSAGE(contains(outcome.error, "asks for more than the data of --auth-data-file"), outcome.error);
    const Outcome property =
        run({.arguments = mqtts_pub(broker, {"-D", "connect", "authentication-method", "CHATTY", "-t", "a", "-n"})});
    CHECK(property.status == 7);
    CHECK_MESSAGE(contains(property.error, "give --auth-method instead of -D connect authentication-method"),
                  property.error);
}

TEST_CASE("mosquitto alone knows no method: 7, and the hint is about the method") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_pub(broker, scram({"-m", "x"}))});
    CHECK(outcome.status == 7);
    CHECK_MESSAGE(contains(outcome.error, "bad authentication method; check --auth-method"), outcome.error);
}
