// SPDX-License-Identifier: Apache-2.0
// A caller at the other end of a local socket.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "os/open_file.hpp"
#include "program/caller_link.hpp"

namespace mqtts::program {

class CallerSocket final : public CallerLink {
public:
    /// `socket`: of share::Listener::accept().
    CallerSocket(const boost::asio::any_io_executor& executor, os::OpenFile socket);

    [[nodiscard]] Received receive(os::SecretBytes& to) override;
    void wait(std::function<void()> ready) override;
    [[nodiscard]] bool send(std::string_view bytes) override;
    [[nodiscard]] bool is_gone() override;

private:
    boost::asio::posix::stream_descriptor socket_;
};

}  // namespace mqtts::program
