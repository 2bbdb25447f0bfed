// SPDX-License-Identifier: Apache-2.0
// Messages, times and warnings for the tests of what is printed.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "format/formatter.hpp"
#include "log/log.hpp"
#include "stream_files.hpp"
#include "wire/packet.hpp"

namespace mqtts::test {

inline const Log quiet("mqtts-sub", Log::Level::quiet);
inline const Log warning("mqtts-sub", Log::Level::normal);

/// 2026-11-20 12:17:43.789743123 UTC.
inline format::Moment received() {
    using namespace std::chrono;
    return sys_days(2026y / November / 20) + 12h + 17min + 43s + 789743123ns;
}

/// The local time zone while it lives.
class TimeZone {
public:
    explicit TimeZone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;
    ~TimeZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

struct Printing {
    format::Settings settings;
    format::Reader reader = format::Reader::program;
    const Log& log = quiet;
};

inline std::string text_of(Gather& out) {
    std::string text;
    for (; !out.empty(); out.consume(out.readable().size()))
        text += out.readable();
    return text;
}

inline std::string printed(const Printing& how, const wire::Publish& message) {
    Gather out;
    format::Formatter(how.settings, how.log, how.reader).format(out, message, received());
    return text_of(out);
}

/// With -F and -N.
inline std::string formatted(const std::string& format, const wire::Publish& message) {
    return printed({.settings = {.end_of_line = false, .format = format}}, message);
}

/// What `action` writes to standard error.
template <class Action>
std::string standard_error(Action action) {
    Ends pipe = make_pipe();
    {
        const Replaced replaced(STDERR_FILENO, pipe.writer.get());
        action();
    }
    { const OpenFile closed = std::move(pipe.writer); }
    return read_some(pipe.reader);
}

/// A message with each property that a PUBLISH may have.
class FullMessage {
public:
    FullMessage() {
        using enum wire::PropertyIdentifier;
        properties_.add(content_type, "text/plain");
        properties_.add(correlation_data, "cor");
        properties_.add(payload_format_indicator, 1);
        properties_.add(response_topic, "re/ply");
        properties_.add(user_property, "k1", "v1");
        properties_.add(user_property, "k2", "v2");
        properties_.add(message_expiry_interval, 100);
        properties_.add(user_property, "k1", "v3");
        properties_.add(subscription_identifier, 7);
        properties_.add(topic_alias, 5);
    }
    [[nodiscard]] wire::Publish message(std::string_view payload = "hello") const {
        return {.topic_name = "f/topic",
                .payload = payload,
                .properties = properties_.view(),
                .packet_identifier = 42,
                .qos = wire::Qos::at_least_once,
                .retain = true};
    }

private:
    wire::PropertyWriter properties_;
};

}  // namespace mqtts::test
