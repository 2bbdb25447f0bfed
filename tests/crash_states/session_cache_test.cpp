// SPDX-License-Identifier: Apache-2.0
// --tls-session-cache: whatever a loss of power leaves in the cache is a whole TLS session or is ignored, and the cache
// goes on to work.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "crash_states/disk.hpp"
#include "crash_states/power_loss.hpp"
#include "crash_states/serving.hpp"
#include "tls/session_cache.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::test::crash;

constexpr std::size_t checksum_size = 32;
constexpr std::size_t digits_of_name = 64;

void record_sessions(const Recording& recording) {
    ScriptedBroker broker;
    for (int run = 0; run < 3; ++run) {
        Command command{
            .arguments = broker.arguments({MQTTS_PUB, "--tls-session-cache", "-t", "a", "-q", "1", "-m", "x"}),
            .environment = {"XDG_CACHE_HOME=" + recording.root() + "/cache"}};
        Process publisher(recording.recorded(command));
        accept_publisher(broker);
        serve_to_the_end(broker);
        const Outcome outcome = publisher.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
    }
}

/// The whole files that got the name of a session, with their checksums, and that name.
struct Sessions {
    std::set<std::string> files;
    std::string name;
};

Sessions sessions_in(const Recording& recording) {
    Sessions sessions;
    std::set<std::string> written;
    for (const Record& record : recording.records()) {
        if (record.call == Call::write && record.bytes.size() > checksum_size) written.insert(record.bytes);
        if (record.call == Call::rename && record.other_name.size() == digits_of_name)
            sessions.name = record.other_name;
    }
    sessions.files = written;
    return sessions;
}

class Cache {
public:
    explicit Cache(const Recording& recording)
        : sessions_(sessions_in(recording)), directory_(recording.root() + "/cache/mqtts") {}

    std::string check() {
        const bool is_damaged = looks_damaged();
        const tls::SessionCache cache(directory_);
        const auto taken = cache.take(sessions_.name);
        if (!taken) return "the cache cannot be read: " + taken.error().cause;
        if (*taken && is_damaged) return "a damaged session is taken for a whole one";
        ignored_ += is_damaged ? 1 : 0;
        accepted_ += *taken ? 1 : 0;
        if (const auto kept = cache.keep(sessions_.name, "new"); !kept) return "nothing is kept: " + kept.error().cause;
        const auto again = cache.take(sessions_.name);
        return again && *again && (*again)->view() == "new" ? "" : "what is kept is not there";
    }

    /// The check can fail: the states had damaged sessions, and whole ones.
    [[nodiscard]] std::size_t ignored() const noexcept { return ignored_; }
    [[nodiscard]] std::size_t accepted() const noexcept { return accepted_; }
    [[nodiscard]] bool has_sessions() const noexcept { return sessions_.files.size() > 1 && !sessions_.name.empty(); }

private:
    [[nodiscard]] bool looks_damaged() const {
        std::ifstream file(directory_ + '/' + sessions_.name, std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(file), {}};
        return file.is_open() && !sessions_.files.contains(content);
    }

    Sessions sessions_;
    std::string directory_;
    std::size_t ignored_ = 0;
    std::size_t accepted_ = 0;
};

}  // namespace

TEST_CASE("--tls-session-cache: after a loss of power a session is whole, or ignored") {
    const Recording recording;
    record_sessions(recording);
    Cache cache(recording);
    CHECK(cache.has_sessions());
    check_power_losses("--tls-session-cache", recording, Limits::of_environment(200), {},
                       [&](const Span&) { return cache.check(); });
    std::printf("  in %zu of them a damaged session was ignored, in %zu a whole one taken\n", cache.ignored(),
                cache.accepted());
    CHECK(cache.ignored() != 0);
    CHECK(cache.accepted() != 0);
}
