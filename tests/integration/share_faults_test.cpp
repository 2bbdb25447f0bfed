// SPDX-License-Identifier: Apache-2.0
// What goes wrong while calls share a connection: keepers, callers and brokers that end, and directories that lie.
#include <sys/stat.h>

#include <future>
#include <memory>

#include "integration/sharing.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;

const Words share_message{"-t", "a", "-m", "x", "-q", "1"};

Words message(const std::string& qos) {
    return {"-t", "a", "-m", "x", "-q", qos};
}

}  // namespace

TEST_CASE("a keeper that was killed is replaced by the next call") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t first = sharing.keeper().process;
    Sharing::end(first, SIGKILL);
    const Outcome next = sharing.publish(broker, share_message);
    CHECK(next.status == 0);
    CHECK(next.error == "");
    CHECK(sharing.keeper().process != first);
    CHECK(sharing.publish(broker, share_message).status == 0);
    CHECK(sharing.keeper().messages == 1);
}

TEST_CASE("a keeper that is killed in the middle: QoS 1 is published again, the others are unknown") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.stall();
    Process zero(sharing.call(broker, with(message("0"), {"-d"})));
    zero.wait_for_error("sent PUBLISH");
    Process one(sharing.call(broker, with(message("1"), {"-d"})));
    one.wait_for_error("sent PUBLISH");
    Process two(sharing.call(broker, with(message("2"), {"-d"})));
    two.wait_for_error("sent PUBLISH");
    Sharing::end(keeper, SIGKILL);
    const Outcome of_zero = zero.wait();
    CHECK(of_zero.status == 10);
    CHECK(contains(of_zero.error, "perhaps the message for 'a' has arrived"));
    const Outcome of_two = two.wait();
    CHECK(of_two.status == 10);
    CHECK(contains(of_two.error, "perhaps the message for 'a' has arrived"));
    broker.resume();
    const Outcome of_one = one.wait();
    CHECK(of_one.status == 0);
    CHECK(contains(of_one.error, "the message is published again"));
}

TEST_CASE("messages of QoS 0 that are done do not touch the first one of another QoS") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, message("0")).status == 0);
    broker.stall();
    Process zero(sharing.call(broker, with(message("0"), {"-d"})));
    zero.wait_for_error("sent PUBLISH");
    Process two(sharing.call(broker, with(message("2"), {"-d"})));
    two.wait_for_error("sent PUBLISH");
    broker.resume();
    CHECK(zero.wait().status == 0);
    CHECK(two.wait().status == 0);
}

TEST_CASE("callers that are killed or stopped do not harm the others") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    broker.stall();
    Process killed(sharing.call(broker, with(message("1"), {"-d"})));
    killed.wait_for_error("sent PUBLISH");
    Process stopped(sharing.call(broker, with(message("2"), {"-d"})));
    stopped.wait_for_error("sent PUBLISH");
    killed.signal(SIGKILL);
    CHECK(killed.wait().status == 128 + SIGKILL);
    stopped.signal(SIGSTOP);
    broker.resume();
    CHECK(sharing.publish(broker, message("2")).status == 0);
    CHECK(sharing.publish(broker, message("0")).status == 0);
    stopped.signal(SIGCONT);
    CHECK(stopped.wait().status == 0);
    CHECK(sharing.keeper().messages == 4);  // also that of the caller that is gone
}

TEST_CASE("the broker is killed under many callers: each message of QoS 1 arrives") {
    constexpr int callers = 20;
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    broker.stall();
    std::vector<std::unique_ptr<Process>> running;
    for (int i = 0; i < callers; ++i) {
        running.push_back(std::make_unique<Process>(sharing.call(broker, with(message("1"), {"-d"}))));
        running.back()->wait_for_error("sent PUBLISH");
    }
    broker.crash_and_restart();
    for (const auto& one : running) {
        const Outcome outcome = one->wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
    }
    CHECK(sharing.publish(broker, share_message).status == 0);
}

TEST_CASE("the broker forgets the session in the middle of a message of QoS 2: it is unknown") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    broker.stall();
    Process two(sharing.call(broker, with(message("2"), {"-d"})));
    two.wait_for_error("sent PUBLISH");
    Process one(sharing.call(broker, with(message("1"), {"-d"})));
    one.wait_for_error("sent PUBLISH");
    broker.crash_and_restart();
    const Outcome of_two = two.wait();
    CAPTURE(of_two.error);
    CHECK(of_two.status == 10);
    CHECK(contains(of_two.error, "did not keep the session"));
    CHECK(one.wait().status == 0);
}

TEST_CASE("a connection that is lost while nobody calls ends the keeper") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.crash_and_restart();
    CHECK(has_ended(keeper));
    CHECK(sharing.publish(broker, share_message).status == 0);
}

TEST_CASE("a session that is taken over ends the keeper, and it does not come back") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, with(share_message, {"-i", "name"})).status == 0);
    const pid_t keeper = sharing.keeper().process;
    CHECK(run({.arguments = mqtts_pub(broker, with(share_message, {"-i", "name"}))}).status == 0);
    CHECK(has_ended(keeper));
    CHECK(connections(broker) == 2);
}

TEST_CASE("SIGTERM finishes what is under way, and says goodbye") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.stall();
    Process caller(sharing.call(broker, with(message("2"), {"-d"})));
    caller.wait_for_error("sent PUBLISH");
    ::kill(keeper, SIGTERM);
    broker.resume();
    CHECK(caller.wait().status == 0);
    CHECK(has_ended(keeper));
    broker.wait_for_log(" disconnected.\n");
}

TEST_CASE("SIGTERM at a stuck broker: QoS 1 is published again, QoS 2 is unknown") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.stall();
    Process two(sharing.call(broker, with(message("2"), {"-d"})));
    two.wait_for_error("sent PUBLISH");
    Process one(sharing.call(broker, with(message("1"), {"-d"})));
    one.wait_for_error("sent PUBLISH");
    ::kill(keeper, SIGTERM);
    one.wait_for_error("the message is published again");
    CHECK(two.wait().status == 10);
    broker.resume();
    CHECK(one.wait().status == 0);
}

TEST_CASE("a keeper that ends does not vouch for a message of QoS 0 when the connection breaks") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    broker.stall();
    Process zero(sharing.call(broker, with(message("0"), {"-d"})));
    zero.wait_for_error("sent PUBLISH");
    ::kill(sharing.keeper().process, SIGTERM);
    sharing.wait_until_none_listens();
    broker.crash_and_restart();
    const Outcome outcome = zero.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "1 QoS 0 message perhaps lost"));
}

TEST_CASE("-W and signals end a call at a stuck broker") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    broker.stall();
    for (const std::string qos : {"0", "1", "2"}) {
        const Outcome late = sharing.publish(broker, with(message(qos), {"-W", "0.5"}));
        CAPTURE(late.error);
        CHECK(late.status == 27);
        CHECK(contains(late.error, "timed out after 0.5 s while waiting for "));
        CHECK(contains(late.error, "1 message not acknowledged"));
    }
    Process interrupted(sharing.call(broker, with(message("1"), {"-d"})));
    interrupted.wait_for_error("PUBLISH");
    interrupted.signal(SIGINT);  // two that are alike may become one
    interrupted.signal(SIGTERM);
    const int status = interrupted.wait().status;
    CHECK((status == 128 + SIGINT || status == 128 + SIGTERM || status == 10));
    broker.resume();
}

TEST_CASE("a call that was interrupted does not go on with a connection of its own") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.stall();
    Process caller(sharing.call(broker, with(message("1"), {"-d"})));
    caller.wait_for_error("sent PUBLISH");
    caller.signal(SIGSTOP);  // so that it finds both at once
    caller.signal(SIGINT);
    Sharing::end(keeper, SIGKILL);
    caller.signal(SIGCONT);
    const Outcome outcome = caller.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "1 message not acknowledged"));
    CHECK_FALSE(contains(outcome.error, "published again"));
    broker.resume();
}

TEST_CASE("a keeper that does not answer is not waited for") {
    Mosquitto broker;
    const Sharing sharing;
    const Words options = with(share_message, {"--connect-timeout", "2", "-d"});
    REQUIRE(sharing.publish(broker, options).status == 0);
    const pid_t keeper = sharing.keeper().process;
    ::kill(keeper, SIGSTOP);
    const Outcome outcome = sharing.publish(broker, options);
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "does not answer"));
    ::kill(keeper, SIGCONT);
    CHECK(sharing.publish(broker, options).status == 0);
    CHECK(sharing.keeper().messages == 1);  // not that of the caller that has gone
}

TEST_CASE("a directory that is not ours alone is not used") {
    const Mosquitto broker;
    const TemporaryDirectory elsewhere;
    const auto refused = [&](const Sharing& sharing, std::string_view why) {
        const Outcome outcome = sharing.publish(broker, with(share_message, {"-d"}));
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(contains(outcome.error, "this run has a connection of its own"));
        CHECK(contains(outcome.error, why));
        CHECK_FALSE(std::filesystem::exists(elsewhere.path() + "/key"));
    };
    const Sharing link;
    std::filesystem::create_directory_symlink(elsewhere.path(), link.path() + "/mqtts");
    refused(link, "link");
    const Sharing open_to_all;
    ::mkdir((open_to_all.path() + "/mqtts").c_str(), 0700);
    ::chmod((open_to_all.path() + "/mqtts").c_str(), 0755);
    refused(open_to_all, "mqtts");
    const Sharing writable;
    ::chmod(writable.path().c_str(), 0777);
    refused(writable, "");
    ::chmod(writable.path().c_str(), 0700);
}

TEST_CASE("many callers at a stuck broker do not fill the keeper's memory") {
    if (std::string_view(MQTTS_SANITIZE) != "") return;  // which fills it
    constexpr int callers = 100;
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, share_message).status == 0);
    const pid_t keeper = sharing.keeper().process;
    broker.stall();
    std::vector<std::unique_ptr<Process>> running;
    for (int i = 0; i < callers; ++i)
        running.push_back(std::make_unique<Process>(sharing.call(broker, share_message)));
    sharing.wait_until_in_use();
    const std::string status = read_file("/proc/" + std::to_string(keeper) + "/status");
    const std::size_t at = status.find("VmRSS:");
    REQUIRE(at != status.npos);
    CHECK(std::stoul(status.substr(at + 6)) < 12 * 1024);
    broker.resume();
    for (const auto& one : running)
        CHECK(one->wait().status == 0);
}
