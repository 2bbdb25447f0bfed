// SPDX-License-Identifier: Apache-2.0
// A command beside the program: what its end comes to.
#include "os/child_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "support/patience.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using test::TemporaryDirectory;

namespace {

/// A process of ours, until it has ended.
struct Child {
    explicit Child(std::vector<std::string> words) : command(std::move(words)) {}

    void wait() {
        bool has_ended = false;
        boost::asio::co_spawn(io, process.wait(), [&](std::exception_ptr exception, const Result<>& result) {
            CHECK_FALSE(exception);
            has_ended = result.has_value();
        });
        io.restart();
        io.run_for(test::patience);
        REQUIRE(has_ended);
    }

    std::vector<std::string> command;
    boost::asio::io_context io{1};
    os::ChildProcess process{io.get_executor()};
};

std::optional<int> status_of_script(const std::string& script) {
    Child child({"sh", "-c", script});
    REQUIRE(child.process.start(child.command).has_value());
    child.wait();
    return child.process.status();
}

Failure failure_to_start(const std::string& program) {
    Child child({program});
    const Result<> started = child.process.start(child.command);
    REQUIRE_FALSE(started.has_value());
    CHECK_FALSE(child.process.was_started());
    return started.error();
}

}  // namespace

TEST_CASE("the status of a command is its own, 128 + n after a signal that was not ours") {
    CHECK(status_of_script("exit 0") == 0);
    CHECK(status_of_script("exit 7") == 7);
    CHECK(status_of_script("kill -KILL $$") == 128 + SIGKILL);
}

TEST_CASE("a command has no status before it ends, and none of its own after our signal") {
    Child child({"sleep", "600"});
    REQUIRE(child.process.start(child.command).has_value());
    CHECK(child.process.was_started());
    CHECK_FALSE(child.process.status().has_value());
    child.process.signal(SIGTERM);
    child.wait();
    CHECK_FALSE(child.process.status().has_value());
}

TEST_CASE("a signal that comes too late takes nothing from the status") {
    Child child({"sh", "-c", "exit 5"});
    REQUIRE(child.process.start(child.command).has_value());
    siginfo_t ended{};
    REQUIRE(::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) == 0);  // it has ended, and we have not looked
    child.process.signal(SIGTERM);
    CHECK(child.process.status() == 5);
    child.wait();
    CHECK(child.process.status() == 5);
}

TEST_CASE("what cannot be run fails as env(1) does: 127, there is none; 126, it is no program") {
    const Failure missing = failure_to_start("/nowhere/no-such-program");
    CHECK(exit_status(missing.code) == 127);
    CHECK(missing.cause == "cannot run '/nowhere/no-such-program': no such file or directory");
    CHECK(exit_status(failure_to_start("no-such-program-in-the-path").code) == 127);

    const TemporaryDirectory directory;
    const Failure forbidden = failure_to_start(directory.path());
    CHECK(exit_status(forbidden.code) == 126);
    CHECK(forbidden.cause == "cannot run '" + directory.path() + "': permission denied");
}

TEST_CASE("the name of a command does not reach the terminal as it is") {
    CHECK(failure_to_start("\x1b[2J").cause == "cannot run '\\x1b[2J': no such file or directory");
}

TEST_CASE("of a command line in one word no more than the program is quoted: passwords are among arguments") {
    CHECK(failure_to_start("no-such-curl -u me:hunter2 x").cause ==
          "cannot run 'no-such-curl …': no such file or directory");
}

TEST_CASE("a command does not ignore SIGPIPE because we do") {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    CHECK(status_of_script("kill -PIPE $$; exit 0") == 128 + SIGPIPE);
    std::signal(SIGPIPE, before);
}
