// SPDX-License-Identifier: Apache-2.0
// The options of a subscription: --subscribe gives them for one Topic Filter, options of their own for all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

struct SubscriptionOptions {
    std::optional<wire::Qos> qos;
    std::optional<wire::RetainHandling> retain_handling;
    bool no_local = false;
    bool retain_as_published = false;
};

struct RequestedSubscription {
    std::string topic_filter;
    SubscriptionOptions options{};
};

/// Reads any of "qos=1,no-local,retain-as-published,retain-handling=new", or an empty text.
[[nodiscard]] Result<SubscriptionOptions> parse_subscription_options(std::string_view text);

/// Adds to a subscription the options that it leaves open and that are given for all.
[[nodiscard]] session::SubscriptionSettings complete(const RequestedSubscription& requested,
                                                     const SubscriptionOptions& for_all);

/// Names the options that a server without MQTT 5 ignores, for a sentence: "--retain-handling is". Empty: none. Such a
/// server always sends retained messages, so it is right about that value, and they may be skipped here.
[[nodiscard]] std::string options_only_in_v5(const SubscriptionOptions& for_all,
                                             const std::vector<RequestedSubscription>& requested, bool skips_retained);

}  // namespace mqtts::cli
