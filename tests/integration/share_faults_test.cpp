// SPDX-License-Identifier: Apache-2.0
// What goes wrong while calls share a connection: keepers, callers, brokers and connections that end.
#include <future>
#include <memory>

#include "integration/sharing.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;

constexpr std::string_view unknown = "perhaps the message for 'a' has arrived";
constexpr std::string_view again = "the message is published again";

std::size_t open_descriptors(pid_t process) {
    std::error_code gone;
    const std::filesystem::directory_iterator open("/proc/" + std::to_string(process) + "/fd", gone);
    return gone ? 0 : static_cast<std::size_t>(std::ranges::distance(open));
}

std::size_t resident_kibibytes(pid_t process) {
    const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
    const std::size_t at = status.find("VmRSS:");
    REQUIRE(at != status.npos);
    return std::stoul(status.substr(at + 6));
}

/// A broker whose every step the test writes, and a keeper behind its first message.
struct Scripted {
    Scripted() {
        Process first(call({"-q", "1"}));
        broker.accept_client();
        REQUIRE(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
        acknowledge(1);
        REQUIRE(first.wait().status == 0);
    }
    Command call(const Words& options) const {
        return {.arguments = broker.arguments(mqtts_pub(with({"--share", "-t", "a", "-m", "x"}, options))),
                .environment = sharing.environment()};
    }
    void acknowledge(wire::PacketIdentifier identifier) {
        broker.send(wire::Acknowledgement{.type = wire::PacketType::puback, .packet_identifier = identifier});
    }
    /// Breaks the connection, and takes the next one.
    void come_back(const wire::Connack& connack) {
        broker.drop();
        broker.accept();
        REQUIRE(broker.receive().starts_with("CONNECT"));
        broker.send(connack);
    }

    ScriptedBroker broker;
    Sharing sharing;
};

}  // namespace

TEST_CASE("a keeper that was killed is replaced by the next call") {
    const Kept kept;
    Sharing::end(kept.keeper, SIGKILL);
    const Outcome next = kept.publish(message("1"));
    CHECK(next.status == 0);
    CHECK(next.error == "");
    CHECK(kept.sharing.keeper().process != kept.keeper);
    CHECK(kept.publish(message("1")).status == 0);
    CHECK(kept.sharing.keeper().messages == 1);
}

TEST_CASE("a keeper that is killed in the middle: QoS 1 is published again, the others are unknown") {
    const Kept kept;
    kept.broker.stall();
    OnItsWay zero(kept, "0");
    OnItsWay one(kept, "1");
    OnItsWay two(kept, "2");
    Sharing::end(kept.keeper, SIGKILL);
    for (Process* call : {static_cast<Process*>(&zero), static_cast<Process*>(&two)}) {
        const Outcome outcome = call->wait();
        CHECK(outcome.status == 10);
        CHECK(contains(outcome.error, unknown));
    }
    kept.broker.resume();
    const Outcome of_one = one.wait();
    CHECK(of_one.status == 0);
    CHECK(contains(of_one.error, again));
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
    const Kept kept;
    kept.broker.stall();
    OnItsWay killed(kept, "1");
    OnItsWay stopped(kept, "2");
    killed.signal(SIGKILL);
    CHECK(killed.wait().status == 128 + SIGKILL);
    stopped.signal(SIGSTOP);
    kept.broker.resume();
    CHECK(kept.publish(message("2")).status == 0);
    CHECK(kept.publish(message("0")).status == 0);
    stopped.signal(SIGCONT);
    CHECK(stopped.wait().status == 0);
    CHECK(kept.sharing.keeper().messages == 4);  // also that of the caller that is gone
}

TEST_CASE("the broker is killed under many callers: each message of QoS 1 arrives") {
    constexpr int callers = 20;
    Kept kept;
    kept.broker.stall();
    std::vector<std::unique_ptr<OnItsWay>> running;
    for (int i = 0; i < callers; ++i)
        running.push_back(std::make_unique<OnItsWay>(kept, "1"));
    kept.broker.crash_and_restart();
    for (const auto& one : running) {
        const Outcome outcome = one->wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
    }
    CHECK(kept.publish(message("1")).status == 0);
}

TEST_CASE("the broker forgets the session in the middle of a message of QoS 2: it is unknown") {
    Kept kept;
    kept.broker.stall();
    OnItsWay two(kept, "2");
    OnItsWay one(kept, "1");
    kept.broker.crash_and_restart();
    const Outcome of_two = two.wait();
    CAPTURE(of_two.error);
    CHECK(of_two.status == 10);
    CHECK(contains(of_two.error, "did not keep the session"));
    CHECK(one.wait().status == 0);
}

TEST_CASE("a message of QoS 2 that is unknown is not sent again") {
    Scripted kept;
    Process two(kept.call({"-q", "2"}));
    REQUIRE(kept.broker.receive() == "PUBLISH 2 qos2 a \"x\"");
    kept.come_back({.session_present = false});
    CHECK(kept.broker.receive() == "lost");
    kept.broker.drop();
    const Outcome outcome = two.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "did not keep the session"));
}

TEST_CASE("the broker comes back with limits that forbid a message on its way: its caller hears of them") {
    Scripted kept;
    Process retained(kept.call({"-q", "1", "-r", "--stats"}));
    REQUIRE(kept.broker.receive() == "PUBLISH 2 qos1 retain a \"x\"");
    Process plain(kept.call({"-q", "1", "--stats"}));
    REQUIRE(kept.broker.receive() == "PUBLISH 3 qos1 a \"x\"");
    wire::PropertyWriter limits;
    limits.add(wire::PropertyIdentifier::retain_available, 0);
    kept.come_back({.properties = limits.view(), .session_present = true});
    CHECK(kept.broker.receive() == "PUBLISH 3 qos1 dup a \"x\"");
    const Outcome refused = retained.wait();
    CAPTURE(refused.error);
    CHECK(refused.status == 8);
    CHECK(contains(refused.error, "cannot publish to 'a': the broker does not support retained messages"));
    CHECK(contains(refused.error, "0 acknowledged, 1 refused, 1 reconnect"));
    kept.acknowledge(3);
    const Outcome done = plain.wait();
    CHECK(done.status == 0);
    CHECK(contains(done.error, "1 acknowledged, 0 refused, 1 reconnect"));
    CHECK(kept.broker.receive().starts_with("DISCONNECT"));
    kept.broker.close();
}

TEST_CASE("a connection that is lost while nobody calls ends the keeper") {
    Kept kept;
    kept.broker.crash_and_restart();
    CHECK(has_ended(kept.keeper));
    CHECK(kept.publish(message("1")).status == 0);
}

TEST_CASE("a session that is taken over ends the keeper, and it does not come back") {
    Kept kept({"-i", "name"});
    CHECK(run({.arguments = mqtts_pub(kept.broker, with(message("1"), kept.options))}).status == 0);
    CHECK(has_ended(kept.keeper));
    CHECK(connections(kept.broker) == 2);
}

TEST_CASE("SIGTERM finishes what is under way, and says goodbye") {
    Kept kept;
    kept.broker.stall();
    OnItsWay caller(kept, "2");
    ::kill(kept.keeper, SIGTERM);
    kept.broker.resume();
    CHECK(caller.wait().status == 0);
    CHECK(has_ended(kept.keeper));
    kept.broker.wait_for_log(" disconnected.\n");
}

TEST_CASE("SIGTERM at a stuck broker: QoS 1 is published again, QoS 2 is unknown") {
    const Kept kept({"--linger", "1"});
    kept.broker.stall();
    OnItsWay two(kept, "2");
    OnItsWay one(kept, "1");
    ::kill(kept.keeper, SIGTERM);
    one.wait_for_error(again);
    CHECK(two.wait().status == 10);
    kept.broker.resume();
    CHECK(one.wait().status == 0);
}

TEST_CASE("a keeper that ends does not vouch for a message of QoS 0 when the connection breaks") {
    Kept kept;
    kept.broker.stall();
    OnItsWay zero(kept, "0");
    ::kill(kept.keeper, SIGTERM);
    kept.sharing.wait_until_none_listens();
    kept.broker.crash_and_restart();
    const Outcome outcome = zero.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "1 QoS 0 message perhaps lost"));
}

TEST_CASE("-W and signals end a call at a stuck broker") {
    const Kept kept;
    kept.broker.stall();
    for (const std::string qos : {"0", "1", "2"}) {
        const Outcome late = kept.publish(with(message(qos), {"-W", "0.5"}));
        CAPTURE(late.error);
        CHECK(late.status == 27);
        CHECK(contains(late.error, "timed out after 0.5 s while waiting for "));
        CHECK(contains(late.error, "1 message not acknowledged"));
    }
    OnItsWay interrupted(kept, "1");
    interrupted.signal(SIGINT);  // two that are alike may become one
    interrupted.signal(SIGTERM);
    const int status = interrupted.wait().status;
    CHECK((status == 128 + SIGINT || status == 128 + SIGTERM || status == 10));
    kept.broker.resume();
}

TEST_CASE("a call that was interrupted does not go on with a connection of its own") {
    const Kept kept;
    kept.broker.stall();
    OnItsWay caller(kept, "1");
    caller.signal(SIGSTOP);  // so that it finds both at once
    caller.signal(SIGINT);
    Sharing::end(kept.keeper, SIGKILL);
    caller.signal(SIGCONT);
    const Outcome outcome = caller.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "1 message not acknowledged"));
    CHECK_FALSE(contains(outcome.error, again));
    kept.broker.resume();
}

TEST_CASE("a keeper that does not answer is not waited for") {
    const Kept kept({"--connect-timeout", "2"});
    ::kill(kept.keeper, SIGSTOP);
    const Outcome outcome = kept.publish(with(message("1"), {"-d"}));
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "does not answer"));
    ::kill(kept.keeper, SIGCONT);
    CHECK(kept.publish(message("1")).status == 0);
    CHECK(kept.sharing.keeper().messages == 1);  // not that of the caller that has gone
}

TEST_CASE("many callers at a stuck broker do not fill the keeper's memory") {
    constexpr std::size_t callers = 100;
    constexpr std::size_t most = std::size_t{12} * 1024;
    if (std::string_view(MQTTS_SANITIZE) != "") {
        MESSAGE("skipped: sanitizers fill it");
        return;
    }
    const Kept kept({"--connect-timeout", "60"});
    const std::string file = kept.broker.directory().write("message", std::string(48'000, 'x'));
    kept.broker.stall();
    const std::size_t before = open_descriptors(kept.keeper);
    std::vector<std::unique_ptr<Process>> running;
    for (std::size_t i = 0; i < callers; ++i)
        running.push_back(std::make_unique<Process>(kept.call({"-t", "a", "-f", file, "-q", "1"})));
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (before != 0 && open_descriptors(kept.keeper) < before + callers)
        REQUIRE(std::chrono::steady_clock::now() < deadline);
    const std::size_t resident = resident_kibibytes(kept.keeper);
    MESSAGE("the keeper has " << resident << " KiB");
    CHECK(resident < most);
    kept.broker.resume();
    for (const auto& one : running)
        CHECK(one->wait().status == 0);
}
