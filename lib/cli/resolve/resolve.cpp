// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/resolve.hpp"

#include <optional>
#include <utility>

#include "cli/resolve/client.hpp"
#include "cli/resolve/diagnosis.hpp"
#include "cli/resolve/network.hpp"
#include "cli/resolve/publish.hpp"
#include "cli/resolve/session.hpp"
#include "cli/resolve/share.hpp"
#include "cli/resolve/subscribe.hpp"
#include "cli/resolve/tls.hpp"
#include "cli/resolve/version.hpp"

namespace mqtts::cli {

namespace {

/// Returns the first failure, the only one that the reader is told. Precondition: one of the outcomes failed.
template <class... Outcomes>
Failure first_of(const Outcomes&... outcomes) {
    std::optional<Failure> first;
    const auto look_at = [&](const auto& outcome) {
        if (!first && outcome.has_error()) first = outcome.error();
    };
    (look_at(outcomes), ...);
    return *std::move(first);
}

}  // namespace

Result<Settings> resolve(const Arguments& arguments) {
    auto diagnosis = resolve_diagnosis(arguments);
    const std::optional<Arguments> of_check =
        is_check(arguments) ? std::optional(about_the_connection(arguments)) : std::nullopt;
    const Arguments& typed = of_check ? *of_check : arguments;
    auto client = resolve_client(typed);
    auto tls = resolve_tls(typed);
    auto publish = resolve_publish(typed);
    auto subscribe = resolve_subscribe(typed);
    // The parts of the client's settings are resolved once more: the order decides which failure is told.
    if (!diagnosis || !client || !tls || !publish || !subscribe)
        return first_of(diagnosis, resolve_version(typed), resolve_client_identifier(typed), resolve_endpoints(typed),
                        tls, resolve_will(typed), publish, subscribe, client);
    return Settings{.client = *std::move(client),
                    .tls = *std::move(tls),
                    .prompt_password = typed.session.prompt_password,
                    .timeout = typed.timeout,
                    .publish = *std::move(publish),
                    .subscribe = *std::move(subscribe),
                    .diagnosis = *std::move(diagnosis),
                    .share = resolve_share(typed)};
}

}  // namespace mqtts::cli
