// SPDX-License-Identifier: Apache-2.0
// Calls with --share in a directory of their own, and the keepers that they leave behind. None of them outlives the
// test.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "integration/programs.hpp"
#include "support/file_descriptor.hpp"

namespace mqtts::test {

struct KeeperStatus {
    pid_t process = 0;
    std::string broker;
    std::uint64_t messages = 0;
    bool in_use = false;
};

/// Waits until a process that is no child of ours has ended.
inline bool has_ended(pid_t process) {
    const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (handle.get() < 0) return true;
    pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
    return ::poll(&ended, 1, milliseconds_of_patience) == 1;
}

class Sharing {
public:
    Sharing() = default;
    Sharing(const Sharing&) = delete;
    Sharing& operator=(const Sharing&) = delete;
    ~Sharing() {
        for (const KeeperStatus& keeper : keepers())
            end(keeper.process, SIGKILL);
    }

    [[nodiscard]] const std::string& path() const noexcept { return directory_.path(); }
    [[nodiscard]] Words environment() const { return {"XDG_RUNTIME_DIR=" + path()}; }

    [[nodiscard]] Command call(const Mosquitto& broker, const Words& options,
                               const std::string& share = "--share") const {
        return {.arguments = mqtts_pub(broker, with({share}, options)), .environment = environment()};
    }
    Outcome publish(const Mosquitto& broker, const Words& options, const std::string& share = "--share") const {
        return run(call(broker, options, share));
    }

    [[nodiscard]] std::vector<KeeperStatus> keepers() const {
        const Outcome told = run({.arguments = mqtts_pub({"--share-status=json"}), .environment = environment()});
        std::vector<KeeperStatus> all;
        if (told.status != 0) return all;
        const boost::json::value status = boost::json::parse(told.output);
        for (const boost::json::value& one : status.at("keepers").as_array())
            all.push_back({.process = static_cast<pid_t>(one.at("process").to_number<std::int64_t>()),
                           .broker = std::string(one.at("broker").as_string()),
                           .messages = one.at("messages").to_number<std::uint64_t>(),
                           .in_use = !one.as_object().contains("ends_in")});
        return all;
    }
    /// The only one.
    [[nodiscard]] KeeperStatus keeper() const {
        const std::vector<KeeperStatus> all = keepers();
        REQUIRE(all.size() == 1);
        return all.front();
    }
    /// Asks until the keeper has a message that is not finished.
    void wait_until_in_use() const {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!keeper().in_use)
            REQUIRE(std::chrono::steady_clock::now() < deadline);
    }

    /// Asks until no keeper takes calls.
    void wait_until_none_listens() const {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!keepers().empty())
            REQUIRE(std::chrono::steady_clock::now() < deadline);
    }

    static void end(pid_t process, int signal) {
        ::kill(process, signal);
        CHECK(has_ended(process));
    }

private:
    TemporaryDirectory directory_;
};

inline Words message(const std::string& qos) {
    return {"-t", "a", "-m", "x", "-q", qos};
}

/// A broker, and the keeper that a first call has left behind. All calls have these options.
struct Kept {
    explicit Kept(Words of_all = {}) : options(std::move(of_all)) {
        REQUIRE(publish(message("1")).status == 0);
        keeper = sharing.keeper().process;
    }
    [[nodiscard]] Command call(const Words& words) const { return sharing.call(broker, with(words, options)); }
    Outcome publish(const Words& words) const { return run(call(words)); }

    Words options;
    Mosquitto broker;
    Sharing sharing;
    pid_t keeper = 0;
};

/// A later call whose message is on its way.
struct OnItsWay : Process {
    OnItsWay(const Kept& kept, const std::string& qos) : Process(kept.call(with(message(qos), {"-d"}))) {
        wait_for_error("sent PUBLISH");
    }
};

/// How many connections the broker has accepted, without those that this function makes.
inline int connections(Mosquitto& broker) {
    static int calls = 0;
    const std::string name = "counter-" + std::to_string(++calls);
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-i", name, "-t", "counter", "-m", "x"})}).status == 0);
    broker.wait_for_log("Client " + name + " disconnected.\n");
    int count = 0;
    constexpr std::string_view accepted = "New client connected from ";
    for (std::size_t at = broker.log().find(accepted); at != std::string::npos;
         at = broker.log().find(accepted, at + 1))
        count += broker.log().substr(at, broker.log().find('\n', at) - at).find(" as counter-") == std::string::npos;
    return count;
}

}  // namespace mqtts::test
