// SPDX-License-Identifier: Apache-2.0
// Runs the examples of the man pages, as they stand there, against a real broker that is broker.example: configuration
// files say where it is and how to be let in, as a user's own would.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "docs/examples.hpp"
#include "support/broker.hpp"

namespace {

using namespace mqtts::test;

/// A broker with that name, and a directory with the files that the examples speak of.
class BrokerExample {
public:
    BrokerExample()
        : broker_({.server = {.common_name = "broker", .dns_names = {"broker.example"}, .ip_addresses = {"127.0.0.1"}},
                   .configuration = "max_queued_messages 0\n"}) {
        const std::string options = "--cafile " + broker_.ca_file() + "\n--cert " + broker_.certificate_file() +
                                    "\n--key " + broker_.key_file() +
                                    "\n--connect-to 127.0.0.1:" + std::to_string(broker_.port()) +
                                    "\n--connect-timeout 600\n";
        for (const char* name : {"mqtts-pub", "mqtts-sub"})
            broker_.directory().write(name, options);
        broker_.directory().write("app.log", "ERROR: no paper\nINFO: idle\nERROR: no ink\n");
        broker_.directory().write("image.bin", std::string("\x7f"
                                                           "binary\0\n",
                                                           9));
    }

    void check(const Example& example) const {
        check_example(example, broker_.directory().path(),
                      {std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH"),
                       "XDG_CONFIG_HOME=" + broker_.directory().path()});
    }

private:
    Mosquitto broker_;
};

}  // namespace

TEST_CASE("the man pages' examples do what they show") {
    const BrokerExample broker;
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1"}) {
        CAPTURE(page);
        const auto examples = read_manual_examples(page);
        CHECK(examples.size() >= 4);
        for (const Example& example : examples)
            broker.check(example);
    }
}

TEST_CASE("the man pages have no example that is not run") {
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1"}) {
        CAPTURE(page);
        std::ifstream file(page);
        REQUIRE(file);
        for (std::string line; std::getline(file, line);)
            CHECK_FALSE(line.starts_with(".Dl $"));
    }
}
