// SPDX-License-Identifier: Apache-2.0
// mqtts-bench-floor: what the same bytes cost with OpenSSL alone.
//
//     mqtts-bench-floor publish|subscribe|line --directory DIR --port P [--qos Q] [--size BYTES] [--count N]
//                       [--client ID] [--topic TOPIC]
//
// publish: N messages, encoded beforehand; subscribe: N messages, to standard output as they come, as many bytes as
// their payloads in lines are; line: a message for each line of standard input. One message is the bare
// handshake-and-publish program.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/connect_to.hpp"
#include "bench/packets.hpp"
#include "bench/tls_stream.hpp"

namespace {

using namespace mqtts;
using bench::Stream;
using bench::TlsStream;

constexpr std::size_t acknowledgement_size = 4;
constexpr std::size_t connack_size = 4;

std::size_t receive(TlsStream& tls, std::size_t size) {
    static std::vector<char> buffer(bench::block_size);
    std::size_t received = 0;
    while (received < size) {
        const std::size_t count = tls.read(buffer);
        if (count == 0) return received;
        received += count;
    }
    return received;
}

std::string acknowledgements(unsigned first_byte, std::uint64_t count) {
    std::string packets;
    for (unsigned i = 1; i <= count; ++i)
        bench::append_acknowledgement(packets, first_byte, i);
    return packets;
}

/// Nothing else is sent before CONNACK, as by the programs that are measured.
bool connect(TlsStream& tls, const std::string& client_identifier) {
    return tls.write(bench::connect_packet(client_identifier)) && tls.flush() &&
           receive(tls, connack_size) == connack_size;
}

/// One message, in pieces: to hold it would cost more than to send it.
bool publish_large(TlsStream& tls, const Stream& stream) {
    std::string header;
    bench::append_publish_header(header, stream, 0);
    const std::string piece(bench::block_size, 'x');
    if (!tls.write(header)) return false;
    for (std::size_t missing = stream.size; missing > 0;) {
        const std::string_view part = std::string_view(piece).substr(0, missing);
        if (!tls.write(part)) return false;
        missing -= part.size();
    }
    const std::size_t answer = stream.qos > 0 ? acknowledgement_size : 0;
    return tls.flush() && receive(tls, answer) == answer;
}

bool publish(TlsStream& tls, const Stream& stream) {
    const std::uint64_t cycle = std::min(bench::cycle, stream.count);
    const std::string packets = bench::publish_packets(stream, cycle);
    const std::string releases = stream.qos == 2 ? acknowledgements(bench::pubrel, cycle) : std::string();
    const std::size_t size = packets.size() / cycle;
    for (std::uint64_t sent = 0; sent < stream.count; sent += cycle) {
        const std::uint64_t count = std::min(cycle, stream.count - sent);
        const std::size_t answer = count * acknowledgement_size;
        if (!tls.write(std::string_view(packets).substr(0, count * size))) return false;
        if (stream.qos == 0) continue;
        if (!tls.flush() || receive(tls, answer) != answer) return false;
        if (stream.qos == 1) continue;
        if (!tls.write(std::string_view(releases).substr(0, answer)) || !tls.flush()) return false;
        if (receive(tls, answer) != answer) return false;
    }
    return true;
}

bool publish_lines(TlsStream& tls) {
    const std::string packet = bench::publish_packets({.topic = "line", .size = 64}, 1);
    std::vector<char> line(4096);
    while (::read(STDIN_FILENO, line.data(), line.size()) > 0) {
        if (!tls.write(packet) || !tls.flush()) return false;
    }
    return true;
}

/// The acknowledgements that the complete packets in `bytes` ask for. Returns how many bytes these packets are.
std::size_t acknowledge(std::string_view bytes, std::string& answers) {
    std::size_t done = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(done);
        const bench::FixedHeader header = bench::parse_fixed_header(rest);
        if (header.body == 0 || rest.size() < header.body + header.body_size) return done;
        const std::string_view body = rest.substr(header.body, header.body_size);
        const unsigned qos = header.first_byte >> 1 & 3;
        if (header.first_byte == bench::pubrel) {
            bench::append_acknowledgement(answers, bench::pubcomp, bench::number_at(body, 0));
        } else if ((header.first_byte & 0xF0U) == bench::publish && qos > 0) {
            const unsigned identifier = bench::number_at(body, 2 + bench::number_at(body, 0));
            bench::append_acknowledgement(answers, qos == 1 ? bench::puback : bench::pubrec, identifier);
        }
        done += header.body + header.body_size;
    }
}

bool subscribe(TlsStream& tls, const Stream& stream) {
    std::string header;
    bench::append_publish_header(header, stream, 0);
    std::size_t missing = 5 + stream.count * (header.size() + stream.size);  // 5: SUBACK
    if (stream.qos == 2) missing += stream.count * acknowledgement_size;
    if (!tls.write(bench::subscribe_packet(stream.topic, stream.qos)) || !tls.flush()) return false;
    // Not those around the payloads: to a file or a pipe, bytes have their price.
    const std::uint64_t all = missing;
    const std::uint64_t lines = stream.count * (stream.size + 1);
    std::vector<char> buffer(bench::block_size);
    std::string answers;
    std::size_t kept = 0;  // the beginning of a packet
    while (missing > 0) {
        const std::size_t count = tls.read(std::span(buffer).subspan(kept));
        if (count == 0 || ::write(STDOUT_FILENO, buffer.data() + kept, count * lines / all) < 0) return false;
        missing -= std::min(missing, count);
        if (stream.qos == 0) continue;
        const std::string_view bytes(buffer.data(), kept + count);
        const std::size_t done = acknowledge(bytes, answers);
        kept = bytes.size() - done;
        std::memmove(buffer.data(), bytes.data() + done, kept);
        if (missing > 0 && tls.has_pending()) continue;
        if (!tls.write(answers) || !tls.flush()) return false;
        answers.clear();
    }
    return true;
}

int run(const bench::Arguments& arguments, const std::string& job) {
    const std::string directory = arguments.text("--directory", ".");
    const bench::TlsContext context = bench::client_context({.ca_file = directory + "/ca.pem",
                                                             .certificate_file = directory + "/client.pem",
                                                             .key_file = directory + "/client.key"});
    TlsStream tls(*context, bench::connect_to("localhost", arguments.text("--port", "8883")), "localhost");
    Stream stream{.qos = static_cast<unsigned>(arguments.number("--qos", 0)),
                  .size = arguments.number("--size", 64),
                  .count = arguments.number("--count", 1)};
    const bool subscribes = job == "subscribe";
    if (subscribes) stream.topic = bench::stream_topic(stream.qos, stream.size, stream.count);
    if (const std::string topic = arguments.text("--topic"); !topic.empty()) stream.topic = topic;
    if (!connect(tls, arguments.text("--client", "floor"))) return 1;
    const bool large = stream.size > bench::block_size;
    const bool done = job == "publish" && large ? publish_large(tls, stream)
                      : job == "publish"        ? publish(tls, stream)
                      : subscribes              ? subscribe(tls, stream)
                                                : publish_lines(tls);
    tls.write(std::string_view("\xE0\x00", 2));  // DISCONNECT
    tls.close();
    receive(tls, SIZE_MAX);  // until the peer has read all of it, too
    return done ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(bench::Arguments(count, values), count > 1 ? values[1] : "");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mqtts-bench-floor: %s\n", error.what());
        return 1;
    }
}
