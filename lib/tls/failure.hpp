// SPDX-License-Identifier: Apache-2.0
// From what a TLS connection saw to one sentence that names the cause and the cure.
//
// In TLS 1.3 the server judges the client's certificate only after the handshake is over for the client, in 1.2 before;
// so the alerts are explained here by what they say, never by when they came: both versions give the same failure.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "tls/evidence.hpp"

namespace mqtts::tls {

/// A step of OpenSSL's failed. Empties its queue of errors.
Failure explain_failure(const Evidence& evidence);

/// The network ended without close_notify. Once the handshake is over that is `loss`: a server that asked for a
/// certificate may have insisted on it, but may just as well dislike what it was told since.
Failure explain_end(const Evidence& evidence, std::string_view first_bytes, Failure loss);

/// Can these be the first bytes of a server that speaks TLS?
[[nodiscard]] bool could_be_tls(std::string_view first_bytes) noexcept;

/// What is quoted of a greeting that is not TLS, at most, in bytes.
constexpr std::size_t longest_greeting = 40;

/// Has enough of an answer that is not TLS arrived to name it? Then it is the same name on a slow link as on a fast
/// one.
[[nodiscard]] bool is_telling(std::string_view foreign_bytes) noexcept;

/// The server answered with `first_bytes`, which cannot be TLS.
Failure explain_foreign(std::string_view first_bytes);

}  // namespace mqtts::tls
