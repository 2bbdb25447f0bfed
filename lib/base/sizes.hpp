// SPDX-License-Identifier: Apache-2.0
// The sizes that make the memory budget, in the order of the data's way: how many bytes may be where, at most. A single
// message that is larger than a size still passes.
//
// Out. Each step takes from the one before it only while it has room itself:
//
//     stdin ───► Input ───► Framer ───► Session ───────► Connection ────────────► Channel ─────────► kernel
//            read_at_once              unsent_output    encrypted_in_a_turn    unsent_records
//                                         │ QoS 1, 2
//                                         └───► InFlight ───► until they are acknowledged
//                                              kept_packets
//
// So back-pressure runs the other way: the kernel takes no more, unsent_records is reached, then unsent_output or
// kept_packets, can_publish() is false, records wait in the Framer, the input is not read, and its producer blocks.
// A payload of referred_payload bytes or more passes by reference, and a large file in blocks of fetched_at_once.
//
// In. Nothing is received before what came has been delivered and flushed:
//
//     kernel ───► Channel ─────────────► Session ───────────────► Formatter ───► Output ───► stdout
//            received_at_once     that, or one packet and        what came of that
//                                 behind_large_packet
//
// So a reader of stdout that stops also stops the server: it meets our Receive Maximum, or the window of TCP.
//
// Not here: what is counted in messages (session/open_pubrecs.hpp), and what is on the disk (store/spool.cpp).
#pragma once

#include <cstddef>

namespace mqtts::sizes {

inline constexpr std::size_t kibibyte = 1024;
inline constexpr std::size_t mebibyte = 1024 * kibibyte;

/// Of a Buffer that is not empty: small packets and lines do not make it grow.
inline constexpr std::size_t smallest_buffer = 4 * kibibyte;

// Before the way is open

/// Of the answer of an HTTP server: a proxy, or one that is asked for a WebSocket.
inline constexpr std::size_t http_answer = 16 * kibibyte;

// Out

/// Input: what one read(2) takes.
inline constexpr std::size_t read_at_once = 128 * kibibyte;

/// Gather: from here on it pays to refer to a payload instead of copying it.
inline constexpr std::size_t referred_payload = 64 * kibibyte;

/// Session: output beyond this makes can_publish() false. As much as stays in a fast cache until it is encrypted.
inline constexpr std::size_t unsent_output = 64 * kibibyte;

/// PacketStore: a block of it. A larger packet has one to itself.
inline constexpr std::size_t kept_block = 64 * kibibyte;

/// InFlight: packets of QoS 1 and 2 until they are acknowledged. A single one may be larger.
inline constexpr std::size_t kept_packets = 768 * kibibyte;

/// Gather: what is read of a file at once that is sent without being held.
inline constexpr std::size_t fetched_at_once = 128 * kibibyte;

/// Connection: a few packets that are no longer than this together get a TLS record each.
inline constexpr std::size_t encrypted_apart = 8 * kibibyte;

/// Connection: what is encrypted before everything else gets its turn. Where the network is the faster end, everything
/// else would wait for all of a file to be read.
inline constexpr std::size_t encrypted_in_a_turn = 1 * mebibyte;

/// tls::Engine: plaintext in one record [RFC 8446, 5.1].
inline constexpr std::size_t tls_record = 16 * kibibyte;

/// Channel: what is encrypted and the kernel did not take. Beyond it send() takes no more plaintext.
inline constexpr std::size_t unsent_records = 384 * kibibyte;

/// Client: with more unsent output nothing is received. A server that asks without end and reads nothing must not fill
/// our memory.
inline constexpr std::size_t unsent_while_receiving = 4 * mebibyte;

// In

/// Channel: what one recv(2) takes.
inline constexpr std::size_t received_at_once = 256 * kibibyte;

/// wire: a packet that is not a PUBLISH. None has a reason to be larger, whatever length it announces.
inline constexpr std::size_t control_packet = 1 * mebibyte;

/// Early: answers that came before CONNACK.
inline constexpr std::size_t early_answers = 64 * kibibyte;

/// Session: room for what is received behind a large packet, which gets its own at once: growing would move it.
inline constexpr std::size_t behind_large_packet = 512 * kibibyte;

/// JsonMessage: what stays of its memory after a large payload.
inline constexpr std::size_t kept_json = 1 * mebibyte;

/// RetainedRemoval: names of topics that wait for room, and again those already sent. A server that sends without end
/// must not fill our memory.
inline constexpr std::size_t waiting_removals = 16 * mebibyte;

// What has to stay true

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
