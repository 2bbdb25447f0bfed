// SPDX-License-Identifier: Apache-2.0
#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "support/exec_strings.hpp"

namespace mqtts::test {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_errno(const std::string& what, int error = errno) {
    throw std::system_error(error, std::generic_category(), what);
}

FileDescriptor open_file(const std::string& path, int flags) {
    FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0600));
    if (!file.is_open()) throw_errno(path);
    return file;
}

// Only our ends of the pipes: the child must find its own ones blocking, as a shell would give them.
void make_non_blocking(const FileDescriptor& descriptor) {
    if (::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("fcntl");
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::max<decltype(left)>(left, 0));
}

// What posix_spawn is to do in the child before the program starts.
class SpawnPlan {
public:
    SpawnPlan(int input, int output, int error) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, error, STDERR_FILENO);
        posix_spawnattr_init(&attributes_);
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        posix_spawnattr_setsigdefault(&attributes_, &defaults);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
    const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Process::Process(Command command) : name_(command.arguments.at(0)) {
    std::signal(SIGPIPE, SIG_IGN);  // a child that does not read its input is not our end
    const FileDescriptor input = prepare_input(command.input);
    const FileDescriptor output = prepare_output(command);
    const FileDescriptor error = prepare_error();
    start(command, input.get(), output.get(), error.get());
}

FileDescriptor Process::prepare_input(Input& input) {
    if (const File* file = std::get_if<File>(&input)) return open_file(file->path, O_RDONLY);
    if (std::holds_alternative<Nothing>(input)) return open_file("/dev/null", O_RDONLY);
    PipeEnds pipe = make_pipe();
    input_ = std::move(pipe.write);
    make_non_blocking(input_);
    if (Text* text = std::get_if<Text>(&input)) {
        pending_ = std::move(text->bytes);
        close_when_fed_ = true;
        if (pending_.empty()) input_.close();
    }
    return std::move(pipe.read);
}

FileDescriptor Process::prepare_output(const Command& command) {
    if (!command.output_file.empty()) return open_file(command.output_file, O_WRONLY | O_CREAT | O_TRUNC);
    PipeEnds pipe = make_pipe();
    output_ = std::move(pipe.read);
    if (!command.output_fills) output_relay_.emplace(output_);
    make_non_blocking(output_);
    return std::move(pipe.write);
}

FileDescriptor Process::prepare_error() {
    PipeEnds pipe = make_pipe();
    error_ = std::move(pipe.read);
    error_relay_.emplace(error_);
    make_non_blocking(error_);
    return std::move(pipe.write);
}

Process::~Process() {
    kill_and_reap();
}

void Process::start(const Command& command, int input, int output, int error) {
    const SpawnPlan plan(input, output, error);
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> environment = environment_with(command.environment);
    const int result = ::posix_spawnp(&id_, name_.c_str(), plan.actions(), plan.attributes(),
                                      pointers(arguments).data(), pointers(environment).data());
    if (result != 0) {
        id_ = -1;
        throw_errno(name_, result);
    }
}

void Process::write(std::string_view bytes) {
    pending_.append(bytes);
    pump_or_fail([this] { return pending_.empty(); }, patience, "did not read its input");
}

std::size_t Process::write_until_blocked(std::string_view chunk, std::size_t limit, Duration quiet) {
    std::size_t taken = 0;
    while (taken < limit && input_.is_open()) {
        pollfd ready{input_.get(), POLLOUT, 0};
        if (::poll(&ready, 1, static_cast<int>(quiet.count())) == 0) break;
        const ssize_t count = ::write(input_.get(), chunk.data(), chunk.size());
        if (count < 0 && errno != EAGAIN) throw_errno(name_ + ": write to its input");
        if (count > 0) taken += static_cast<std::size_t>(count);
    }
    return taken;
}

void Process::close_input() noexcept {
    input_.close();
}

void Process::close_output() noexcept {
    output_.close();
    output_relay_.reset();
}

void Process::signal(int number) const {
    if (id_ < 0) throw std::logic_error(name_ + " has ended and cannot be signalled");  // kill(-1) is everybody
    if (::kill(id_, number) != 0) throw_errno(name_ + ": kill");
}

void Process::wait_for_output(std::string_view text, Duration limit) {
    pump_or_fail([&] { return output().find(text) != std::string::npos; }, limit,
                 "did not write \"" + std::string(text) + "\" to its standard output");
}

void Process::wait_for_error(std::string_view text, Duration limit) {
    pump_or_fail([&] { return error().find(text) != std::string::npos; }, limit,
                 "did not write \"" + std::string(text) + "\" to its standard error");
}

void Process::wait_for_errors(std::string_view text, std::size_t times, Duration limit) {
    const auto written = [&] {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = error().find(text, at)) != std::string::npos; ++at)
            ++found;
        return found;
    };
    pump_or_fail(
        [&] { return written() >= times; }, limit,
        "did not write \"" + std::string(text) + "\" to its standard error " + std::to_string(times) + " times");
}

void Process::wait_for_output_size(std::size_t bytes, Duration limit) {
    pump_or_fail([&] { return output().size() >= bytes; }, limit,
                 "did not write " + std::to_string(bytes) + " bytes to its standard output");
}

bool Process::writes_output(std::string_view text, Duration limit) {
    return pump([&] { return output().find(text) != std::string::npos; }, limit);
}

bool Process::writes_error(std::string_view text, Duration limit) {
    return pump([&] { return error().find(text) != std::string::npos; }, limit);
}

Outcome Process::wait(Duration limit) {
    pump_or_fail([this] { return has_closed_all(); }, limit, "did not end");
    reap();
    return outcome_;
}

// Moves bytes between the child's pipes and memory. False: the deadline passed, or the child closed all pipes.
bool Process::pump(const Condition& done, Duration limit) {
    const Clock::time_point deadline = Clock::now() + limit;
    while (!done()) {
        if (has_closed_all()) return false;
        std::array<pollfd, 3> pipes{{{pending_.empty() ? -1 : input_.get(), POLLOUT, 0},
                                     {output_.get(), POLLIN, 0},
                                     {error_.get(), POLLIN, 0}}};
        if (::poll(pipes.data(), pipes.size(), milliseconds_until(deadline)) == 0) return false;
        if (pipes[0].revents != 0) feed();
        if (pipes[1].revents != 0) drain(output_, outcome_.output);
        if (pipes[2].revents != 0) drain(error_, outcome_.error);
    }
    return true;
}

void Process::pump_or_fail(const Condition& done, Duration limit, const std::string& what) {
    if (!pump(done, limit)) fail(what);
}

void Process::feed() {
    const ssize_t count = ::write(input_.get(), pending_.data() + written_, pending_.size() - written_);
    if (count < 0 && errno == EAGAIN) return;
    if (count >= 0) written_ += static_cast<std::size_t>(count);
    if (count >= 0 && written_ < pending_.size()) return;
    if (count < 0 || close_when_fed_) input_.close();
    pending_.clear();
    written_ = 0;
}

void Process::drain(FileDescriptor& from, std::string& to) {
    std::array<char, 65536> block;
    const ssize_t count = ::read(from.get(), block.data(), block.size());
    if (count > 0) to.append(block.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EAGAIN)) from.close();
}

void Process::fail(const std::string& what) {
    kill_and_reap();
    throw std::runtime_error(name_ + " " + what + "; standard error: " + error());
}

void Process::kill_and_reap() noexcept {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    reap();
}

void Process::reap() noexcept {
    if (id_ < 0) return;
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    outcome_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

namespace {

/// What the kernel says of a process, "VmRSS:", in bytes. Where it says nothing, nothing is compared.
std::size_t memory(pid_t id, std::string_view what) {
    if (!std::filesystem::exists("/proc/self/status")) {
        std::fputs("not compared: the memory of a process, which this system does not tell\n", stderr);
        return 0;
    }
    std::ifstream status("/proc/" + std::to_string(id) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(what)) return std::stoul(line.substr(what.size())) * 1024;
    }
    throw std::runtime_error("the process is gone");
}

}  // namespace

std::size_t Process::resident_memory() const {
    return memory(id_, "VmRSS:");
}

std::size_t Process::peak_memory() const {
    return memory(id_, "VmHWM:");
}

Outcome run(Command command, Process::Duration limit) {
    return Process(std::move(command)).wait(limit);
}

}  // namespace mqtts::test
