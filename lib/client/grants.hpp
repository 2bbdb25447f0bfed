// SPDX-License-Identifier: Apache-2.0
// Compares what the server granted with what the user typed: a promise that depends on a grant is not broken in
// silence.
//
//   typed              depends on                               less is
//   -q of mqtts-sub    QoS in SUBACK                            a warning; at QoS 2 with --state an error
//   -x, -c, --state,   Session Expiry Interval in CONNACK       a warning
//   --spool at QoS 2
//   -M                 Receive Maximum in CONNACK               a warning
//   --retain-…         MQTT 5                                   a warning
//
// Grants that the user did not ask for, as Server Keep Alive, are told under -d. Limits that forbid something are not
// handled here: they are errors, before anything is sent (session/limits.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "client/demands.hpp"
#include "client/subscriptions.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Grants {
public:
    /// `log` must outlive it.
    Grants(Demands demands, const Log& log) : demands_(std::move(demands)), log_(log) {}

    /// Looks at CONNACK. Gives each warning once.
    void connected(const session::Session& session, std::string_view server);
    /// Looks at the granted subscriptions. Fails if QoS 2 was promised and not granted.
    [[nodiscard]] Result<> subscribed(const std::vector<LesserGrant>& lesser);

private:
    void check_session(const session::Session& session);
    void check_window(const session::Session& session);
    void tell(bool typed, std::string text);

    Demands demands_;
    const Log& log_;
    std::vector<std::string> told_;
};

}  // namespace mqtts::client
