// SPDX-License-Identifier: Apache-2.0
#include "os/prompt.hpp"

#include <fcntl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "os/open_file.hpp"

namespace mqtts::os {

namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t caught_signal = 0;

extern "C" void note_signal(int number) {
    caught_signal = number;
}

/// Holds back signals that would end or stop the process, except in wait_for(); they take effect when it is destroyed.
class HeldSignals {
public:
    HeldSignals() {
        caught_signal = 0;
        sigset_t held;
        sigemptyset(&held);
        for (const int number : numbers)
            sigaddset(&held, number);
        ::pthread_sigmask(SIG_BLOCK, &held, &mask_);
        struct sigaction note {};
        note.sa_handler = note_signal;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            ::sigaction(numbers[i], nullptr, &actions_[i]);
            if (actions_[i].sa_handler != SIG_IGN) ::sigaction(numbers[i], &note, nullptr);
        }
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            ::sigaction(numbers[i], &actions_[i], nullptr);
        if (caught_signal != 0) ::raise(caught_signal);
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

    /// Returns false when a signal came, or the deadline passed, before there was anything to read.
    [[nodiscard]] bool wait_for(int descriptor, const std::optional<Clock::time_point>& deadline) const {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        timespec left{};
        if (deadline) {
            const auto time = std::max(*deadline - Clock::now(), Clock::duration::zero());
            const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
            left.tv_sec = static_cast<decltype(left.tv_sec)>(seconds.count());
            left.tv_nsec = static_cast<decltype(left.tv_nsec)>(std::chrono::nanoseconds(time - seconds).count());
        }
        return ::pselect(descriptor + 1, &readable, nullptr, nullptr, deadline ? &left : nullptr, &mask_) == 1;
    }

private:
    static constexpr std::array numbers = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

    sigset_t mask_{};
    std::array<struct sigaction, numbers.size()> actions_{};
};

/// The terminal of the process; it does not show what is typed while this lives.
class SilentTerminal {
public:
    SilentTerminal() : file_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        if (!is_open() || ::tcgetattr(descriptor(), &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~tcflag_t{ECHO};
        silent.c_lflag |= ICANON | ISIG | ECHONL;
        ::tcsetattr(descriptor(), TCSAFLUSH, &silent);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        if (is_open()) ::tcsetattr(descriptor(), TCSAFLUSH, &before_);
    }

    [[nodiscard]] bool is_open() const noexcept { return file_.is_open(); }
    [[nodiscard]] int descriptor() const noexcept { return file_.get(); }

    void show(std::string_view text) const {
        static_cast<void>(!::write(descriptor(), text.data(), text.size()));  // an unseen question can be answered, too
    }

    /// Reads a line; nothing: the terminal was closed.
    [[nodiscard]] std::optional<Secret> read_line() const {
        std::string line(4096, '\0');  // no terminal has a longer one
        const ssize_t count = ::read(descriptor(), line.data(), line.size());
        if (count <= 0) return std::nullopt;
        line.resize(static_cast<std::size_t>(count));
        if (line.ends_with('\n')) line.pop_back();
        return Secret(std::move(line));
    }

private:
    OpenFile file_;
    termios before_{};
};

/// Asks once; nothing: the process was stopped by a signal, and goes on.
std::optional<Result<Secret>> ask_once(const Prompt& prompt) {
    const HeldSignals signals;
    const SilentTerminal terminal;
    if (!terminal.is_open()) return Failure(Errc::bad_option, "there is no terminal to ask at", prompt.otherwise);
    terminal.show(prompt.question);
    if (!signals.wait_for(terminal.descriptor(), prompt.deadline)) {
        terminal.show("\n");
        if (caught_signal != 0) return std::nullopt;
        return Failure(Errc::timed_out, "timed out waiting for an answer at the terminal");
    }
    auto line = terminal.read_line();
    if (!line) return Failure(Errc::bad_option, "nothing was typed at the terminal", prompt.otherwise);
    return *std::move(line);
}

}  // namespace

Result<Secret> ask(const Prompt& prompt) {
    for (;;) {
        if (auto answer = ask_once(prompt)) return *std::move(answer);
    }
}

}  // namespace mqtts::os
