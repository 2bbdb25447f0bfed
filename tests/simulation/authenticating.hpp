// SPDX-License-Identifier: Apache-2.0
// What a seed decides about enhanced authentication: the method, and what the broker does wrong in an exchange. Its
// misdeeds are faults of the plan: Fault::Kind::mislead, with a Misdeed as amount. Fault::Kind::ask_again lets the
// broker ask for a re-authentication.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/settings.hpp"

namespace mqtts::simulation {

struct Fault;
struct Plan;

struct Authenticating {
    enum class Method : std::uint8_t { none, sha_1, sha_256, token };

    Method method = Method::none;
    std::uint32_t iterations = 1;  // of a SCRAM method
};

/// What the broker does in the exchange that CONNECT begins, or in each re-authentication of the connection.
enum class Misdeed : std::uint8_t {
    refuses_method,     // instead of a challenge
    refuses,            // instead of its proof
    skips_challenge,    // it accepts at once
    proves_nothing,     // it accepts without its proof
    proves_wrongly,     // … with a wrong one
    accepts_and_fails,  // … with the error of SCRAM instead of a proof
    changes_nonce,      // its challenge does not extend our nonce
    forgets_salt,       // … has no salt
    wants_extension,    // … asks for what nobody has
    wants_work,         // … asks for more iterations than are allowed
    changes_method,     // … is of another method
    says_nothing,       // … is empty
    challenges_again,   // instead of its proof
    turns_round,        // it answers with the Reason Code that only the client may give
    finishes_early,     // it accepts with AUTH before CONNACK; later, without an exchange
    hangs_up,           // instead of a challenge
    hangs_up_late,      // instead of its proof
    falls_silent,       // the same, without an end
    proves_in_auth,     // its proof is a challenge, which is allowed
};
constexpr std::uint32_t misdeeds = static_cast<std::uint32_t>(Misdeed::proves_in_auth) + 1;

[[nodiscard]] std::string_view to_text(Misdeed misdeed) noexcept;
/// Does the fault belong to re-authentications, not to the exchange that CONNECT begins?
[[nodiscard]] bool is_of_reauthentication(const Fault& fault) noexcept;

/// Draws it for a plan that is complete otherwise, and adapts the plan where it is on.
void draw_authenticating(Plan& plan);
/// A line, or nothing.
[[nodiscard]] std::string to_text(const Authenticating& authenticating);
/// As Authentication Method.
[[nodiscard]] std::string_view name(Authenticating::Method method) noexcept;
/// Lets a client use the method.
void apply(const Authenticating& authenticating, client::Settings& settings);

}  // namespace mqtts::simulation
