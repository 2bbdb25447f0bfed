// SPDX-License-Identifier: Apache-2.0
#include "bench/broker_connection.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace mqtts::bench {

Tally BrokerConnection::serve() {
    while (open_ && receive()) {
        if (std::exchange(stuck_, false)) wait_for_byte();
        if (requested_.empty()) continue;
        const std::string topic = std::exchange(requested_, {});
        Stream stream{.topic = topic, .properties = mqtt5_};
        unsigned long count = 0;
        if (std::sscanf(topic.c_str(), "line/%lu", &count) == 1) {
            send_lines(topic, count);
        } else if (topic == "announced") {
            send_beginning();
        } else if (std::sscanf(topic.c_str(), "stream/%u/%zu/%lu", &stream.qos, &stream.size, &count) == 3) {
            stream.count = count;
            send_stream(stream);
        }
    }
    stream_.close();
    return tally_;
}

/// Meanwhile nothing is read. The end of the client cannot be waited for: it stands behind what is not read.
void BrokerConnection::wait_for_byte() {
    char byte = 0;
    if (::read(STDIN_FILENO, &byte, 1) != 1) open_ = false;
}

/// Takes all that can be had without waiting again; the answers leave together.
bool BrokerConnection::receive() {
    do {
        if (begin_ > 0) {
            std::memmove(received_.data(), received_.data() + begin_, end_ - begin_);
            end_ -= std::exchange(begin_, 0);
        }
        const std::size_t count = stream_.read(std::span(received_).subspan(end_));
        if (count == 0) return open_ = false;
        end_ += count;
        take_packets();
    } while (open_ && stream_.has_pending());
    send_answers();
    return open_;
}

void BrokerConnection::take_packets() {
    constexpr std::size_t variable_header = 256;  // at most: topics here are short
    while (open_ && begin_ < end_) {
        const std::string_view bytes(received_.data() + begin_, end_ - begin_);
        if (payload_missing_ > 0) {
            const std::string_view part = bytes.substr(0, payload_missing_);
            begin_ += part.size();
            take_payload(part);
            continue;
        }
        const FixedHeader header = parse_fixed_header(bytes);
        if (header.body == 0) return;
        std::string_view body = bytes.substr(header.body, header.body_size);
        if (body.size() < header.body_size) {
            if (header.body_size < block_size || body.size() < variable_header) return;
            begin_ = end_;
            take_publish(header.first_byte, header.body_size, body);
            continue;
        }
        begin_ += header.body + header.body_size;
        take_packet(header, body);
    }
}

void BrokerConnection::take_packet(const FixedHeader& header, std::string_view body) {
    switch (header.first_byte & 0xF0U) {
        case publish:
            return take_publish(header.first_byte, body.size(), body);
        case puback:
        case pubcomp:
            ++tally_.acknowledged;
            return;
        case pubrec:
            return acknowledge(pubrel, body);
        case pubrel & 0xF0U:
            return acknowledge(pubcomp, body);
        case connect: {
            mqtt5_ = body[6] == 5;  // Protocol Version, behind the Protocol Name "MQTT"
            stuck_ = body.ends_with("stuck");
            using namespace std::string_view_literals;
            answers_ += mqtt5_ ? "\x20\x08\x00\x00\x05\x12\x00\x02id"sv : "\x20\x02\x00\x00"sv;
            return;
        }
        case subscribe & 0xF0U:
            return take_subscribe(body);
        case pingreq:
            answers_ += std::string_view("\xD0\x00", 2);
            return;
        case disconnect:
            open_ = false;
            return;
        default:
            return;
    }
}

void BrokerConnection::take_subscribe(std::string_view body) {
    std::size_t at = mqtt5_ ? std::size_t{3} + static_cast<unsigned char>(body[2]) : 2;
    requested_ = body.substr(at + 2, number_at(body, at));
    std::string granted;  // as requested
    while (at < body.size()) {
        at += 2 + number_at(body, at);
        granted += static_cast<char>(body[at++] & 3);
    }
    append_fixed_header(answers_, suback, (mqtt5_ ? 3 : 2) + granted.size());
    answers_ += body.substr(0, 2);
    if (mqtt5_) answers_ += '\0';
    answers_ += granted;
}

void BrokerConnection::take_publish(unsigned first_byte, std::size_t body_size, std::string_view body) {
    const PublishHeader header = parse_publish_header(first_byte, body, mqtt5_);
    if (header.qos > 0) append_acknowledgement(answers_, header.qos == 1 ? puback : pubrec, header.packet_identifier);
    if (body.substr(2).starts_with("line")) {
        std::fputc('.', stdout);
        std::fflush(stdout);
    }
    payload_size_ = payload_missing_ = body_size - header.payload;
    payload_wrong_ = false;
    take_payload(body.substr(header.payload));
}

void BrokerConnection::take_payload(std::string_view part) {
    if (verify_ &&
        !is_part_of_payload(part, tally_.published % cycle, payload_size_ - payload_missing_, payload_size_)) {
        payload_wrong_ = true;
    }
    payload_missing_ -= part.size();
    if (payload_missing_ > 0) return;
    ++tally_.published;
    if (payload_wrong_) ++tally_.wrong;
}

void BrokerConnection::acknowledge(unsigned first_byte, std::string_view body) {
    append_acknowledgement(answers_, first_byte, number_at(body, 0));
}

/// Half a cycle is sent while the other half is acknowledged: never more than 4096 messages are in flight.
void BrokerConnection::send_stream(const Stream& stream) {
    std::string& packets = cache_[stream.topic + (mqtt5_ ? '5' : '3')];
    const std::uint64_t prepared = std::min(cycle, stream.count);
    if (packets.empty()) packets = publish_packets(stream, prepared);
    const std::size_t size = packets.size() / prepared;
    const std::uint64_t acknowledged = tally_.acknowledged;
    for (std::uint64_t sent = 0; open_ && sent < stream.count;) {
        const std::uint64_t count = std::min(std::max<std::uint64_t>(prepared / 2, 1), stream.count - sent);
        const std::string_view half = std::string_view(packets).substr(sent % prepared * size, count * size);
        if (!stream_.write(half) || !stream_.flush()) return;
        sent += half.size() / size;
        while (stream.qos > 0 && open_ && sent - (tally_.acknowledged - acknowledged) > cycle / 2) {
            receive();
        }
    }
}

void BrokerConnection::send_lines(const std::string& topic, std::uint64_t count) {
    const std::string packet = publish_packets({.topic = topic, .size = 64, .properties = mqtt5_}, 1);
    char byte = 0;
    while (count-- > 0 && ::read(STDIN_FILENO, &byte, 1) == 1) {
        if (!stream_.write(packet) || !stream_.flush()) return;
    }
}

void BrokerConnection::send_beginning() {
    constexpr std::size_t longest = 268'435'455;
    std::string packet;
    append_fixed_header(packet, publish, longest);
    packet += std::string_view(
        "\0\x01"
        "a\0",
        4);  // the Topic Name, no properties
    if (stream_.write(packet) && stream_.flush()) wait_for_byte();
}

void BrokerConnection::send_answers() {
    stream_.write(answers_);
    stream_.flush();
    answers_.clear();
}

}  // namespace mqtts::bench
