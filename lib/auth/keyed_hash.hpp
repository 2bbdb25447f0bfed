// SPDX-License-Identifier: Apache-2.0
// HMAC, and the slow way from a password to a key, with OpenSSL's hash functions.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "auth/settings.hpp"
#include "base/secret.hpp"

namespace mqtts::auth {

/// H() of RFC 5802. Throws std::runtime_error if OpenSSL cannot: it has no memory.
[[nodiscard]] Secret digest(Hash hash, std::string_view text);

/// HMAC with one key (RFC 2104), for many texts. Throws std::runtime_error like digest().
class KeyedHash {
public:
    KeyedHash(Hash hash, std::string_view key);

    /// Writes HMAC of the texts, one behind the other, to `to`, which has room for size() bytes, and may be `text`.
    void operator()(std::string_view text, std::string_view more, unsigned char* to);
    [[nodiscard]] Secret of(std::string_view text);
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    using Context = std::unique_ptr<EVP_MD_CTX, Free>;

    Context inner_;  // has hashed the key's half
    Context outer_;
    Context current_;
    std::size_t size_;
};

/// Hi() of RFC 5802, which is PBKDF2 (RFC 8018) with one block: takes time on purpose, so it is done part by part.
class SaltedPassword {
public:
    /// Precondition: iterations > 0.
    SaltedPassword(Hash hash, std::string_view password, std::string_view salt, std::uint32_t iterations);
    SaltedPassword(const SaltedPassword&) = delete;
    SaltedPassword& operator=(const SaltedPassword&) = delete;
    ~SaltedPassword();

    /// Does up to `count` iterations, and tells whether all are done.
    bool work(std::uint32_t count);
    /// Precondition: all are done.
    [[nodiscard]] Secret result() const;

private:
    KeyedHash keyed_;
    std::array<unsigned char, EVP_MAX_MD_SIZE> last_{};
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum_{};
    std::uint32_t left_;
};

}  // namespace mqtts::auth
