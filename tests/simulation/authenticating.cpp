// SPDX-License-Identifier: Apache-2.0
#include "simulation/authenticating.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"

namespace mqtts::simulation {

using Method = Authenticating::Method;

std::string_view to_text(Misdeed misdeed) noexcept {
    constexpr std::array<std::string_view, misdeeds> texts = {"refuses the method",   "refuses",
                                                              "skips the challenge",  "proves nothing",
                                                              "proves wrongly",       "accepts and fails",
                                                              "changes the nonce",    "forgets the salt",
                                                              "wants an extension",   "wants too much work",
                                                              "changes the method",   "challenges with nothing",
                                                              "challenges again",     "turns round",
                                                              "finishes early",       "hangs up",
                                                              "hangs up late",        "falls silent",
                                                              "proves itself in AUTH"};
    return texts[static_cast<std::size_t>(misdeed)];
}

bool is_of_reauthentication(const Fault& fault) noexcept {
    return fault.at != 0;
}

void draw_authenticating(Plan& plan) {
    Random random(plan.seed ^ 0x6175'7468);
    if (!random.one_in(12) || plan.keeping.on) return;
    Authenticating& to = plan.authenticating;
    to.method = random.of({Method::sha_1, Method::sha_256, Method::sha_256, Method::token});
    to.iterations = random.one_in(60) ? 12'000 : random.one_in(8) ? 4'096 : random.between(1, 50);
    plan.version = wire::ProtocolVersion::v5;
    plan.version_pinned = true;
    plan.old_broker = 0;
    plan.publishing.early = plan.subscribing.early = false;                    // [MQTT-3.1.2-30]
    if (plan.send_room != 0) plan.send_room = std::max(plan.send_room, 512U);  // or it takes too long
    const std::uint32_t clients = plan.subscribing.on ? 2 : 1;
    const auto add = [&](Fault::Kind kind, std::uint32_t at, std::uint32_t amount) {
        plan.faults.push_back({.kind = kind,
                               .client = static_cast<std::uint8_t>(random.below(clients)),
                               .connection = static_cast<std::uint8_t>(random.mostly_small(4)),
                               .at = at,
                               .amount = amount});
    };
    if (random.one_in(2))
        for (std::uint32_t count = random.between(1, 3); count != 0; --count)
            add(Fault::Kind::ask_again, random.mostly_small(30), 0);
    if (random.one_in(2))
        for (std::uint32_t count = random.between(1, 2); count != 0; --count)
            add(Fault::Kind::mislead, 0, random.below(misdeeds));
    if (!random.one_in(2)) return;
    add(Fault::Kind::ask_again, random.mostly_small(30), 0);
    plan.faults.push_back(plan.faults.back());
    plan.faults.back().kind = Fault::Kind::mislead;
    plan.faults.back().at = 1;
    plan.faults.back().amount = random.below(misdeeds);
}

std::string_view name(Method method) noexcept {
    constexpr std::array<std::string_view, 4> names = {"", "SCRAM-SHA-1", "SCRAM-SHA-256", "TOKEN"};
    return names[static_cast<std::size_t>(method)];
}

std::string to_text(const Authenticating& authenticating) {
    if (authenticating.method == Method::none) return {};
    return fmt::format("authenticates with {}, {} iterations\n", name(authenticating.method),
                       authenticating.iterations);
}

void apply(const Authenticating& authenticating, client::Settings& settings) {
    if (authenticating.method == Method::none) return;
    auth::Settings& with = settings.authentication;
    with.method = settings.session.authentication_method = name(authenticating.method);
    if (authenticating.method == Method::token) {
        with.data_file = "/dev/null";  // not a regular file, which would be watched
        with.data = Secret("token");
    } else {
        with.user_name = "user";
        with.password = Secret("pencil");
    }
}

}  // namespace mqtts::simulation
