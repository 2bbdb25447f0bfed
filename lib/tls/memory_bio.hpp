// SPDX-License-Identifier: Apache-2.0
// A BIO between two buffers: OpenSSL's records are appended to one and taken from the other.
//
// Writing always succeeds, so OpenSSL never has to repeat a step for lack of room. Reading from an empty buffer tells
// OpenSSL to try again.
#pragma once

#include <string>

#include "base/buffer.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

struct MemoryLink {
    /// The number of first bytes from the peer that are remembered: the header of a TLS record, if it speaks TLS.
    static constexpr std::size_t first_bytes_kept = 5;

    Buffer incoming;
    Buffer outgoing;
    std::string first_bytes;  // already taken from incoming
};

/// Makes a BIO between the buffers of `link`, which must outlive it and must not move.
OpensslHandle<BIO> make_bio(MemoryLink& link);

}  // namespace mqtts::tls
