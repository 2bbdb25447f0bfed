// -W says what was waited for, and where.
#include <doctest/doctest.h>

#include "integration/programs.hpp"
#include "support/listener.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Connack;
using mqtts::wire::SubscriptionAnswer;

std::string name_of(std::uint16_t port) {
    return "localhost:" + std::to_string(port);
}

/// How far the broker goes before it says nothing more.
enum class Until { connect, connack, suback };

/// What a program says, behind "timed out after 2 s while ".
std::string waited_for(const Words& options, bool publishes, Until until, const Words& child = {}) {
    ScriptedBroker broker;
    Words words = publishes ? mqtts_pub({"-W", "2"}) : mqtts_sub({"-W", "2"});
    words.insert(words.end(), options.begin(), options.end());
    words = broker.arguments(words);
    words.insert(words.end(), child.begin(), child.end());
    Process program({.arguments = words});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT"));
    if (until != Until::connect) broker.send(Connack{});
    if (until == Until::suback) {
        CHECK(broker.receive().starts_with("SUBSCRIBE 1"));
        broker.send(SubscriptionAnswer{.reason_codes = "\1", .packet_identifier = 1});
    }
    const Outcome outcome = program.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 27);
    const std::size_t at = outcome.error.find(": timed out after 2 s while ");
    REQUIRE(at != std::string::npos);
    std::string text = outcome.error.substr(at + std::string(": timed out after 2 s while ").size());
    const std::string server = name_of(broker.port());
    if (const std::size_t named = text.find(server); named != std::string::npos)
        text.replace(named, server.size(), "THERE");
    return text;
}

}  // namespace

TEST_CASE("-W names the packet that has not come, and the broker") {
    const Words one{"-t", "a", "-q", "1", "-r", "-m", "x"};  // QoS 1, for nothing waits to be told that it arrived
    CHECK(waited_for(one, true, Until::connect) == "waiting for CONNACK of THERE\n");
    CHECK(waited_for({"-t", "a"}, false, Until::connect) == "waiting for CONNACK of THERE\n");
    CHECK(waited_for({"-t", "a"}, false, Until::connack) == "waiting for SUBACK of THERE\n");
    CHECK(waited_for({"-U", "a"}, false, Until::connack) == "waiting for UNSUBACK of THERE\n");
    CHECK(waited_for({"-t", "a"}, false, Until::suback) == "waiting for messages from THERE\n");
    CHECK(waited_for(one, true, Until::connack)
              .starts_with("waiting for the acknowledgement of 1 message by THERE; 1 message left"));
    CHECK(waited_for({"-t", "a", "-m", "x"}, true, Until::connack)
              .starts_with("waiting for PINGRESP of THERE; 1 message "));
    CHECK(waited_for({"-t", "a", "-m", "x", "-e", "b"}, true, Until::suback)
              .starts_with("waiting for the response on 'b' from THERE"));
}

TEST_CASE("-W names the command, the input and the expectation that are waited for") {
    CHECK(waited_for({"-t", "a"}, false, Until::suback, {"--", "sleep", "60"}) == "waiting for 'sleep' to end\n");
    ScriptedBroker broker;
    Process publisher(
        {.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-l", "-W", "2"})), .input = Pipe{}});
    broker.accept_client();
    const Outcome idle = publisher.wait();
    CHECK(idle.status == 27);
    CHECK(idle.error == "mqtts-pub: timed out after 2 s while waiting for input\n");
}

TEST_CASE("-W names the step of the connection: TLS with a server that says nothing") {
    const Listener silent;
    const Outcome outcome =
        run({.arguments = mqtts_sub({"-h", "localhost", "-p", std::to_string(silent.port()), "-t", "a", "-W", "3"})});
    CHECK(outcome.status == 27);
    CHECK(outcome.error ==
          "mqtts-sub: timed out after 3 s while shaking hands (TLS), for " + name_of(silent.port()) + "\n");
}

TEST_CASE("-W after a lost connection says that another one was waited for") {
    const Outcome outcome =
        run({.arguments = mqtts_sub({"-h", "localhost", "-p", "1", "-t", "a", "-W", "1", "--retry-connect"})});
    CHECK(outcome.status == 27);
    CHECK(contains(outcome.error, "timed out after 1 s while waiting to connect to localhost:1 again"));
}
