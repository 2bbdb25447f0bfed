// SPDX-License-Identifier: Apache-2.0
// The other side of SCRAM-SHA-256, for user "user" with password "pencil".
#pragma once

#include <string>
#include <string_view>

#include "auth/keyed_hash.hpp"
#include "text/base64.hpp"

namespace mqtts::test {

class ScramServer {
public:
    std::string iterations = "4096";

    /// Answers the client's first message.
    [[nodiscard]] std::string first(std::string_view client_first) {
        bare_ = client_first.substr(3);  // behind "n,,"
        nonce_ = bare_.substr(bare_.find(",r=") + 3) + "server";
        first_ = "r=" + nonce_ + ",s=" + encode_base64("salt") + ",i=" + iterations;
        return first_;
    }
    /// The last message that is right.
    [[nodiscard]] std::string last() const {
        using auth::KeyedHash;
        constexpr auto hash = auth::Hash::sha256;
        auth::SaltedPassword salted(hash, "pencil", "salt", static_cast<std::uint32_t>(std::stoul(iterations)));
        salted.work(UINT32_MAX);
        const Secret key = KeyedHash(hash, salted.result().view()).of("Server Key");
        const Secret signature = KeyedHash(hash, key.view()).of(bare_ + "," + first_ + ",c=biws,r=" + nonce_);
        return "v=" + encode_base64(signature.view());
    }

private:
    std::string bare_;
    std::string nonce_;
    std::string first_;
};

}  // namespace mqtts::test
