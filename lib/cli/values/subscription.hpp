// SPDX-License-Identifier: Apache-2.0
// What is asked of a subscription: with --subscribe for one Topic Filter, by options of their own for all of them.
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

/// "qos=1,no-local,retain-as-published,retain-handling=new", any of them; empty: none.
[[nodiscard]] Result<SubscriptionOptions> parse_subscription_options(std::string_view text);

/// What the subscription does not say itself is as it is for all.
[[nodiscard]] session::SubscriptionSettings complete(const RequestedSubscription& requested,
                                                     const SubscriptionOptions& for_all);

/// "--retain-handling is": what of this a server without MQTT 5 takes no notice of. Empty: nothing; that it sends
/// retained messages always is what it does anyway, and they may be skipped here.
[[nodiscard]] std::string options_only_in_v5(const SubscriptionOptions& for_all,
                                             const std::vector<RequestedSubscription>& requested, bool skips_retained);

}  // namespace mqtts::cli
