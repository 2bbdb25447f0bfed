// SPDX-License-Identifier: Apache-2.0
#include "auth/keyed_hash.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mqtts::auth {

namespace {

using Block = std::array<unsigned char, 128>;  // the largest: SHA-512's

const EVP_MD* function_of(Hash hash) noexcept {
    switch (hash) {
        case Hash::sha1:
            return EVP_sha1();
        case Hash::sha256:
            return EVP_sha256();
        case Hash::sha512:
            break;
    }
    return EVP_sha512();
}

void require(int success) {
    if (success != 1) throw std::runtime_error("OpenSSL cannot compute a hash");
}

std::string_view text_of(const unsigned char* bytes, std::size_t size) noexcept {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// Hashes the key, each byte of which is changed by `pad`.
void begin(EVP_MD_CTX* context, const EVP_MD* function, const Block& key, unsigned char pad) {
    Block padded = key;
    for (unsigned char& byte : padded)
        byte ^= pad;
    require(EVP_DigestInit_ex(context, function, nullptr));
    require(EVP_DigestUpdate(context, padded.data(), static_cast<std::size_t>(EVP_MD_block_size(function))));
    OPENSSL_cleanse(padded.data(), padded.size());
}

}  // namespace

Secret digest(Hash hash, std::string_view text) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    require(EVP_Digest(text.data(), text.size(), bytes, &size, function_of(hash), nullptr));
    Secret result{std::string(text_of(bytes, size))};
    OPENSSL_cleanse(bytes, sizeof bytes);
    return result;
}

KeyedHash::KeyedHash(Hash hash, std::string_view key)
    : inner_(EVP_MD_CTX_new()),
      outer_(EVP_MD_CTX_new()),
      current_(EVP_MD_CTX_new()),
      size_(static_cast<std::size_t>(EVP_MD_size(function_of(hash)))) {
    require(inner_ && outer_ && current_ ? 1 : 0);
    const EVP_MD* const function = function_of(hash);
    const Secret shorter =
        key.size() > static_cast<std::size_t>(EVP_MD_block_size(function)) ? digest(hash, key) : Secret();
    if (!shorter.view().empty()) key = shorter.view();
    Block block{};
    std::copy(key.begin(), key.end(), block.begin());
    begin(inner_.get(), function, block, 0x36);
    begin(outer_.get(), function, block, 0x5C);
    OPENSSL_cleanse(block.data(), block.size());
}

void KeyedHash::operator()(std::string_view text, std::string_view more, unsigned char* to) {
    require(EVP_MD_CTX_copy_ex(current_.get(), inner_.get()));
    require(EVP_DigestUpdate(current_.get(), text.data(), text.size()));
    require(EVP_DigestUpdate(current_.get(), more.data(), more.size()));
    require(EVP_DigestFinal_ex(current_.get(), to, nullptr));
    require(EVP_MD_CTX_copy_ex(current_.get(), outer_.get()));
    require(EVP_DigestUpdate(current_.get(), to, size_));
    require(EVP_DigestFinal_ex(current_.get(), to, nullptr));
}

Secret KeyedHash::of(std::string_view text) {
    std::string result(size_, '\0');
    (*this)(text, {}, reinterpret_cast<unsigned char*>(result.data()));
    return Secret(std::move(result));
}

SaltedPassword::SaltedPassword(Hash hash, std::string_view password, std::string_view salt, std::uint32_t iterations)
    : keyed_(hash, password), left_(iterations - 1) {
    keyed_(salt, std::string_view("\0\0\0\1", 4), last_.data());
    sum_ = last_;
}

SaltedPassword::~SaltedPassword() {
    OPENSSL_cleanse(last_.data(), last_.size());
    OPENSSL_cleanse(sum_.data(), sum_.size());
}

bool SaltedPassword::work(std::uint32_t count) {
    count = std::min(count, left_);
    left_ -= count;
    const std::size_t size = keyed_.size();
    for (; count != 0; --count) {
        keyed_(text_of(last_.data(), size), {}, last_.data());
        for (std::size_t i = 0; i < size; ++i)
            sum_[i] ^= last_[i];
    }
    return left_ == 0;
}

Secret SaltedPassword::result() const {
    return Secret(std::string(text_of(sum_.data(), keyed_.size())));
}

}  // namespace mqtts::auth
