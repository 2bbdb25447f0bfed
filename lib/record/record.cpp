// SPDX-License-Identifier: Apache-2.0
#include "record/record.hpp"

#include <fmt/format.h>

#include "text/escape.hpp"
#include "wire/topic.hpp"

namespace mqtts::record {

Result<> RecordReader::read_parts(std::string_view record, wire::Publish& message) {
    Result<> read = form_ == RecordForm::json ? json_.read(record, message) : split(record, message);
    if (!read || wire::is_sendable_topic_name(message.topic_name)) return read;
    if (message.topic_name.empty()) return Failure(Errc::bad_record, "no topic");
    const std::string objection = wire::objection_to(message.topic_name);
    return Failure(Errc::bad_record,
                   fmt::format("'{}' is not a topic to publish to{}{}", escape_beginning(message.topic_name),
                               objection.empty() ? "" : ": ", objection),
                   std::string(wire::hint_for_text(message.topic_name)));
}

Result<> RecordReader::split(std::string_view record, wire::Publish& message) const {
    const std::size_t end = record.find(topic_delimiter_);
    if (end == record.npos)
        return Failure(Errc::bad_record, fmt::format("no '{}' after the topic", escape(topic_delimiter_)));
    message.topic_name = record.substr(0, end);
    message.payload = record.substr(end + topic_delimiter_.size());
    return {};
}

}  // namespace mqtts::record
