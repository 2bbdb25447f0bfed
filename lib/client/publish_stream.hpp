// From input to messages to the session, stopping wherever the next stage is full.
//
//   read(2) ──► Framer ──► Client::publish ──► Session::output ──► TLS ──► kernel
//
// Nothing is read that cannot be sent: when the window is closed or the kernel is full, the framer is not drained, the
// input is not read, and the producer blocks. A batch is what one read returned; it is sent at once when there is no
// more, so a single line typed into an idle pipe waits for nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "client/client.hpp"
#include "stream/framer.hpp"
#include "stream/input.hpp"

namespace mqtts::client {

/// What every message of the stream has in common; the payload comes from the input.
struct PublishTemplate {
    std::string topic_name;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
    bool may_be_empty =
        true;  // otherwise an empty input is an error: `failed-command | …` must not clear a retained one
};

/// A message that is all of its input may be published several times, each time after the last one is acknowledged.
struct Repetition {
    std::uint64_t times = 1;
    std::chrono::milliseconds delay{};  // at least, between two of them
};

class PublishStream {
public:
    /// `client` must outlive the stream. Without an input, what the framer holds already is all there is.
    PublishStream(Client& client, PublishTemplate message, stream::Framer framer, std::optional<stream::Input> input);

    void repeat(const Repetition& repetition) noexcept { repetition_ = repetition; }
    /// The client goes on after the last message: there is an answer to wait for.
    void leave_open() noexcept { leave_open_ = true; }

    /// Publishes everything, calls Client::finish() and then waits to be cancelled, when Client::run() ends.
    Awaitable<Result<>> run();

    /// Once run() is cancelled: the failure of reading the input, if there was one.
    [[nodiscard]] const Result<>& result() const noexcept { return result_; }
    /// When the last message of a whole input was published.
    [[nodiscard]] std::chrono::steady_clock::time_point published_at() const noexcept { return published_at_; }

private:
    Awaitable<Result<>> publish_all();
    Awaitable<> publish_last(std::string_view payload);
    void publish(std::string_view payload);

    Client& client_;
    PublishTemplate template_;
    stream::Framer framer_;
    std::optional<stream::Input> input_;
    Repetition repetition_;
    bool leave_open_ = false;
    std::chrono::steady_clock::time_point published_at_;
    Result<> result_;
};

}  // namespace mqtts::client
