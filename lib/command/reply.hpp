// SPDX-License-Identifier: Apache-2.0
// The reply to a request: what its command has written.
#pragma once

#include <cstdint>
#include <string>

#include "wire/packet.hpp"
#include "wire/property.hpp"

namespace mqtts::command {

struct Reply {
    std::string topic_name;           // the Response Topic of the request
    std::string payload;              // byte for byte
    wire::PropertyWriter properties;  // the Correlation Data; of a failure also the user property `status`
    wire::Qos qos{};                  // of the request
    std::uint64_t ticket = 0;         // names the reply to Runner::reply_done()
};

/// Publishes replies.
class ReplyOutlet {
public:
    virtual ~ReplyOutlet() = default;

    /// Takes a reply to publish it. What has become of it, it tells Runner::reply_done(), now or later, once.
    virtual void send(Reply reply) = 0;
};

}  // namespace mqtts::command
