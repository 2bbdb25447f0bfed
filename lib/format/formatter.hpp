// SPDX-License-Identifier: Apache-2.0
// Prints a received message; the options are compiled once into steps.
//
// A message without a payload has steps of its own: by default it prints nothing, not even a newline.
#pragma once

#include <vector>

#include "base/buffer.hpp"
#include "base/gather.hpp"
#include "format/compile.hpp"
#include "format/field.hpp"
#include "format/json_message.hpp"
#include "format/settings.hpp"
#include "log/log.hpp"
#include "wire/packet.hpp"

namespace mqtts::format {

class Formatter {
public:
    /// `log` must outlive it; it gets warnings about payloads that cannot be printed as the format asks.
    Formatter(const Settings& settings, const Log& log, Reader reader = Reader::program);

    /// Appends the message as it is to be printed, received now; reads the clock at most once. Refers to a large
    /// payload that is printed unchanged.
    void format(Gather& to, const wire::Publish& message) { format(to, message, now()); }
    /// Does the same for a message that was received at that moment.
    void format(Gather& to, const wire::Publish& message, Moment received);

private:
    [[nodiscard]] bool is_plain_payload(const Step& step) const noexcept;
    [[nodiscard]] Moment now() const;
    void append(Buffer& to, Step& step, const wire::Publish& message, Moment received);
    void append_payload(Buffer& to, const Field& field, std::string_view payload) const;
    void append_property(Buffer& to, const Step& step, const wire::Publish& message) const;
    void append_user_properties(Buffer& to, const wire::Publish& message) const;
    void append_string(Buffer& to, const Field& field, std::string_view text) const;
    template <class Number>
    void append_payload_as(Buffer& to, const Field& field, const wire::Publish& message) const;

    std::vector<Step> steps_;        // of a message with a payload
    std::vector<Step> empty_steps_;  // of a message without
    JsonMessage json_;
    const Log& log_;
    Reader reader_;
    bool prints_time_ = false;
};

}  // namespace mqtts::format
