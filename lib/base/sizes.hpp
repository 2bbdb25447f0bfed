// SPDX-License-Identifier: Apache-2.0
// The memory budget: the most bytes that each step on the way of the data may hold, in the order of that way. A single
// message that is larger than a size still passes.
//
// Out. Each step takes bytes from the one before it only while it has room itself:
//
//     stdin ───► Input ───► Framer ───► Session ───────► Connection ────────────► Channel ─────────► kernel
//            read_at_once              unsent_output    encrypted_in_a_turn    unsent_records
//                                         │ QoS 1, 2
//                                         └───► InFlight ───► until they are acknowledged
//                                              kept_packets
//
// So back-pressure runs the other way: the kernel accepts no more, unsent_records is reached, then unsent_output or
// kept_packets, can_publish() is false, records wait in the Framer, the input is not read, and its producer blocks.
// A payload of referred_payload bytes or more passes by reference, and a large file in blocks of fetched_at_once.
//
// In. Nothing is received before the bytes received so far have been delivered and flushed:
//
//     kernel ───► Channel ─────────────► Session ───────────────► Formatter ───► Output ───► stdout
//            received_at_once     that, or one packet and        the text of that
//                                 behind_large_packet
//
// So a reader of stdout that stops also stops the server, at our Receive Maximum or at the window of TCP.
//
// Limits in messages are in session/open_pubrecs.hpp, and those on the disk in store/spool.cpp.
#pragma once

#include <cstddef>

namespace mqtts::sizes {

inline constexpr std::size_t kibibyte = 1024;
inline constexpr std::size_t mebibyte = 1024 * kibibyte;

/// Buffer: the size of one that is not empty, large enough for small packets and lines.
inline constexpr std::size_t smallest_buffer = 4 * kibibyte;

// While connecting

/// The response of an HTTP server: of a proxy, or to the request for a WebSocket.
inline constexpr std::size_t http_answer = 16 * kibibyte;

// Out

/// Input: the bytes of one read(2).
inline constexpr std::size_t read_at_once = 128 * kibibyte;

/// Gather: the size from which on it pays to refer to a payload instead of copying it.
inline constexpr std::size_t referred_payload = 64 * kibibyte;

/// Session: more output makes can_publish() false. This much stays in a fast cache until it is encrypted.
inline constexpr std::size_t unsent_output = 64 * kibibyte;

/// PacketStore: the size of a block. A larger packet has its own block.
inline constexpr std::size_t kept_block = 64 * kibibyte;

/// InFlight: the packets of QoS 1 and 2 that are not acknowledged. A single one may be larger.
inline constexpr std::size_t kept_packets = 768 * kibibyte;

/// Gather: the bytes read at once from a file that is sent without loading it.
inline constexpr std::size_t fetched_at_once = 128 * kibibyte;

/// Connection: a few packets that together have at most this size get a TLS record each.
inline constexpr std::size_t encrypted_apart = 8 * kibibyte;

/// Connection: the bytes encrypted before everything else gets its turn. If the network is faster than the disk,
/// everything else would otherwise wait until a whole file is read.
inline constexpr std::size_t encrypted_in_a_turn = 1 * mebibyte;

/// tls::Engine: the plaintext of one record [RFC 8446, 5.1].
inline constexpr std::size_t tls_record = 16 * kibibyte;

/// Channel: the encrypted bytes that the kernel did not accept. With more, send() accepts no plaintext.
inline constexpr std::size_t unsent_records = 384 * kibibyte;

/// Client: with more unsent output nothing is received. A server that sends requests without end and reads nothing must
/// not fill our memory.
inline constexpr std::size_t unsent_while_receiving = 4 * mebibyte;

// In

/// Channel: the bytes of one recv(2).
inline constexpr std::size_t received_at_once = 256 * kibibyte;

/// wire: a packet other than PUBLISH. None has a reason to be larger, whatever length it announces.
inline constexpr std::size_t control_packet = 1 * mebibyte;

/// Early: the answers that arrive before CONNACK.
inline constexpr std::size_t early_answers = 64 * kibibyte;

/// Session: the room for bytes received behind a large packet. It is reserved at once, as growing would move the
/// packet.
inline constexpr std::size_t behind_large_packet = 512 * kibibyte;

/// JsonMessage: the memory that it keeps after a large payload.
inline constexpr std::size_t kept_json = 1 * mebibyte;

/// RetainedRemoval: the names of topics that wait for room, and as many of topics already sent. A server that sends
/// without end must not fill our memory.
inline constexpr std::size_t waiting_removals = 16 * mebibyte;

// The rules among the sizes

static_assert(read_at_once >= unsent_output, "one read fills the output");
static_assert(referred_payload >= unsent_output, "a payload that is referred to fills the output by itself");
static_assert(kept_packets % kept_block == 0, "blocks are used to their end");
static_assert(kept_packets >= unsent_output + unsent_records,
              "acknowledgements can come while all that may be unsent is unsent");
static_assert(unsent_records >= unsent_output, "the channel takes all of the output");
static_assert(unsent_output % tls_record == 0 && unsent_records % tls_record == 0 && fetched_at_once % tls_record == 0,
              "a stream of packets fills its records");
static_assert(encrypted_apart < tls_record, "a packet by itself needs one record");
static_assert(encrypted_in_a_turn >= unsent_records, "a turn can fill the channel");
static_assert(unsent_while_receiving > unsent_output + kept_packets,
              "our own messages do not keep us from reading their acknowledgements");
static_assert(received_at_once > 2 * tls_record, "one recv brings more than a part of a record");
static_assert(behind_large_packet >= received_at_once + 2 * tls_record,
              "one recv that ends a large packet does not move it: it adds what came, the rest of a record that came "
              "before, and room to decrypt one more");

}  // namespace mqtts::sizes
