// SPDX-License-Identifier: Apache-2.0
// The commands that run now, each the leader of a process group of its own, so that what it has started can be
// ended with it.
//
// SIGCHLD tells that some child has ended, perhaps several for one signal. Each of ours is asked by its own identifier:
// other parts of the program wait for their own children.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <list>
#include <optional>
#include <vector>

#include "async/awaitable.hpp"
#include "async/notification.hpp"
#include "base/error.hpp"

namespace mqtts::command {

class Children {
public:
    /// How long a process group may take to end after SIGTERM. Then it gets SIGKILL.
    static constexpr std::chrono::seconds grace{2};

    /// A command, in the hands of the coroutine that waits for its end. A coroutine that is cancelled leaves it
    /// running.
    class Child {
    public:
        Child(Children& children, pid_t id);
        Child(const Child&) = delete;
        Child& operator=(const Child&) = delete;
        ~Child();

        [[nodiscard]] pid_t id() const noexcept { return id_; }
        /// Waits for its end, while Children::watch() runs. Fails only when cancelled. For one waiter.
        Awaitable<Result<>> wait();
        /// Returns what waitpid(2) said; nothing: it runs.
        [[nodiscard]] std::optional<int> status() const noexcept { return status_; }

    private:
        friend class Children;

        Children& children_;
        pid_t id_;
        async::Notification ended_;
        std::optional<int> status_;
    };

    explicit Children(const boost::asio::any_io_executor& executor);
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;
    /// Sends SIGTERM to those that still run.
    ~Children() { signal(SIGTERM); }

    /// Notices the end of each child. Ends only when it is cancelled.
    Awaitable<Result<>> watch();

    [[nodiscard]] bool empty() const noexcept { return running_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return running_.size(); }

    /// Sends a signal to all process groups.
    void signal(int number) const noexcept;

    /// Ends all of them, or one, with all that they have started: with SIGTERM, and after the grace with SIGKILL. It
    /// needs no watch(). Returns when they have ended, or when it is cancelled.
    Awaitable<> end_all();
    Awaitable<> end(pid_t id);

private:
    struct Running {
        pid_t id = 0;
        Child* child = nullptr;  // nullptr: nobody waits for it any more
    };

    void reap();
    [[nodiscard]] bool runs(pid_t id) const noexcept;
    Awaitable<> end_groups(std::vector<pid_t> groups);

    boost::asio::any_io_executor executor_;
    boost::asio::signal_set ended_;  // SIGCHLD
    std::list<Running> running_;
};

}  // namespace mqtts::command
