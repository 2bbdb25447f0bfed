// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --state: a file has every message exactly once, whenever its writer is killed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

/// The command line, with its standard output at the end of the file.
Words appending_to(const std::string& file, const Words& command_line) {
    Words words{"sh", "-c", "file=$1; shift; exec \"$@\" >>\"$file\"", "sh", file};
    words.insert(words.end(), command_line.begin(), command_line.end());
    return words;
}

struct Files {
    explicit Files(const Mosquitto& broker, const std::string& name)
        : state(broker.directory().path() + "/" + name + ".state"),
          output(broker.directory().path() + "/" + name + ".output") {}
    std::string state;
    std::string output;
};

/// Makes the session that the following runs resume.
void begin(Mosquitto& broker, const Files& files, const Words& options) {
    const Outcome begun = run({.arguments = appending_to(files.output, mqtts_sub(broker, with(options, {"-E"})))});
    CAPTURE(begun.error);
    REQUIRE(begun.status == 0);
}

/// How many kills a stream takes, usually: soak tests want more.
int kills(int usual) {
    const char* wanted = std::getenv("MQTTS_SOAK_KILLS");
    return wanted != nullptr ? std::atoi(wanted) : usual;
}

/// One life of a subscriber: killed some time after its first message came.
void receive_until_killed(const Words& command_line, std::mt19937& random) {
    Process subscriber({.arguments = command_line});
    subscriber.wait_for_error("PUBLISH");
    std::uniform_int_distribution<int> microseconds(0, 20'000);
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));  // the moment is what is random
    subscriber.signal(SIGKILL);
    CHECK(subscriber.wait().status == 137);
}

/// The stream, in portions, each with a life of the subscriber; the last one takes what is left.
void stream(Mosquitto& broker, const Files& files, const Words& options, const std::string& qos,
            const std::string& lines, int lives) {
    const Words command_line = appending_to(files.output, mqtts_sub(broker, options));
    Process publisher({.arguments = mqtts_pub(broker, {"-q", qos, "-t", "log", "-l"}), .input = Pipe{}});
    std::mt19937 random(static_cast<unsigned>(lives));
    const std::size_t portion = lines.size() / static_cast<std::size_t>(lives) + 1;
    for (std::size_t position = 0; position < lines.size(); position += portion) {
        publisher.write(std::string_view(lines).substr(position, portion));
        receive_until_killed(appending_to(files.output, mqtts_sub(broker, with(options, {"-d"}))), random);
    }
    publisher.close_input();
    CHECK(publisher.wait().status == 0);
    const Outcome rest =
        run({.arguments = appending_to(files.output, mqtts_sub(broker, with(options, {"--idle", "0.2"})))});
    CAPTURE(rest.error);
    CHECK(rest.status == 0);
}

}  // namespace

TEST_CASE("killed at random moments, a file has each message of QoS 2 exactly once") {
    Mosquitto broker({.configuration = lossless});
    const int lives = kills(13);  // 52 in four streams
    const std::string lines = numbers(250 * lives);
    for (const char* version : {"5", "311"}) {
        for (const char* ack : {"write", "fsync"}) {
            const std::string name = std::string(version) + ack;
            CAPTURE(name);
            const Files files(broker, name);
            const Words options{"-V", version, "-q", "2", "-t", "log", "--state", files.state, "--ack", ack};
            begin(broker, files, options);
            stream(broker, files, options, "2", lines, lives);
            CHECK((read_file(files.output) == lines));
            REQUIRE(read_file(files.output).size() == lines.size());
        }
    }
}

TEST_CASE("killed at random moments without --state, no message of QoS 1 is missing, and no line is cut in two") {
    Mosquitto broker({.configuration = lossless});
    const int lives = kills(50);
    const std::string lines = numbers(250 * lives);
    const Files files(broker, "plain");
    const Words options{"-q", "1", "-t", "log", "-c", "-i", "plain"};
    begin(broker, files, options);
    stream(broker, files, options, "1", lines, lives);
    const std::string received = "\n" + read_file(files.output);
    for (int number = 1; number <= 250 * lives; ++number)
        CHECK_MESSAGE(received.find("\n" + std::to_string(number) + "\n") != std::string::npos, number);
}

TEST_CASE("what was written and not remembered is cut back") {
    Mosquitto broker({.configuration = lossless});
    const Files files(broker, "cut");
    const Words options{"-q", "2", "-t", "log", "--state", files.state};
    begin(broker, files, options);
    broker.directory().write("cut.output", "half a mess");
    begin(broker, files, options);
    CHECK(read_file(files.output) == "");
}

TEST_CASE("--state refuses an output that it is not about, and a pipe") {
    Mosquitto broker({.configuration = lossless});
    const Files files(broker, "one");
    const Words options{"-q", "2", "-t", "log", "--state", files.state};
    const auto sentence = [&](const Words& command_line) {
        const Outcome outcome = run({.arguments = command_line});
        CHECK((outcome.status == 3 || outcome.status == 2));
        return outcome.error;
    };
    broker.directory().write("one.output", "kept\n");
    begin(broker, files, options);
    CHECK(read_file(files.output) == "kept\n");
    CHECK(sentence(appending_to(files.output + "2", mqtts_sub(broker, options)))
              .find(files.state + " belongs to another file than standard output") != std::string::npos);
    CHECK(sentence(appending_to(files.output, mqtts_sub(broker, with(options, {"-i", "me"}))))
              .find(files.state + " belongs to the session of client identifier mqtts-") != std::string::npos);
    broker.directory().write("one.output", "");
    CHECK(sentence(appending_to(files.output, mqtts_sub(broker, options)))
              .find("standard output has 0 bytes, but " + files.state + " recorded 5") != std::string::npos);
    CHECK(sentence(mqtts_sub(broker, options)).find("--state needs a file as standard output") != std::string::npos);
    CHECK(sentence(mqtts_sub(broker, {"-t", "log", "--ack", "fsync"}))
              .find("--ack fsync needs a file as standard output") != std::string::npos);
}

TEST_CASE("a broker that has lost the session of --state is told of") {
    const Mosquitto first({.configuration = lossless});
    Mosquitto second({.configuration = lossless});
    const Files files(second, "lost");
    const Words options{"-q", "2", "-t", "log", "--state", files.state, "-E"};
    CHECK(run({.arguments = appending_to(files.output, mqtts_sub(first, options))}).status == 0);
    const Outcome outcome = run({.arguments = appending_to(files.output, mqtts_sub(second, options))});
    CHECK(outcome.status == 0);
    CHECK(outcome.error.find("the broker lost the session of " + files.state + ",") != std::string::npos);
}

TEST_CASE("a line that a killed process left unfinished is ended first") {
    Mosquitto broker;
    CHECK(run({.arguments = mqtts_pub(broker, {"-t", "log", "-q", "1", "-r", "-m", "whole"})}).status == 0);
    const Files files(broker, "unfinished");
    const Words command_line = mqtts_sub(broker, {"-t", "log", "-C", "1"});
    broker.directory().write("unfinished.output", "who");
    CHECK(run({.arguments = appending_to(files.output, command_line)}).status == 0);
    CHECK(read_file(files.output) == "who\nwhole\n");
    CHECK(run({.arguments = appending_to(files.output, command_line)}).status == 0);
    CHECK(read_file(files.output) == "who\nwhole\nwhole\n");
}
