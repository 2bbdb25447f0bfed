// SPDX-License-Identifier: Apache-2.0
// What enhanced authentication needs to know: the method, and the secrets that it works with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace mqtts::auth {

/// The hash function of a SCRAM method.
enum class Hash : unsigned char { sha1, sha256, sha512 };

struct ScramMethod {
    std::string_view name;  // as IANA registered it, and as Authentication Method
    Hash hash;
};
/// RFC 5802, RFC 7677, and the draft that defines SHA-512 in the same way.
inline constexpr std::array<ScramMethod, 3> scram_methods = {
    {{"SCRAM-SHA-1", Hash::sha1}, {"SCRAM-SHA-256", Hash::sha256}, {"SCRAM-SHA-512", Hash::sha512}}};

/// Finds the hash function of a SCRAM method; nothing: it is another method.
[[nodiscard]] constexpr std::optional<Hash> scram_hash(std::string_view method) noexcept {
    for (const ScramMethod& one : scram_methods)
        if (one.name == method) return one.hash;
    return std::nullopt;
}

/// Can SASLprep (RFC 4013) prepare this user name or password without a table of Unicode? Printable ASCII means itself.
[[nodiscard]] constexpr bool is_prepared(std::string_view text) noexcept {
    for (const char c : text)
        if (c < ' ' || c > '~') return false;
    return true;
}

struct Settings {
    std::string method;     // Authentication Method; empty: no enhanced authentication
    std::string user_name;  // of a SCRAM method; is_prepared()
    Secret password;        // likewise
    std::string data_file;  // of any other method: where its Authentication Data comes from
    Secret data;            // what the file contained at the start
};

}  // namespace mqtts::auth
