// SPDX-License-Identifier: Apache-2.0
// Finds the answer to one request among the messages on its response topic.
#pragma once

#include <chrono>
#include <string>

#include "output/message_sink.hpp"

namespace mqtts::output {

/// Hands the first message that belongs to the request on to another sink, which wants one message.
class Answer final : public MessageSink {
public:
    /// `sink` must outlive it. `correlation_data`: what the answer repeats [MQTT-3.3.2.3.6]. A message with other
    /// Correlation Data answers another request; a message without any is taken, because MQTT 3 has none and not every
    /// responder repeats it.
    Answer(MessageSink& sink, std::string correlation_data)
        : sink_(sink), correlation_data_(std::move(correlation_data)) {}

    [[nodiscard]] Wanted deliver(const wire::Publish& message) override;
    [[nodiscard]] bool show_unasked(const wire::Publish& /*message*/) override { return false; }
    Awaitable<Result<>> flush() override { return sink_.flush(); }

    /// Returns when it arrived. Precondition: it has.
    [[nodiscard]] std::chrono::steady_clock::time_point time() const noexcept { return time_; }

private:
    MessageSink& sink_;
    std::string correlation_data_;
    std::chrono::steady_clock::time_point time_;
};

}  // namespace mqtts::output
