// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/share.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/resolve/input.hpp"
#include "cli/resolve/typed.hpp"

namespace mqtts::cli {

namespace {

bool is_in_token(std::string_view path) {
    return path.starts_with("pkcs11:");
}

/// Returns the reason for a connection of one's own; empty: it may share one. The first that applies is told.
std::string_view obstacle(const Arguments& typed) {
    const PublishArguments& publish = typed.publish;
    const SessionArguments& session = typed.session;
    const std::pair<bool, std::string_view> reasons[] = {
        {is_check(typed), "--check is about a connection of its own"},
        {publish.response_topic.has_value(), "a request waits for its response"},
        {publish.spool.has_value(), "--spool has a session of its own"},
        {publish.replay.has_value(), "--replay publishes many messages"},
        {publish.source && holds_many(publish), "the input holds many messages"},
        {publish.repeat.value_or(1) != 1, "--repeat publishes many messages"},
        {publish.source == Source::whole_stdin, "the message is read from standard input"},
        {session.keep, "-c has a session of its own"},
        {session.will.topic_name.has_value(), "a Will Message belongs to one connection"},
        {session.prompt_password, "the password is asked for"},
        {session.authentication_method.has_value(), "--auth-method authenticates each run"},
        {typed.diagnosis.tls_report.has_value(), "--tls-report is about a connection of its own"},
        {!typed.tls.key_log_file.empty(), "the secrets of TLS are logged"},
        {is_in_token(typed.tls.certificate_file) || is_in_token(typed.tls.key_file), "the key is in a token"},
    };
    const auto* const found = std::ranges::find(reasons, true, &std::pair<bool, std::string_view>::first);
    return found == std::end(reasons) ? std::string_view() : found->second;
}

/// Does this one count? Only the last one does, unless the option is repeatable.
bool is_in_force(const Given& one, std::span<const Given> behind) {
    return one.option->repeatable || std::ranges::find(behind, one.option, &Given::option) == behind.end();
}

}  // namespace

ShareSettings resolve_share(const Arguments& arguments) {
    ShareSettings settings{.idle = arguments.share.idle, .ends_keeper = ends_keeper(arguments)};
    if (settings.idle && !settings.ends_keeper) settings.obstacle = obstacle(arguments);
    return settings;
}

bool is_shared(const Arguments& arguments) {
    return arguments.share.idle && !ends_keeper(arguments) && obstacle(arguments).empty();
}

std::vector<CountedOption> counted_options(std::span<const Given> given) {
    std::vector<CountedOption> counted;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Given& one = given[i];
        const Option& option = *one.option;
        if (option.counts == Counts::per_call || !is_in_force(one, given.subspan(i + 1))) continue;
        CountedOption next{
            .name = std::string(option.name), .is_file = option.counts == Counts::file_content, .values = one.values};
        if (option.part_that_counts != nullptr) {
            const std::vector<std::string_view> words(one.values.begin(), one.values.end());
            auto part = option.part_that_counts(words);
            if (!part) continue;
            next.values = {*std::move(part)};
        }
        counted.push_back(std::move(next));
    }
    return counted;
}

}  // namespace mqtts::cli
