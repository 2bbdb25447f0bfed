// SPDX-License-Identifier: Apache-2.0
// The broker's side of enhanced authentication, on one connection (MQTT 5.0, section 4.12): what it answers, rightly or
// as a misdeed of the plan says, and whether the client's part of the exchange is right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulation/authenticating.hpp"
#include "simulation/network.hpp"
#include "support/scram_server.hpp"
#include "wire/reason_code.hpp"

namespace mqtts::simulation {

class Login {
public:
    Login(Network& network, unsigned client);

    /// Tells whether clients have to authenticate.
    [[nodiscard]] bool is_wanted() const noexcept { return with_.method != Authenticating::Method::none; }
    [[nodiscard]] std::string_view method() const noexcept { return name(with_.method); }

    struct Answer {
        enum class What : std::uint8_t { nothing, challenge, accept, refuse, hang_up };
        What what = What::nothing;
        std::string data{};
        std::string_view method{};
        wire::ReasonCode reason_code = wire::ReasonCode::continue_authentication;
        /// The client must end with this exit status, 0: it need not.
        int status = 0;
    };
    /// Answers the data of CONNECT, or of AUTH 0x19.
    [[nodiscard]] Answer begin(std::string_view data, std::optional<Misdeed> misdeed);
    /// Answers the data of AUTH 0x18.
    [[nodiscard]] Answer go_on(std::string_view data);

    [[nodiscard]] bool is_under_way() const noexcept { return step_ != Step::idle; }
    /// Tells whether AUTH 0x18 may come: a challenge has no answer.
    [[nodiscard]] bool is_challenged() const noexcept { return step_ == Step::challenged || step_ == Step::proved; }

private:
    enum class Step : std::uint8_t { idle, challenged, proved, silent };

    [[nodiscard]] Answer challenge(std::string data, Errc error = Errc::ok);
    [[nodiscard]] Answer accept(std::string data, Errc error = Errc::ok);
    [[nodiscard]] Answer refuse(wire::ReasonCode reason_code);
    [[nodiscard]] Answer hang_up();
    [[nodiscard]] Answer begin_scram(std::string_view data);
    [[nodiscard]] Answer begin_token(std::string_view data);
    void broken(const char* what);

    Network& network_;
    const unsigned client_;
    const Authenticating& with_;
    test::ScramServer scram_;
    Step step_ = Step::idle;
    std::optional<Misdeed> misdeed_;
};

}  // namespace mqtts::simulation
