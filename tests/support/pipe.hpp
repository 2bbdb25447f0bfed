// SPDX-License-Identifier: Apache-2.0
// Pipes, and how to keep one from filling up.
#pragma once

#include <thread>

#include "support/file_descriptor.hpp"

namespace mqtts::test {

struct PipeEnds {
    FileDescriptor read;
    FileDescriptor write;
};

/// Both close when another program starts.
PipeEnds make_pipe();

/// A thread that takes what comes out of a pipe and keeps what nobody has read yet: whoever writes never waits.
///
///     child's end ──pipe──► Relay ──pipe──► the end that the test reads
class Relay {
public:
    /// Puts an end of its own in the place of a pipe's reading end. Once that is closed, so is the pipe.
    explicit Relay(FileDescriptor& end);
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    /// Precondition: the end is closed.
    ~Relay() { thread_.join(); }

private:
    std::thread thread_;
};

}  // namespace mqtts::test
