// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "cli/config_file.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view hidden = "(hidden)";

/// Writes a value, and hides the part of it that is secret.
std::string shown(std::string_view value, std::string_view secret) {
    const std::less<> before;
    const bool inside = !before(secret.data(), value.data()) && before(secret.data(), value.data() + value.size());
    if (secret.empty() || !inside) return file_value(value);
    const auto begin = static_cast<std::size_t>(secret.data() - value.data());
    std::string text(value.substr(0, begin));
    text += hidden;
    text += value.substr(begin + secret.size());
    return file_value(text);
}

/// Writes "--host broker.example".
std::string setting(const Given& given) {
    std::string text = fmt::format("--{}", given.option->name);
    const std::vector<std::string_view> values(given.values.begin(), given.values.end());
    const std::string_view secret = given.option->secret != nullptr ? given.option->secret(values) : "";
    for (const std::string_view value : values)
        text += " " + shown(value, secret);
    return text;
}

/// Lists the options in the order of the table. If only the last one counts, it lists only that.
std::vector<const Given*> in_force(std::span<const Given> given) {
    std::vector<const Given*> result;
    for (const Option& option : options()) {
        const std::size_t begin = result.size();
        for (const Given& one : given)
            if (one.option == &option) result.push_back(&one);
        if (!option.repeatable && result.size() > begin)
            result.erase(result.begin() + static_cast<std::ptrdiff_t>(begin), result.end() - 1);
    }
    return result;
}

}  // namespace

std::string explain(std::span<const Given> given) {
    std::size_t width = 0;
    std::vector<std::pair<std::string, std::string_view>> lines;
    for (const Given* one : in_force(given)) {
        lines.emplace_back(setting(*one), one->source);
        width = std::max(width, lines.back().first.size());
    }
    std::string text;
    for (const auto& [left, source] : lines)
        text += fmt::format("{:{}}  {}\n", left, width, source);
    return text;
}

}  // namespace mqtts::cli
