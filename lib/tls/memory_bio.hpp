// SPDX-License-Identifier: Apache-2.0
// A BIO between two buffers: OpenSSL's records are appended to one and taken from the other.
//
// Writing always succeeds, so nothing OpenSSL does has to be repeated for lack of room; reading from an empty buffer
// asks to be tried again.
#pragma once

#include <string>

#include "base/buffer.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

struct MemoryLink {
    /// How much is remembered of what the peer said first: the header of a TLS record, if it speaks TLS.
    static constexpr std::size_t first_bytes_kept = 5;

    Buffer incoming;
    Buffer outgoing;
    std::string first_bytes;  // already taken from incoming
};

/// `link` must outlive the BIO, at the same place.
OpensslHandle<BIO> make_bio(MemoryLink& link);

}  // namespace mqtts::tls
