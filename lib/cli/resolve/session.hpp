// SPDX-License-Identifier: Apache-2.0
// The session in the broker, and the Will Message.
#pragma once

#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// Returns the client identifier, or an empty one if the broker is to choose it. If none is given, a spool and the file
/// of --state have one of their own. MQTT 3.1 requires one from the client.
[[nodiscard]] Result<std::string> resolve_client_identifier(const Arguments& arguments);

/// Returns the Will Message, or nothing without a topic.
[[nodiscard]] Result<std::optional<session::WillSettings>> resolve_will(const Arguments& arguments);

/// Makes all settings of the session, with the two above.
[[nodiscard]] Result<session::Settings> resolve_session(const Arguments& arguments);

}  // namespace mqtts::cli
