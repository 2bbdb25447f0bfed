// SPDX-License-Identifier: Apache-2.0
// What of the settings was typed.
#pragma once

#include <string>

namespace mqtts::client {

/// See client/grants.hpp.
struct Demands {
    bool qos = false;             // of the subscriptions
    bool exactly_once = false;    // --state: a subscription of QoS 2 has to be one
    std::string session = {};     // the option that wants the session kept as long as it is asked for; empty: none
    bool window = false;          // -M: as many messages in flight as Settings::send_window says
    std::string only_in_v5 = {};  // "--retain-handling is": options without effect before MQTT 5; empty: none
};

}  // namespace mqtts::client
