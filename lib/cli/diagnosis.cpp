// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.hpp"

#include <optional>
#include <string_view>

namespace mqtts::cli {

Result<> check_diagnosis(Settings& settings) {
    if (!settings.diagnosis.check) {
        if (settings.diagnosis.check_topic.empty()) return {};
        return Failure(Errc::bad_option, "--check-topic is about a check: give --check, too");
    }
    if (!settings.subscribe.child_command.empty())
        return Failure(Errc::bad_option, "--check runs no command: leave -- and what follows it");
    settings.publish = {};
    settings.subscribe = {};
    settings.requested_subscriptions.clear();
    settings.qos = wire::Qos::at_most_once;
    settings.reconnect = {};
    // A check must neither take over nor discard the session of the client that it is about.
    settings.session.client_identifier.clear();
    settings.session.will.reset();
    settings.session_expiry_interval.reset();
    settings.keep_session = false;
    return {};
}

Log::Format log_format_in(std::span<char* const> elements) noexcept {
    constexpr std::string_view name = "--log-format";
    Log::Format format = Log::Format::text;
    bool is_value = false;
    for (std::string_view element : elements) {
        if (element == "--" && !is_value) break;
        const bool is_attached = element.starts_with(name) && element.substr(name.size()).starts_with('=');
        if (is_attached) element.remove_prefix(name.size() + 1);
        if (is_attached || is_value) format = element == "json" ? Log::Format::json : Log::Format::text;
        is_value = element == name;
    }
    return format;
}

}  // namespace mqtts::cli
