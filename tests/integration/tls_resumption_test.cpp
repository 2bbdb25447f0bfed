// SPDX-License-Identifier: Apache-2.0
// --tls-session-cache against a real mosquitto that insists on a client certificate.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

/// A broker, and a home of our own.
struct Place {
    explicit Place(const MosquittoSettings& settings = {}) : broker(settings) {}

    /// Publishes a message with -d.
    [[nodiscard]] Outcome publish(const Words& more) const {
        Words words = mqtts_pub(broker, {"-t", "a", "-m", "x", "-q", "1", "-d"});
        words.insert(words.end(), more.begin(), more.end());
        return run({.arguments = words, .environment = environment});
    }
    [[nodiscard]] bool resumes(const Words& more = {"--tls-session-cache"}) const {
        const Outcome outcome = publish(more);
        CAPTURE(outcome.error);
        REQUIRE(outcome.status == 0);
        CHECK(contains(outcome.error, ", new\n") != contains(outcome.error, ", resumed\n"));
        return contains(outcome.error, ", resumed\n");
    }

    Mosquitto broker;
    TemporaryDirectory home;
    std::vector<std::string> environment{"HOME=" + home.path(), "XDG_CACHE_HOME="};
};

}  // namespace

TEST_CASE("one call resumes the session of another, of either program, and mosquitto still knows who it is") {
    const Place place(
        {.access_list = "user client\ntopic readwrite a\n", .configuration = "use_identity_as_username true\n"});
    CHECK_FALSE(place.resumes());
    for (int i = 0; i < 3; ++i)
        CHECK(place.resumes());
    const Outcome received = run({.arguments = mqtts_sub(place.broker, {"-t", "a", "-E", "-d", "--tls-session-cache"}),
                                  .environment = place.environment});
    CHECK(contains(received.error, ", resumed\n"));
}

TEST_CASE("without the option nothing is kept, and no session is spoken of") {
    const Place place;
    const Outcome outcome = place.publish({});
    CHECK(outcome.status == 0);
    CHECK_FALSE(contains(outcome.error, ", new\n"));
    CHECK_FALSE(place.resumes());
}

TEST_CASE("the option may stand in a configuration file") {
    const Place place;
    const std::string file = place.home.write("conf", "--tls-session-cache\n");
    CHECK_FALSE(place.resumes({"-o", file}));
    CHECK(place.resumes({"-o", file}));
}

TEST_CASE("another name for the broker, or another CA file, is another session") {
    const Place place;
    const std::string all =
        place.home.write("all.pem", read_file(place.broker.ca_file()) + Authority("other").certificate_pem());
    CHECK_FALSE(place.resumes());
    CHECK_FALSE(place.resumes({"--tls-session-cache", "--cafile", all}));
    CHECK_FALSE(place.resumes({"--tls-session-cache", "-h", "127.0.0.1"}));
    CHECK(place.resumes());
    const std::string same = place.home.write("same.pem", read_file(place.broker.ca_file()));
    CHECK(place.resumes({"--tls-session-cache", "--cafile", same}));
}

TEST_CASE("where --connect-to leads is part of what a session is for") {
    const Place place;
    const Place other;
    CHECK_FALSE(place.resumes());
    CHECK_FALSE(place.resumes({"--tls-session-cache", "--connect-to",
                               "127.0.0.1:" + std::to_string(other.broker.port()), "--cafile", other.broker.ca_file(),
                               "--cert", other.broker.certificate_file(), "--key", other.broker.key_file()}));
    CHECK(place.resumes());
}

TEST_CASE("calls at the same time do not disturb each other") {
    const Place place;
    CHECK_FALSE(place.resumes());
    const Words words = mqtts_pub(place.broker, {"-t", "a", "-m", "x", "-q", "1", "-d", "--tls-session-cache"});
    Process first({.arguments = words, .environment = place.environment});
    Process second({.arguments = words, .environment = place.environment});
    Process third({.arguments = words, .environment = place.environment});
    for (Process* process : {&first, &second, &third})
        CHECK(process->wait().status == 0);
    CHECK(place.resumes());
}

TEST_CASE("a cache that cannot be used is no error: -d tells of it") {
    const Place place;
    CHECK_FALSE(place.resumes());
    REQUIRE(::chmod((place.home.path() + "/.cache/mqtts").c_str(), 0755) == 0);
    const Outcome open = place.publish({"--tls-session-cache"});
    CHECK(open.status == 0);
    CHECK(contains(open.error, "chmod 700"));
    const Outcome homeless = run({.arguments = mqtts_pub(place.broker, {"-t", "a", "-m", "x", "--tls-session-cache"}),
                                  .environment = {"HOME=/dev/null"}});
    CHECK(homeless.status == 0);
    CHECK(homeless.error == "");
}
