// SPDX-License-Identifier: Apache-2.0
// The commands that handle messages, --exec and --on, and the subscriptions whose messages they handle.
//
// Each Topic Filter of --on has a Subscription Identifier of its own, and those of --exec share one: so each message of
// MQTT 5 tells which commands it is for. Two filters have the same identifier exactly if the same commands handle them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "command/settings.hpp"

namespace mqtts::cli {

/// Refuses options that contradict the commands, and options of commands without one.
[[nodiscard]] Result<> check_commands(const Arguments& arguments);

/// Precondition: check_commands().
[[nodiscard]] command::Settings resolve_commands(const Arguments& arguments);

/// Lists the subscriptions of -t, --subscribe and -L, and behind them those of --on: each of their Topic Filters is
/// there once, with the options that --subscribe may give for it.
[[nodiscard]] std::vector<RequestedSubscription> requested_subscriptions(const Arguments& arguments);

/// Returns the Subscription Identifier of a Topic Filter; 0: it has no identifier, without --on or before MQTT 5.
[[nodiscard]] std::uint32_t subscription_identifier(const Arguments& arguments, std::string_view topic_filter);

/// Returns how many messages the broker may send before the first is acknowledged; 0: any number. With commands it is
/// one more than run at once, so that the next one is there; otherwise it is -C.
[[nodiscard]] std::uint64_t messages_ahead(const Arguments& arguments) noexcept;

}  // namespace mqtts::cli
