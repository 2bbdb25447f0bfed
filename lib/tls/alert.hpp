// SPDX-License-Identifier: Apache-2.0
// Names TLS alerts.
#pragma once

#include <string>

namespace mqtts::tls {

inline constexpr int alert_no_certificate = 41;  // left over from SSL 3.0, and still sent

/// Returns "TLS alert \"unknown CA\"".
[[nodiscard]] std::string quote_alert(int alert);

}  // namespace mqtts::tls
