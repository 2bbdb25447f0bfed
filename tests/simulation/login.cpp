// SPDX-License-Identifier: Apache-2.0
#include "simulation/login.hpp"

#include <fmt/format.h>

#include <utility>

namespace mqtts::simulation {

using wire::ReasonCode;
using What = Login::Answer::What;

Login::Login(Network& network, unsigned client)
    : network_(network),
      client_(client),
      with_(network.plan.authenticating),
      scram_(auth::scram_hash(name(with_.method)).value_or(auth::Hash::sha256)) {}

void Login::broken(const char* what) {
    network_.witness.broken(Invariant::authentication, fmt::format("client {} {}", client_, what));
}

// What the broker says. An error is what the client must call it.

Login::Answer Login::challenge(std::string data, Errc error) {
    step_ = error == Errc::ok ? Step::challenged : Step::silent;
    return {.what = What::challenge,
            .data = std::move(data),
            .method = method(),
            .status = error == Errc::ok ? 0 : exit_status(error)};
}

Login::Answer Login::accept(std::string data, Errc error) {
    step_ = Step::idle;
    return {.what = What::accept,
            .data = std::move(data),
            .method = method(),
            .reason_code = ReasonCode::success,
            .status = error == Errc::ok ? 0 : exit_status(error)};
}

Login::Answer Login::refuse(ReasonCode reason_code) {
    step_ = Step::silent;
    return {.what = What::refuse, .reason_code = reason_code, .status = exit_status(Errc::refused)};
}

Login::Answer Login::hang_up() {
    step_ = Step::silent;
    return {.what = What::hang_up};
}

// The exchange

Login::Answer Login::begin(std::string_view data, std::optional<Misdeed> misdeed) {
    misdeed_ = misdeed;
    if (misdeed) network_.trace.note(client_, fmt::format("the broker {}", to_text(*misdeed)));
    if (misdeed == Misdeed::refuses_method) return refuse(ReasonCode::bad_authentication_method);
    if (misdeed == Misdeed::hangs_up) return hang_up();
    if (misdeed == Misdeed::changes_method) {
        Answer answer = challenge(std::string(data), Errc::protocol_error);
        answer.method = "OTHER";
        return answer;
    }
    return with_.method == Authenticating::Method::token ? begin_token(data) : begin_scram(data);
}

Login::Answer Login::begin_token(std::string_view data) {
    if (data != "token") broken("sends another token");
    switch (misdeed_.value_or(Misdeed::proves_in_auth)) {
        case Misdeed::refuses:
            return refuse(ReasonCode::not_authorized);
        case Misdeed::hangs_up_late:
            return hang_up();
        case Misdeed::falls_silent:
            step_ = Step::silent;
            return {};
        case Misdeed::changes_nonce:
        case Misdeed::forgets_salt:
        case Misdeed::wants_extension:
        case Misdeed::wants_work:
        case Misdeed::says_nothing:
        case Misdeed::challenges_again:
            return challenge("more", Errc::authentication_unsupported);
        default:
            return accept("");
    }
}

Login::Answer Login::begin_scram(std::string_view data) {
    if (!data.starts_with("n,,n=user,r=") || data.size() != 12 + 24) broken("begins SCRAM in another way");
    scram_.iterations = std::to_string(with_.iterations);
    const std::string first = scram_.first(data);
    switch (misdeed_.value_or(Misdeed::proves_in_auth)) {
        case Misdeed::skips_challenge:
            return accept("", Errc::server_unproven);
        case Misdeed::changes_nonce:
            return challenge("r=x,s=c2FsdA==,i=1", Errc::protocol_error);
        case Misdeed::forgets_salt:
            return challenge(first.substr(0, first.find(",s=")) + ",i=1", Errc::protocol_error);
        case Misdeed::wants_extension:
            return challenge("m=more," + first, Errc::authentication_unsupported);
        case Misdeed::wants_work:
            return challenge(first + "0000000000", Errc::authentication_unsupported);
        case Misdeed::says_nothing:
            return challenge("", Errc::protocol_error);
        default:
            return challenge(first);
    }
}

Login::Answer Login::go_on(std::string_view data) {
    if (step_ == Step::proved) {
        if (!data.empty()) broken("answers the proof of the broker with data");
        return misdeed_ == Misdeed::challenges_again ? challenge("x=y", Errc::protocol_error) : accept("");
    }
    if (!scram_.believes(data)) broken("does not prove that it knows the password");
    switch (misdeed_.value_or(Misdeed::refuses_method)) {
        case Misdeed::refuses:
            return refuse(ReasonCode::not_authorized);
        case Misdeed::proves_nothing:
            return accept("", Errc::server_unproven);
        case Misdeed::proves_wrongly:
            return accept("v=AAAA", Errc::server_unproven);
        case Misdeed::accepts_and_fails:
            return accept("e=invalid-proof", Errc::bad_credentials);
        case Misdeed::hangs_up_late:
            return hang_up();
        case Misdeed::falls_silent:
            step_ = Step::silent;
            return {};
        case Misdeed::challenges_again:
        case Misdeed::proves_in_auth: {
            Answer answer = challenge(scram_.last());
            step_ = Step::proved;
            return answer;
        }
        default:
            return accept(scram_.last());
    }
}

}  // namespace mqtts::simulation
