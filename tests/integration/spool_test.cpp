// SPDX-License-Identifier: Apache-2.0
// mqtts-pub --spool: what was read survives kill -9 and an absent broker, and arrives once and in order.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>

#include "integration/programs.hpp"
#include "support/small_disk.hpp"

namespace {

using namespace mqtts::test;

/// Nobody listens there.
const Words nowhere{"-h", "localhost", "-p", "1"};

Words spooling(const std::string& spool, const Words& options) {
    Words words{"--spool", spool};
    if (std::ranges::find(options, "-t") == options.end()) words.insert(words.end(), {"-t", "t"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

Words spooling_nowhere(const std::string& spool, Words options) {
    options.insert(options.end(), nowhere.begin(), nowhere.end());
    return mqtts_pub(spooling(spool, options));
}

/// Delivers what is in the spool.
Outcome deliver(const Mosquitto& broker, const std::string& spool, const Words& options) {
    Words words = spooling(spool, options);
    words.emplace_back("-l");
    return run({.arguments = mqtts_pub(broker, words)});
}

/// How many messages the debug log says were kept, all batches together.
std::size_t kept_according_to(const std::string& log) {
    std::size_t kept = 0;
    for (std::size_t at = log.find(" kept in "); at != std::string::npos; at = log.find(" kept in ", at + 1)) {
        const std::size_t count = log.rfind(' ', log.rfind(" message", at) - 1) + 1;
        kept += std::stoul(log.substr(count));
    }
    return kept;
}

struct Flavour {
    const char* version;
    const char* qos;
};

/// One life of a publisher that is killed while it publishes "life 1", "life 2", …; returns how many lines were safe
/// for certain by then.
std::size_t publish_until_killed(const Mosquitto& broker, const Words& options, int life, Process& subscriber,
                                 std::mt19937& random) {
    constexpr int lines = 1'300;
    std::string text;
    for (int line = 1; line <= lines; ++line)
        text += std::to_string(life) + ' ' + std::to_string(line) + '\n';
    const std::size_t arrived = subscriber.output().size();
    Process publisher({.arguments = mqtts_pub(broker, options), .input = Pipe{}});
    std::size_t written = 0;
    // mosquitto 2.0 gets into trouble with more than this in flight, see stream_test.cpp
    for (const std::size_t stop = random() % text.size(); written < stop;) {
        const std::size_t step = std::min<std::size_t>(1 + random() % 4'000, text.size() - written);
        publisher.write(std::string_view(text).substr(written, step));
        written += step;
        if (random() % 2 == 0) subscriber.wait_for_output_size(arrived + written / 4);
    }
    if (random() % 4 == 0) publisher.wait_for_error(" kept in ");
    publisher.signal(SIGKILL);
    const Outcome ended = publisher.wait();
    CHECK(ended.status == 137);
    return kept_according_to(ended.error);
}

/// The lives and lines of `output`, which must be in order, each life from its first line on.
std::vector<int> lines_of_each_life(const std::string& output, std::size_t lives, bool may_repeat) {
    std::vector<int> last(lives + 1);
    std::istringstream in(output);
    int before = 0;
    int life = 0;
    int line = 0;
    while (in >> life >> line) {
        const bool repeated = may_repeat && line <= last.at(static_cast<std::size_t>(life));
        if (repeated) continue;
        CHECK(life >= before);
        CHECK(line == last.at(static_cast<std::size_t>(life)) + 1);
        before = life;
        last.at(static_cast<std::size_t>(life)) = line;
    }
    return last;
}

}  // namespace

TEST_CASE("lines are kept while the broker is away, and a later run delivers them in order") {
    Mosquitto broker({.configuration = lossless});
    for (const auto& [version, qos] : {Flavour{"5", "1"}, {"5", "2"}, {"311", "1"}, {"311", "2"}}) {
        const std::string name = std::string("away-") + version + qos;
        CAPTURE(name);
        const std::string spool = broker.directory().path() + "/" + name;
        const Words options{"-V", version, "-q", qos, "-t", name};
        make_session(broker, name, name, {"-V", version, "-q", qos});

        Words publish = spooling_nowhere(spool, options);
        publish.insert(publish.end(), {"-l", "-d"});
        Process killed({.arguments = publish, .input = Pipe{}});
        killed.write("1\n2\n");
        killed.wait_for_error("2 messages kept in " + spool + ", 2 there now");
        killed.write("3\n");
        killed.wait_for_error("1 message kept in " + spool + ", 3 there now");
        killed.signal(SIGKILL);
        CHECK(killed.wait().status == 137);

        publish.insert(publish.end(), {"--reconnect", "never", "--quiet"});
        const Outcome gave_up = run({.arguments = publish, .input = Text{"4\n5"}});
        CHECK(gave_up.status == 10);
        CHECK(gave_up.error.find("; 5 messages wait in " + spool + " for the next run") != std::string::npos);

        const Outcome delivered = deliver(broker, spool, options);
        CHECK(delivered.error == "");
        CHECK(delivered.status == 0);
        CHECK(deliver(broker, spool, options).status == 0);  // nothing
        const Outcome received = run(
            {.arguments = mqtts_sub(broker, {"-V", version, "-q", qos, "-c", "-i", name, "-t", "t", "--idle", "0.2"})});
        CHECK(received.output == "1\n2\n3\n4\n5\n");
    }
}

TEST_CASE("killed at random moments, nothing that was kept is missing, and at QoS 2 nothing comes twice") {
    const char* wanted = std::getenv("MQTTS_SOAK_KILLS");
    const int kills = wanted != nullptr ? std::atoi(wanted) : 17;  // 51 in three streams
    Mosquitto broker({.configuration = lossless});
    for (const auto& [version, qos] : {Flavour{"5", "2"}, {"311", "2"}, {"5", "1"}}) {
        const std::string name = std::string("killed-") + version + qos;
        CAPTURE(name);
        Process subscriber(
            {.arguments = mqtts_sub(broker, {"-V", version, "-q", qos, "-t", name, "--until", "^0 0$"})});
        wait_for_subscription(broker, name);
        Words options{"--spool", broker.directory().path() + "/" + name, "-V", version, "-q", qos, "-t", name, "-l",
                      "-d"};
        std::mt19937 random(static_cast<unsigned>(kills));
        std::vector<std::size_t> kept{0};
        for (int life = 1; life <= kills; ++life)
            kept.push_back(publish_until_killed(broker, options, life, subscriber, random));
        options.pop_back();
        const Outcome last = run({.arguments = mqtts_pub(broker, options), .input = Text{"0 0\n"}});
        CHECK(last.error == "");
        CHECK(last.status == 0);
        const std::string output = subscriber.wait().output;
        REQUIRE(output.ends_with("0 0\n"));
        const auto lines =
            lines_of_each_life(output.substr(0, output.size() - 4), kept.size(), qos == std::string("1"));
        for (std::size_t life = 1; life < kept.size(); ++life) {
            CAPTURE(life);
            CHECK(static_cast<std::size_t>(lines[life]) >= kept[life]);
        }
    }
}

TEST_CASE("a message that is refused leaves the spool, and is told") {
    Mosquitto broker({.users = {{"reader", "secret"}}, .access_list = "user reader\ntopic read #\n"});
    const std::string spool = broker.directory().path() + "/spool";
    const Words options{"-q", "1", "-V", "5", "-u", "reader", "-P", "secret"};
    Words publish = spooling(spool, options);
    publish.emplace_back("-l");
    const Outcome refused = run({.arguments = mqtts_pub(broker, publish), .input = Text{"1\n2\n"}});
    CHECK(refused.status == 8);
    CHECK(refused.error.find("2 messages were refused, the first: ") != std::string::npos);
    const Outcome nothing = deliver(broker, spool, options);
    CHECK(nothing.error == "");
    CHECK(nothing.status == 0);
}

TEST_CASE("when the disk is full, the status is 3, and what was kept before is delivered") {
    Mosquitto broker;
    make_session(broker, "full", "t", {"-q", "1"});
    const std::string spool = broker.directory().path() + "/spool";
    Words limited{"sh", "-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "sh"};
    const Words publish = spooling_nowhere(spool, {"-q", "1", "-l", "-d", "--reconnect", "never"});
    limited.insert(limited.end(), publish.begin(), publish.end());
    Process publisher({.arguments = limited, .input = Pipe{}});
    publisher.write("1\n");
    publisher.wait_for_error(" kept in ");
    publisher.write(std::string(300'000, 'x') + '\n');
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 3);
    CHECK(outcome.error.find("mqtts-pub: " + spool + "/spool.db: ") != std::string::npos);
    CHECK(outcome.error.find("; 1 message waits in " + spool + " for the next run") != std::string::npos);
    CHECK(deliver(broker, spool, {"-q", "1"}).status == 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-q", "1", "-c", "-i", "full", "-t", "t", "-C", "1"})}).output == "1\n");
}

TEST_CASE("a spool on a full disk is delivered, and empties itself") {
    const SmallDisk disk;
    if (!disk) {
        MESSAGE("skipped: this user may not mount a file system");
        return;
    }
    Mosquitto broker({.configuration = roomy});
    // More of QoS 2 than there are Packet Identifiers is too much for 2.0.11.
    make_session(broker, "reader", "t", {"-q", "1"});
    const std::string spool = disk.path() + "/spool";
    const Words publish = spooling_nowhere(spool, {"-q", "2", "-l", "--reconnect", "never"});
    const Outcome full = run({.arguments = publish, .input = Text{numbers(2'000'000)}});
    CHECK(full.status == 3);
    const std::size_t wait = full.error.find(" messages wait in ");
    REQUIRE(wait != std::string::npos);
    const int kept = std::stoi(full.error.substr(full.error.rfind("; ", wait) + 2));
    CHECK(kept > 1'000);
    disk.fill();
    const Outcome delivered = deliver(broker, spool, {"-q", "2"});
    CHECK(delivered.error == "");
    CHECK(delivered.status == 0);
    disk.fill();
    const Outcome again = deliver(broker, spool, {"-q", "2", "--stats"});
    CHECK(again.status == 0);
    CHECK(contains(again.error, " 0 messages published"));
    const Outcome received =
        run({.arguments = mqtts_sub(broker, {"-q", "1", "-c", "-i", "reader", "-t", "t", "-C", std::to_string(kept)})});
    CHECK(received.output == numbers(kept));
}

TEST_CASE("a line that cannot be published is told, and does not keep those behind it out of the spool") {
    Mosquitto broker;
    make_session(broker, "lines", "s/#", {"-q", "1"});
    const std::string spool = broker.directory().path() + "/spool";
    const Words publish = mqtts_pub(broker, {"-q", "1", "--topic-delimiter", "=", "--spool", spool});
    const Outcome published = run({.arguments = publish, .input = Text{"s/1=1\ns/2\r=2\ns/#=x\ns/3=3\n"}});
    CHECK(published.status == 3);
    CHECK_MESSAGE(contains(published.error,
                           "standard input: line 2: 's/2\\x0d' is not a topic to publish to: it contains a "
                           "carriage return (U+000D), which makes brokers close the connection"),
                  published.error);
    CHECK(contains(published.error, "standard input: line 3: 's/#' is not a topic to publish to"));
    CHECK(contains(published.error, "2 records were skipped, the first: standard input: line 2\n"));
    const Outcome again = run({.arguments = publish, .input = Text{"s/4=4\n"}});
    CHECK(again.error == "");
    CHECK(again.status == 0);
    const Outcome received =
        run({.arguments = mqtts_sub(broker, {"-q", "1", "-c", "-i", "lines", "-t", "s/#", "-C", "3"})});
    CHECK(received.output == "1\n3\n4\n");
}

TEST_CASE("one message and a whole input are kept, too") {
    Mosquitto broker;
    make_session(broker, "one", "t", {"-q", "1"});
    const std::string spool = broker.directory().path() + "/spool";
    CHECK(run({.arguments = spooling_nowhere(spool, {"-q", "1", "-m", "one", "--reconnect", "never"})}).status == 10);
    CHECK(run({.arguments = spooling_nowhere(spool, {"-q", "1", "-s", "--reconnect", "never"}), .input = Text{"t\nwo"}})
              .status == 10);
    CHECK(deliver(broker, spool, {"-q", "1"}).status == 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-q", "1", "-c", "-i", "one", "-t", "t", "-C", "2"})}).output ==
          "one\nt\nwo\n");
}

TEST_CASE("a spool that another process uses is refused; so is another client identifier while messages wait") {
    const TemporaryDirectory directory;
    const std::string spool = directory.path() + "/spool";
    Process first({.arguments = spooling_nowhere(spool, {"-q", "1", "-l", "-d"}), .input = Pipe{}});
    first.write("1\n");
    first.wait_for_error(" kept in ");
    const Outcome second = run({.arguments = spooling_nowhere(spool, {"-q", "1", "-m", "x"})});
    CHECK(second.status == 3);
    CHECK(second.error == "mqtts-pub: " + spool + "/spool.db is used by another process\n");
    first.signal(SIGTERM);
    CHECK(first.wait().status == 143);
    const Outcome other = run({.arguments = spooling_nowhere(spool, {"-q", "1", "-i", "other", "-m", "x"})});
    CHECK(other.status == 3);
    CHECK(other.error.find("deliver them first, without -i") != std::string::npos);
}

TEST_CASE("a record of QoS 0 cannot be kept") {
    const TemporaryDirectory directory;
    const Outcome outcome =
        run({.arguments = spooling_nowhere(directory.path(), {"--input", "json", "--reconnect", "never"}),
             .input = Text{R"({"topic":"a","payload":"x","qos":0})"}});
    CHECK(outcome.status != 0);
    CHECK(outcome.error.find("a message of QoS 0 cannot be spooled: it is never acknowledged") != std::string::npos);
}
