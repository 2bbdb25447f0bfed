// SPDX-License-Identifier: Apache-2.0
// The other side of a SCRAM method, for user "user" with password "pencil".
#pragma once

#include <string>
#include <string_view>

#include "auth/keyed_hash.hpp"
#include "text/base64.hpp"

namespace mqtts::test {

class ScramServer {
public:
    explicit ScramServer(auth::Hash hash = auth::Hash::sha256) : hash_(hash) {}

    std::string iterations = "4096";

    /// Answers the client's first message.
    [[nodiscard]] std::string first(std::string_view client_first) {
        bare_ = client_first.substr(3);  // behind "n,,"
        nonce_ = bare_.substr(bare_.find(",r=") + 3) + "server";
        first_ = "r=" + nonce_ + ",s=" + encode_base64("salt") + ",i=" + iterations;
        return first_;
    }
    /// Tells whether the client's last message proves that it knows the password.
    [[nodiscard]] bool believes(std::string_view client_last) const {
        using auth::KeyedHash;
        const Secret key = KeyedHash(hash_, salted().view()).of("Client Key");
        const Secret signature = KeyedHash(hash_, auth::digest(hash_, key.view()).view()).of(messages());
        std::string proof(key.view());
        for (std::size_t i = 0; i != proof.size(); ++i)
            proof[i] = static_cast<char>(proof[i] ^ signature.view()[i]);
        return client_last == "c=biws,r=" + nonce_ + ",p=" + encode_base64(proof);
    }
    /// The last message that is right.
    [[nodiscard]] std::string last() const {
        using auth::KeyedHash;
        const Secret key = KeyedHash(hash_, salted().view()).of("Server Key");
        return "v=" + encode_base64(KeyedHash(hash_, key.view()).of(messages()).view());
    }

private:
    [[nodiscard]] Secret salted() const {
        auth::SaltedPassword salted(hash_, "pencil", "salt", static_cast<std::uint32_t>(std::stoul(iterations)));
        salted.work(UINT32_MAX);
        return salted.result();
    }
    /// AuthMessage of RFC 5802.
    [[nodiscard]] std::string messages() const { return bare_ + "," + first_ + ",c=biws,r=" + nonce_; }

    auth::Hash hash_;
    std::string bare_;
    std::string nonce_;
    std::string first_;
};

}  // namespace mqtts::test
