// SPDX-License-Identifier: Apache-2.0
// An exception takes longer than all the rest of an orderly end: the programs come to one without any.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

/// Counts the exceptions of the programs that it watches.
class Watched {
public:
    Watched() {
        run(command(mqtts_sub({"--no-such-option"})));
        if (count() != 0) return;
        std::puts("skipped: what is linked into the programs cannot be replaced, and their exceptions are not seen");
        std::exit(skipped_status);
    }

    /// Begins to count anew.
    Command command(const Words& command_line, const std::string& input = "") {
        file_ = directory_.path() + "/" + std::to_string(++runs_);
        return {.arguments = command_line,
                .environment = {"LD_PRELOAD=" MQTTS_EXCEPTIONS, "MQTTS_TEST_EXCEPTIONS=" + file_,
                                "ASAN_OPTIONS=verify_asan_link_order=0"},
                .input = Text{input}};
    }
    [[nodiscard]] std::size_t count() const { return read_file(file_).size(); }

    void check_none(const Words& command_line, const std::string& input = "") {
        const Outcome outcome = run(command(command_line, input));
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(count() == 0);
    }

private:
    TemporaryDirectory directory_;
    std::string file_;
    int runs_ = 0;
};

}  // namespace

TEST_CASE("no exception: mqtts-pub has published, has its answer, or has checked") {
    Mosquitto broker;
    Watched watched;
    watched.check_none(mqtts_pub(broker, {"-t", "a", "-q", "1", "-m", "x"}));
    watched.check_none(mqtts_pub(broker, {"-t", "a", "-q", "1", "-l"}), numbers(100));
    watched.check_none(mqtts_pub(broker, {"-t", "a", "-e", "a", "-m", "x"}));
    watched.check_none(mqtts_pub(broker, {"--check", "--check-topic", "a"}));
    const std::string spool = broker.directory().path() + "/spool";
    watched.check_none(mqtts_pub(broker, {"-t", "a", "-q", "1", "-l", "--spool", spool}), numbers(100));
}

TEST_CASE("no exception: mqtts-sub has what it waited for") {
    Mosquitto broker;
    Watched watched;
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "a", "-q", "1", "-r", "-m", "x"})}).status == 0);
    for (const Words& end : std::vector<Words>{{"-C", "1"}, {"--until", "x"}, {"--idle", "0.1"}, {"-E"}})
        watched.check_none(mqtts_sub(broker, with({"-t", "a", "-q", "1"}, end)));
}

TEST_CASE("no exception: the command of mqtts-sub has ended, or is ended") {
    Mosquitto broker;
    Watched watched;
    watched.check_none(with(mqtts_sub(broker, {"-t", "a"}), {"--", "true"}));
    const Words publish_and_stay = {"--", "sh", "-c", "\"$@\"; exec sleep 600", "sh"};
    const Words publisher = mqtts_pub(broker, {"-t", "a", "-m", "x"});
    watched.check_none(with(mqtts_sub(broker, {"-t", "a", "-C", "1"}), with(publish_and_stay, publisher)));
}

TEST_CASE("no exception: a signal ends mqtts-sub, whether it prints or counts") {
    Mosquitto broker;
    Watched watched;
    for (const std::string& topic : {std::string("printed"), std::string("counted")}) {
        Words words = mqtts_sub(broker, {"-t", topic});
        if (topic == "counted") words.push_back("--message-rate");
        Process subscriber(watched.command(words));
        wait_for_subscription(broker, topic);
        subscriber.signal(SIGTERM);
        subscriber.wait();
        CHECK(watched.count() == 0);
    }
}

TEST_CASE("no exception: a signal ends mqtts-sub while it waits to connect again") {
    Watched watched;
    bool has_none = false;
    for (int attempt = 0; attempt < 10 && !has_none; ++attempt) {  // on a busy machine it may connect meanwhile
        Process subscriber(watched.command(mqtts_sub({"-h", "localhost", "-p", "1", "--retry-connect", "-t", "a"})));
        subscriber.wait_for_error("trying again");
        subscriber.signal(SIGTERM);
        subscriber.wait();
        has_none = watched.count() == 0;
    }
    CHECK(has_none);
}
