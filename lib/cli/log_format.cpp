// SPDX-License-Identifier: Apache-2.0
#include "cli/log_format.hpp"

#include <string_view>

namespace mqtts::cli {

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

bool wants_json_report(std::span<char* const> elements) noexcept {
    constexpr std::string_view name = "--check";
    bool wanted = false;
    for (const std::string_view element : elements) {
        if (element == "--") break;
        if (element == name || element.starts_with("--check=")) wanted = element.substr(name.size()) == "=json";
    }
    return wanted;
}

}  // namespace mqtts::cli
