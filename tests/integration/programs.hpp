// SPDX-License-Identifier: Apache-2.0
// The programs under test, as users call them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/broker.hpp"

namespace mqtts::test {

using Words = std::vector<std::string>;

inline constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

/// For mosquitto.conf: otherwise it drops what a subscriber does not take at once,
inline const std::string lossless = "max_queued_messages 0\n";
/// and grants 20 messages in flight.
inline const std::string roomy = lossless + "max_inflight_messages 1000\n";

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

/// The lines, in any order.
inline std::multiset<std::string> set_of_lines(const std::string& text) {
    std::multiset<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.insert(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

/// The one after the other.
inline Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

inline Words command(const char* program, const Words& options) {
    Words words{program};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

/// The command line without any option that says where the broker is.
inline Words mqtts_pub(const Words& options) {
    return command(MQTTS_PUB, options);
}
inline Words mqtts_sub(const Words& options) {
    return command(MQTTS_SUB, options);
}

/// The command line that reaches this broker.
inline Words mqtts_pub(const Mosquitto& broker, const Words& options) {
    return broker.arguments(mqtts_pub(options));
}
inline Words mqtts_sub(const Mosquitto& broker, const Words& options) {
    return broker.arguments(mqtts_sub(options));
}

/// Waits until somebody has subscribed: the broker logs "client 1 topic". Precondition: nobody did so before.
inline void wait_for_subscription(Mosquitto& broker, const std::string& topic) {
    broker.wait_for_log(" " + topic + "\n");
}

/// Subscribes once, so that the broker keeps what is published from now on for the named session.
inline void make_session(Mosquitto& broker, const std::string& name, const std::string& topic, const Words& options) {
    Words words{"-c", "-i", name, "-t", topic};
    words.insert(words.end(), options.begin(), options.end());
    Process subscriber({.arguments = mqtts_sub(broker, words)});
    wait_for_subscription(broker, topic);
    subscriber.signal(SIGTERM);
    subscriber.wait();
}

/// What seq(1) writes.
inline std::string numbers(int last) {
    std::string lines;
    for (int i = 1; i <= last; ++i)
        lines += std::to_string(i) + '\n';
    return lines;
}

inline std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace mqtts::test
