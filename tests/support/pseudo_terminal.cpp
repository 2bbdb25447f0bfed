// SPDX-License-Identifier: Apache-2.0
#include "support/pseudo_terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "support/patience.hpp"

namespace mqtts::test {

namespace {

void check(bool done, const char* step) {
    if (!done) throw std::runtime_error(std::string("no pseudo-terminal: ") + step);
}

std::vector<std::string> behind(std::vector<std::string> starter, std::vector<std::string> command_line) {
    starter.insert(starter.end(), command_line.begin(), command_line.end());
    return starter;
}

}  // namespace

std::vector<std::string> without_terminal(std::vector<std::string> command_line) {
    return behind({"setsid", "--wait"}, std::move(command_line));
}

PseudoTerminal::PseudoTerminal() : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    check(keyboard_.is_open(), "posix_openpt");
    check(::grantpt(keyboard_.get()) == 0, "grantpt");
    check(::unlockpt(keyboard_.get()) == 0, "unlockpt");
    path_ = ::ptsname(keyboard_.get());
    screen_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    check(screen_.is_open(), path_.c_str());
}

std::vector<std::string> PseudoTerminal::of(std::vector<std::string> command_line) {
    return behind({"setsid", "--ctty"}, std::move(command_line));
}

void PseudoTerminal::wait_for(std::string_view text) {
    if (!shows(text, patience))
        throw std::runtime_error("the terminal shows \"" + shown_ + "\", not \"" + std::string(text) + '"');
}

bool PseudoTerminal::shows(std::string_view text, std::chrono::milliseconds limit) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + limit;
    while (shown_.find(text) == std::string::npos) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{keyboard_.get(), POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(std::max<decltype(left)>(left, 0))) == 0) return false;
        std::array<char, 4096> block;
        const ssize_t count = ::read(keyboard_.get(), block.data(), block.size());
        if (count > 0) shown_.append(block.data(), static_cast<std::size_t>(count));
    }
    return true;
}

bool PseudoTerminal::echoes() const {
    termios settings{};
    check(::tcgetattr(screen_.get(), &settings) == 0, "tcgetattr");
    return (settings.c_lflag & ECHO) != 0;
}

void PseudoTerminal::type(std::string_view keys) const {
    check(::write(keyboard_.get(), keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()), "write");
}

}  // namespace mqtts::test
