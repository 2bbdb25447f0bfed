// SPDX-License-Identifier: Apache-2.0
#include "os/signal_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/os.hpp"

namespace mqtts::os {

namespace {

volatile std::sig_atomic_t pipe_of_signals = -1;

extern "C" void write_signal(int number) {
    const int error = errno;
    const auto byte = static_cast<unsigned char>(number);
    static_cast<void>(::write(pipe_of_signals, &byte, 1) == 1);  // a full pipe has enough of them
    errno = error;
}

std::array<int, 2> new_pipe() noexcept {
    std::array<int, 2> ends{-1, -1};
    if (!make_pipe(ends)) return {-1, -1};
    for (const int end : ends)
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    return ends;
}

}  // namespace

SignalPipe::SignalPipe() : SignalPipe(new_pipe()) {}

SignalPipe::SignalPipe(std::array<int, 2> ends) : reader_(ends[0]), writer_(ends[1]) {
    if (!reader_.is_open()) return;
    pipe_of_signals = writer_.get();
    struct sigaction action {};
    action.sa_handler = write_signal;
    ::sigaction(SIGINT, &action, &interrupt_);
    ::sigaction(SIGTERM, &action, &terminate_);
}

SignalPipe::~SignalPipe() {
    if (!reader_.is_open()) return;
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
    pipe_of_signals = -1;
}

int SignalPipe::take() const noexcept {
    unsigned char byte = 0;
    return ::read(reader_.get(), &byte, 1) == 1 ? byte : 0;
}

}  // namespace mqtts::os
