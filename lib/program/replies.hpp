// SPDX-License-Identifier: Apache-2.0
// Publishes the replies of commands, and tells which the broker has acknowledged: mqtts-sub --reply.
//
//   the Runner ──► send() ──► until there is room ──► published ──► acknowledged, or refused ──► reply_done()
//
// A reply waits in a queue, not in its command: what makes room for it may lie behind the next message, which must be
// taken first. The queue has an end, because the broker sends no more messages of QoS 1 and 2 than our Receive Maximum
// while their replies are not acknowledged.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <deque>
#include <vector>

#include "async/notification.hpp"
#include "client/client.hpp"
#include "command/reply.hpp"
#include "command/runner.hpp"

namespace mqtts::program {

class Replies final : public command::ReplyOutlet {
public:
    explicit Replies(const boost::asio::any_io_executor& executor) : more_(executor) {}

    /// Publishes with this client, and tells this runner. Both must outlive it. Precondition of send().
    void attach(client::Client& client, command::Runner& runner);

    void send(command::Reply reply) override;

    /// Publishes what send() brings, until it is cancelled.
    Awaitable<Result<>> run();

private:
    void publish(const command::Reply& reply);
    [[nodiscard]] Result<> take(const std::vector<session::InFlight::Progress>& progress);

    client::Client* client_ = nullptr;
    command::Runner* runner_ = nullptr;
    async::Notification more_;
    std::deque<command::Reply> waiting_;
    command::Reply published_;  // the last one: the session may refer to a large payload until there is room again
};

}  // namespace mqtts::program
