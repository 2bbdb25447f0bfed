// SPDX-License-Identifier: Apache-2.0
// A message on its way through the commands that handle it.
//
//     queued ──► in a worker's hands: its commands run, one after the other ──► in_work ends ──► handled
//                          ▲                                                        │
//                          └───────── again, if replies were refused (retry) ◄──────┘
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "async/notification.hpp"
#include "base/buffer.hpp"
#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::command {

/// A command that failed for a message.
struct FailedCommand {
    std::size_t rule = 0;
    Failure failure;
    int status = 0;
    std::string last_line;  // of its standard error, if that is kept
    bool replies = true;    // a reply can tell the requester
};

struct Job {
    /// The most output that waits here. Further output waits in the command's pipe, and then the command does.
    static constexpr std::size_t most_output = 64 * 1024;

    Job(const boost::asio::any_io_executor& executor, const wire::Publish& message, std::vector<std::size_t> rules)
        : topic_name(message.topic_name),
          payload(message.payload),
          properties(message.properties.bytes()),
          qos(message.qos),
          retain(message.retain),
          dup(message.dup),
          commands(std::move(rules)),
          output_taken(executor) {}

    /// Returns the message, which is valid while this is.
    [[nodiscard]] wire::Publish message() const {
        return {.topic_name = topic_name,
                .payload = payload,
                .properties = wire::PropertiesView(properties),
                .qos = qos,
                .retain = retain,
                .dup = dup};
    }

    /// Frees the message, which nobody needs any more.
    void release() noexcept {
        topic_name = {};
        payload = {};
        properties = {};
    }

    std::string topic_name;
    std::string payload;
    std::string properties;  // encoded
    wire::Qos qos;
    bool retain;
    bool dup;

    std::vector<std::size_t> commands;  // the places of the rules whose commands are to run, in this order
    std::vector<FailedCommand> failed;  // those that are to run again
    std::uint64_t retries = 0;          // how often commands ran again

    Buffer output;                     // of the commands, not yet passed on
    async::Notification output_taken;  // there is room in `output` again
    std::size_t unanswered = 0;        // replies that are on their way
    bool in_work = true;               // commands run, or will
    bool given_up = false;             // it will never be handled
    bool handled = false;
};

}  // namespace mqtts::command
