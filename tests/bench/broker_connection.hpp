// SPDX-License-Identifier: Apache-2.0
// The broker of the benchmark, for one client: agrees to everything, acknowledges in batches, and counts. It parses no
// more than it must, so that on the other core it is never what the client waits for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/packets.hpp"
#include "bench/tls_stream.hpp"

namespace mqtts::bench {

/// What a client did.
struct Tally {
    std::uint64_t published = 0;     // PUBLISH packets
    std::uint64_t wrong = 0;         // of them not what was due; 0 without verification
    std::uint64_t acknowledged = 0;  // PUBACK and PUBCOMP packets
};

/// Streams, encoded once for all connections.
using StreamCache = std::map<std::string, std::string>;

class BrokerConnection {
public:
    BrokerConnection(TlsStream& stream, StreamCache& cache, bool verify)
        : stream_(stream), cache_(cache), verify_(verify) {}

    /// Until the client leaves.
    ///
    /// A Topic Filter "stream/QOS/SIZE/COUNT" is answered with that many messages of that QoS and size; "line/COUNT"
    /// with a message for each byte of standard input; "announced" with the beginning of the longest message, and no
    /// more until a byte of standard input. From a client called "stuck" nothing is read between its CONNECT and such a
    /// byte. A message to the topic "line" is a byte on standard output.
    Tally serve();

private:
    bool receive();
    void take_packets();
    void take_packet(const FixedHeader& header, std::string_view body);
    void take_subscribe(std::string_view body);
    void take_publish(unsigned first_byte, std::size_t body_size, std::string_view body);
    void take_payload(std::string_view part);
    void acknowledge(unsigned first_byte, std::string_view body);
    void send_stream(const Stream& stream);
    void send_lines(const std::string& topic, std::uint64_t count);
    void send_beginning();
    void wait_for_byte();
    void send_answers();

    TlsStream& stream_;
    StreamCache& cache_;
    bool verify_;
    bool mqtt5_ = false;
    bool open_ = true;
    bool stuck_ = false;
    std::vector<char> received_ = std::vector<char>(2 * block_size);
    std::size_t begin_ = 0;  // of what is not parsed yet
    std::size_t end_ = 0;
    std::size_t payload_size_ = 0;
    std::size_t payload_missing_ = 0;  // of a PUBLISH too long to be received as a whole
    bool payload_wrong_ = false;
    std::string answers_;
    std::string requested_;  // a Topic Filter that is to be served
    Tally tally_;
};

}  // namespace mqtts::bench
