// SPDX-License-Identifier: Apache-2.0
// Reads what a record of the input says about the message to publish.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "record/json_record.hpp"
#include "record/settings.hpp"
#include "record/time_stamp.hpp"
#include "wire/packet.hpp"

namespace mqtts::record {

class RecordReader {
public:
    /// `topic_delimiter`: for topic_and_payload only, and not empty.
    explicit RecordReader(RecordForm form, std::string topic_delimiter = {})
        : form_(form), topic_delimiter_(std::move(topic_delimiter)) {}

    /// Sets in `message` what the record says, and leaves the rest unchanged. Views into `record` and into this are
    /// valid until the next call. The failure (bad_record) is the reason alone.
    [[nodiscard]] Result<> read(std::string_view record, wire::Publish& message) {
        if (form_ != RecordForm::payload) return read_parts(record, message);
        message.payload = record;
        return {};
    }

    /// Returns the time of the record that was read last; its text must still be there. Fails as read() does.
    /// Precondition: the form is json.
    [[nodiscard]] Result<TimeStamp> time_stamp() { return json_.time_stamp(); }

private:
    [[nodiscard]] Result<> read_parts(std::string_view record, wire::Publish& message);
    [[nodiscard]] Result<> split(std::string_view record, wire::Publish& message) const;

    RecordForm form_;
    std::string topic_delimiter_;
    JsonRecord json_;
};

}  // namespace mqtts::record
