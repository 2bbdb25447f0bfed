// How a received message is printed, compiled once from the options into steps.
//
// A message without a payload has steps of its own: by default it prints nothing, not even a newline.
#pragma once

#include <vector>

#include "base/buffer.hpp"
#include "stream/settings.hpp"
#include "wire/packet.hpp"

namespace mqtts::stream {

class Formatter {
public:
    explicit Formatter(const FormatSettings& settings);

    /// Appends the message as it is to be printed.
    void format(Buffer& to, const wire::Publish& message) const;

private:
    enum class Step : unsigned char { topic_name, space, payload, null, newline };

    std::vector<Step> steps_;        // of a message with a payload
    std::vector<Step> empty_steps_;  // of a message without
};

}  // namespace mqtts::stream
