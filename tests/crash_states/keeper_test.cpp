// SPDX-License-Identifier: Apache-2.0
// --share: what keepers have left on the disk when the power failed is never in the way of the next one, and no key of
// which only a part was written names its socket.
#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "crash_states/power_loss.hpp"
#include "crash_states/serving.hpp"
#include "share/connect.hpp"
#include "share/listener.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::test::crash;

constexpr std::size_t size_of_key = 16;
constexpr std::size_t digits_of_socket = 32;

/// Two keepers: the first one is killed, the second one is told to end.
class Keepers {
public:
    explicit Keepers(const Recording& recording) : recording_(recording) {
        accept_call();
        call_again();
        kill_keeper();
        accept_call();
        Process end(call({"--share=0"}));
        serve_to_the_end(broker_);
        CHECK(end.wait().status == 0);
    }

private:
    /// A keeper that nobody ends does so soon.
    Command call(const std::vector<std::string>& options) {
        std::vector<std::string> words{MQTTS_PUB};
        words.insert(words.end(), options.begin(), options.end());
        return recording_.recorded(
            {.arguments = broker_.arguments(words),
             .environment = {"XDG_RUNTIME_DIR=", "XDG_CACHE_HOME=" + recording_.root() + "/cache"}});
    }

    void publish(Process& caller) {
        const std::string packet = broker_.receive();
        CHECK(packet.starts_with("PUBLISH "));
        acknowledge(broker_, packet);
        CHECK(caller.wait().status == 0);
    }
    void accept_call() {
        Process caller(call({"--share=30", "-t", "a", "-q", "1", "-m", "x"}));
        accept_publisher(broker_);
        publish(caller);
    }
    void call_again() {
        Process caller(call({"--share=30", "-t", "a", "-q", "1", "-m", "y"}));
        publish(caller);
    }

    void kill_keeper() {
        const Outcome told = run(call({"--share-status=json"}));
        const std::string before = "\"process\":";
        const std::size_t at = told.output.find(before);
        REQUIRE(at != std::string::npos);
        ::kill(static_cast<pid_t>(std::stol(told.output.substr(at + before.size()))), SIGKILL);
        CHECK(broker_.receive() == "lost");
        broker_.drop();
    }

    const Recording& recording_;
    ScriptedBroker broker_;
};

std::string content_of_key(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What a recorded run has written and named, to be told from what a loss of power makes of it.
struct Names {
    explicit Names(const Recording& recording) {
        for (const Record& record : recording.records()) {
            if (record.call == Call::write && record.bytes.size() == size_of_key) keys.insert(record.bytes);
            if (record.call == Call::rename && record.other_name.size() == digits_of_socket)
                sockets.insert(record.other_name);
        }
    }
    std::set<std::string> keys;
    std::set<std::string> sockets;
};

/// A keeper of this name begins, and is found; before it, nobody is.
std::string check_socket(const share::Directory& directory, const std::string& name) {
    const auto before = share::connect(directory, name);
    if (!before) return "a stale socket is in the way: " + before.error().cause;
    if (*before) return "somebody listens although the power was lost";
    const auto listener = share::Listener::open(directory, name);
    if (!listener) return "no keeper can begin: " + listener.error().cause;
    if (!*listener) return "a stale lock is taken for that of a living keeper";
    const auto caller = share::connect(directory, name);
    return caller && *caller ? "" : "the new keeper is not found";
}

std::string check_keeper(const std::string& cache, const Names& names) {
    const std::string key = content_of_key(cache + "/mqtts/share/key");
    const share::UserDirectories user{.runtime = {}, .cache = cache, .home = {}};
    if (const auto found = share::Directory::find(user); !found) return "it cannot be found: " + found.error().cause;
    const auto directory = share::Directory::make(user);
    if (!directory) return "it cannot be made: " + directory.error().cause;
    share::Identity identity;
    identity.add("any", "identity");
    const auto own = directory->name_for(identity, "any version");
    if (!own) return "the key is in the way: " + own.error().cause;
    if (!key.empty() && !names.keys.contains(key)) return "a key is used that nobody has made";
    std::set<std::string> all = names.sockets;
    all.insert(*own);
    for (const std::string& name : all)
        if (std::string found = check_socket(*directory, name); !found.empty()) return found;
    const auto left = directory->names();
    return left && left->empty() ? "" : "what dead keepers have left is still there";
}

}  // namespace

TEST_CASE("--share: what a loss of power leaves of a keeper is in nobody's way, and not trusted") {
    const Recording recording;
    const Keepers keepers(recording);
    const Names names(recording);
    CHECK(names.keys.size() == 1);
    CHECK(names.sockets.size() == 1);
    check_power_losses("--share", recording, Limits::of_environment(60), {Forgotten::files},
                       [&](const Span&) { return check_keeper(recording.root() + "/cache", names); });
}
