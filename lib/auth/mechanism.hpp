// SPDX-License-Identifier: Apache-2.0
// One method of enhanced authentication, without the packets around it (MQTT 5.0, section 4.12).
//
//     first() ──► CONNECT, or AUTH 0x19
//     AUTH 0x18 ──► take(), answer() ──► AUTH 0x18      as often as the method wants
//     CONNACK, or AUTH 0x00 ──► conclude()              only now is the server what it claims to be
//
// A mechanism outlives exchanges: the next first() begins a new one. Failures say what the server did, in a cause that
// follows its name: "sent a SCRAM message without a salt (s=)".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/settings.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::auth {

class Mechanism {
public:
    Mechanism(const Mechanism&) = delete;
    Mechanism& operator=(const Mechanism&) = delete;
    virtual ~Mechanism() = default;

    /// Begins an exchange and returns its first data. `nonce`: printable ASCII without a comma that nobody can guess,
    /// and that was never used before; see make_nonce().
    [[nodiscard]] virtual Secret first(std::string_view nonce) = 0;
    /// Takes a challenge of the server. Then call answer() until it returns something.
    [[nodiscard]] virtual Result<> take(std::string_view challenge) = 0;
    /// Works on the answer for some milliseconds at most; nothing: there is more to do.
    [[nodiscard]] virtual std::optional<Secret> answer() = 0;
    /// Takes the data with which the server has accepted us; empty: it sent none. Fails with server_unproven if the
    /// method lets the server prove who it is, and it has not.
    [[nodiscard]] virtual Result<> conclude(std::string_view data) = 0;

    /// Returns a sentence about what people should know about this exchange; empty: nothing.
    [[nodiscard]] virtual std::string warning() const { return {}; }

    /// Tells whether new_data() can ever be true.
    [[nodiscard]] virtual bool watches() const noexcept { return false; }
    /// Looks whether there is new data since the last first(), which would send it. Data that is still changing counts
    /// at the next look. Fails with unusable_password_file.
    [[nodiscard]] virtual Result<bool> new_data() { return false; }

protected:
    Mechanism() = default;
};

/// Makes the mechanism of the settings. Precondition: there is a method.
[[nodiscard]] std::unique_ptr<Mechanism> make_mechanism(const Settings& settings);

/// Makes a nonce of 144 random bits.
[[nodiscard]] std::string make_nonce();

}  // namespace mqtts::auth
