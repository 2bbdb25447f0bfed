// SPDX-License-Identifier: Apache-2.0
// A message as one JSON object (%j and %J of -F):
//
//     {"tst":"2026-11-20T12:17:43.789743+0000","topic":"a/b","qos":1,"retain":false,"payloadlen":5,"mid":1,
//      "properties":{"content-type":"text/plain","user-properties":[{"k":"v"}]},"payload":"hello"}
//
// `mid` is the Packet Identifier and present only at QoS 1 and 2; `properties` are in their order on the wire, and
// present only if there are any. Bytes that are not UTF-8 cannot be a string: the payload and the Correlation Data are
// then in base64 under `payload-base64` and `correlation-data-base64`. An empty payload is null.
#pragma once

#include <cstdint>

#include "base/buffer.hpp"
#include "format/time.hpp"
#include "json/writer.hpp"
#include "log/log.hpp"
#include "wire/packet.hpp"

namespace mqtts::format {

class JsonMessage {
public:
    enum class Payload : std::uint8_t {
        string,
        json,  // embedded unchanged; a payload that is not JSON becomes a string, with a warning
    };

    /// `log` must outlive it.
    JsonMessage(json::Style style, const Log& log) : style_(style), log_(log) {}

    void append(Buffer& to, const wire::Publish& message, Payload payload, Moment received);

private:
    void append_time(Buffer& to, Moment received);
    [[nodiscard]] bool write_embedded(json::Writer& to, const wire::Publish& message);

    json::Style style_;
    const Log& log_;
    SecondText second_{"%FT%T"};
    SecondText zone_{"%z"};
    Buffer scratch_;
};

}  // namespace mqtts::format
