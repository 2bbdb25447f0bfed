// SPDX-License-Identifier: Apache-2.0
// Reads a message to publish from one JSON object, as JsonMessage prints it:
//
//     {"topic":"a/b","qos":1,"retain":false,"payload":"hello",
//      "properties":{"content-type":"text/plain","user-properties":[{"k":"v"}]}}
//
// `payload` is a string, null for an empty one, or any other JSON, which is published byte for byte unchanged;
// `payload-base64` is any bytes. One of them is required: a misspelt name must not publish an empty message. The other
// keys are optional, `tst` is read only by time_stamp(), and unknown ones (`mid`, …) are ignored. Unknown `properties`
// are an error, because a property that cannot be sent would be lost. Only those about the connection it was received
// on, `topic-alias` and `subscription-identifier`, are ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "json/cursor.hpp"
#include "record/time_stamp.hpp"
#include "wire/packet.hpp"

namespace mqtts::record {

class JsonRecord {
public:
    /// Sets in `message` what the object says, and leaves the rest unchanged. Views into `text` and into this are valid
    /// until the next call. The failure (bad_record) is the reason alone. The Topic Name is not checked.
    [[nodiscard]] Result<> read(std::string_view text, wire::Publish& message);
    /// Returns the time `tst` of the object that was read last; its text must still be there. The failure (bad_record):
    /// it has no `tst`, or one that is not a time.
    [[nodiscard]] Result<TimeStamp> time_stamp();

private:
    enum Member : unsigned { topic = 1, payload = 2, qos = 4, retain = 8, properties = 16 };

    [[nodiscard]] Result<> read_member(std::string_view name, const json::Value& value, wire::Publish& message);
    [[nodiscard]] Result<> read_payload(const json::Value& value, wire::Publish& message);
    [[nodiscard]] Result<> read_properties(const json::Value& value);
    [[nodiscard]] Result<> read_property(std::string_view name, const json::Value& value);
    [[nodiscard]] Result<> read_user_properties(const json::Value& value);
    [[nodiscard]] Result<> read_user_property_object(json::Cursor& cursor);
    [[nodiscard]] Result<> add_string(const wire::PropertyInfo& property, const json::Value& value);
    [[nodiscard]] Result<> add_binary(const json::Value& value, bool base64);
    /// Notes a member; fails when it comes twice.
    [[nodiscard]] Result<> note(Member member, std::string_view name);

    std::string topic_name_;
    std::string payload_;
    wire::PropertyWriter properties_;
    std::string member_name_;
    std::string property_name_;
    std::string text_;
    std::string second_text_;
    unsigned members_ = 0;
    std::optional<json::Value> tst_;
};

}  // namespace mqtts::record
