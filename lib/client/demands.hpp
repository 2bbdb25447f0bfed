// SPDX-License-Identifier: Apache-2.0
// Which of the settings the user typed.
#pragma once

#include <string>

namespace mqtts::client {

/// See client/grants.hpp.
struct Demands {
    bool qos = false;             // of the subscriptions
    bool exactly_once = false;    // --state: a subscription of QoS 2 must be granted as such
    std::string session = {};     // the option that asks to keep the session; empty: no option does
    bool window = false;          // -M: Settings::send_window messages in flight
    std::string only_in_v5 = {};  // "--retain-handling is": options without effect before MQTT 5
};

}  // namespace mqtts::client
