// SPDX-License-Identifier: Apache-2.0
// What the broker refuses: the connection, a publish, a subscription. Each has its exit status and its sentence.
#include <doctest/doctest.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

const MosquittoSettings with_users = {
    .users = {{"meter", "right"}},
    .access_list = "user meter\ntopic readwrite open/#\ntopic read closed/#\n",
};

}  // namespace

TEST_CASE("a wrong password ends both programs with 7") {
    const Mosquitto broker(with_users);
    for (const char* version : {"5", "311"}) {
        for (const Words& words : {mqtts_pub({"-t", "open/a", "-m", "x", "-q", "1"}), mqtts_sub({"-t", "open/a"})}) {
            Words arguments = broker.arguments(words);
            arguments.insert(arguments.end(), {"-V", version, "-u", "meter", "-P", "wrong-secret"});
            const Outcome outcome = run({.arguments = arguments});
            CAPTURE(outcome.error);
            CHECK(outcome.status == 7);
            CHECK(contains(outcome.error, "localhost:" + std::to_string(broker.port())));
            CHECK(contains(outcome.error, "not authorized"));
            CHECK_FALSE(contains(outcome.error, "wrong-secret"));
            CHECK(outcome.output == "");
        }
    }
}

TEST_CASE("the right password is let in") {
    const Mosquitto broker(with_users);
    Words arguments = mqtts_pub(broker, {"-u", "meter", "-P", "right", "-t", "open/a", "-m", "x", "-q", "1"});
    CHECK(run({.arguments = arguments}).status == 0);
}

TEST_CASE("a publish that the access list refuses ends with 8 and names the topic") {
    const Mosquitto broker(with_users);
    for (const char* qos : {"1", "2"}) {
        const Outcome outcome = run(
            {.arguments = mqtts_pub(broker, {"-u", "meter", "-P", "right", "-t", "closed/a", "-m", "x", "-q", qos})});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "closed/a"));
        CHECK(contains(outcome.error, "not authorized"));
    }
}

TEST_CASE("one refused line does not stop the others, and is not forgotten") {
    const Mosquitto broker(with_users);
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, {"-u", "meter", "-P", "right", "-t", "closed/b", "-q", "1", "-l"}),
             .input = Text{numbers(1000)}});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
}

TEST_CASE("a refused subscription ends with 8 and names the topic filter") {
    if (std::string(MQTTS_MOSQUITTO_PLUGIN).ends_with("NOTFOUND")) {
        MESSAGE("skipped: mosquitto's dynamic security plugin is not installed");
        return;
    }
    const TemporaryDirectory directory;
    const std::string rules = directory.write(
        "rules.json",
        R"({"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false}})");
    const Mosquitto broker(
        {.configuration = "plugin " MQTTS_MOSQUITTO_PLUGIN "\nplugin_opt_config_file " + rules + "\n"});
    for (const char* version : {"5", "311"}) {
        const Outcome outcome = run({.arguments = mqtts_sub(broker, {"-V", version, "-t", "closed/#", "-q", "1"})});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "closed/#"));
        CHECK(outcome.output == "");
    }
}
