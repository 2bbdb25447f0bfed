// SPDX-License-Identifier: Apache-2.0
// SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, and neither sends it.
//
//     client                                      server
//     n,,n=user,r=NONCE                    ──►
//                                          ◄──    r=NONCE…,s=SALT,i=4096
//     c=biws,r=NONCE…,p=PROOF              ──►
//                                          ◄──    v=SIGNATURE, in CONNACK, or in one more AUTH
//
// There is no channel binding: "n,,". TLS has verified the server's certificate already.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/keyed_hash.hpp"
#include "auth/mechanism.hpp"
#include "auth/settings.hpp"

namespace mqtts::auth {

class Scram final : public Mechanism {
public:
    /// With fewer iterations, a stolen password file is broken sooner than RFC 7677 accepts: warning().
    static constexpr std::uint32_t fewest_iterations = 4096;
    /// With more, a server would only keep us busy: take() refuses them.
    static constexpr std::uint32_t most_iterations = 10'000'000;

    /// Precondition: is_prepared(user_name), is_prepared(password).
    Scram(Hash hash, std::string_view user_name, Secret password);

    [[nodiscard]] Secret first(std::string_view nonce) override;
    [[nodiscard]] Result<> take(std::string_view challenge) override;
    [[nodiscard]] std::optional<Secret> answer() override;
    [[nodiscard]] Result<> conclude(std::string_view data) override;
    [[nodiscard]] std::string warning() const override;

private:
    enum class Step : std::uint8_t {
        idle,
        began,  // our first message is on its way
        salting,
        proven,  // our proof is on its way
        sure,    // the server's signature is right
    };

    [[nodiscard]] Result<> take_first(std::string_view message);
    [[nodiscard]] Result<> verify(std::string_view message);
    [[nodiscard]] Secret prove();

    const Hash hash_;
    const std::string user_name_;  // =2C for a comma, =3D for =
    const Secret password_;
    Step step_ = Step::idle;
    std::string nonce_;     // ours; then with the server's behind it
    std::string messages_;  // AuthMessage of RFC 5802, as far as it exists
    std::string salt_;
    std::uint32_t iterations_ = 0;  // of salted_, with salt_
    std::unique_ptr<SaltedPassword> salting_;
    Secret salted_;  // kept for the next exchange; empty at first
    Secret server_signature_;
};

}  // namespace mqtts::auth
