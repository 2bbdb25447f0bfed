// SPDX-License-Identifier: Apache-2.0
// Who we are to the broker, what it keeps of us, and what it says when we fail.
#pragma once

#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// Empty: the broker chooses one. A spool has one of its own, if none is given, and so has what --state names. MQTT 3.1
/// wants one from the client.
[[nodiscard]] Outcome<std::string> resolve_client_identifier(const Arguments& arguments);

/// The Will Message; without a topic there is none.
[[nodiscard]] Outcome<std::optional<session::WillSettings>> resolve_will(const Arguments& arguments);

/// The whole of it, the two above included.
[[nodiscard]] Outcome<session::Settings> resolve_session(const Arguments& arguments);

}  // namespace mqtts::cli
