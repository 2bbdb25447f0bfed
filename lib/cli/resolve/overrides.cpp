// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/overrides.hpp"

#include <algorithm>
#include <optional>

#include "cli/values/uri.hpp"

namespace mqtts::cli {

namespace {

/// Options that set the same thing in two ways: the later one counts.
constexpr std::string_view alternatives[][2] = {
    {"response-topic", "request"}, {"ipv4", "ipv6"},         {"pw", "pw-file"},
    {"pw", "pw-prompt"},           {"pw-file", "pw-prompt"}, {"key-pass", "key-pass-file"},
};

/// Does this URL set what the option sets? A URL without a port sets that of its scheme.
bool says(const Given& url, std::string_view option, Command command) {
    const std::optional<WrittenUrl> written = take_apart(url.values.front());
    if (option == "host" || option == "port") return true;
    if (option == "topic") return command == Command::publish && !written->path.empty();
    if (option == "username") return written->user_name.has_value();
    return (option == "pw" || option == "pw-file" || option == "pw-prompt") && written->password.has_value();
}

bool overrides(const Given& later, std::string_view earlier, Command command) {
    if (later.option->name == "url") return says(later, earlier, command);
    return std::ranges::any_of(alternatives, [&](const auto& pair) {
        return (pair[0] == earlier && pair[1] == later.option->name) ||
               (pair[1] == earlier && pair[0] == later.option->name);
    });
}

}  // namespace

const Given* overriding(std::span<const Given> behind, std::string_view option, Command command) {
    const auto found =
        std::ranges::find_if(behind, [&](const Given& later) { return overrides(later, option, command); });
    return found == behind.end() ? nullptr : &*found;
}

}  // namespace mqtts::cli
