// SPDX-License-Identifier: Apache-2.0
#include "cli/error_forms.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace mqtts::cli {

namespace {

/// The option of an element that may have a value, and the part of the value that is attached to it.
struct Written {
    const Option* option = nullptr;  // nullptr: it is unknown, or has no value
    std::optional<std::string_view> attached;
};

Written read_element(Command command, std::string_view element) noexcept {
    if (element.starts_with("--")) {
        const std::size_t equals = std::min(element.find('='), element.size());
        Written written{.option = find(command, element.substr(2, equals - 2)), .attached = {}};
        if (equals < element.size()) written.attached = element.substr(equals + 1);
        return written;
    }
    if (!element.starts_with('-')) return {};
    for (std::size_t i = 1; i < element.size(); ++i) {
        const Option* const option = find(command, element[i]);
        if (option == nullptr) return {};
        if (option->is_switch()) continue;
        Written written{.option = option, .attached = {}};
        if (i + 1 < element.size()) written.attached = element.substr(i + 1);
        return written;
    }
    return {};
}

}  // namespace

ErrorForms error_forms(Command command, std::span<char* const> elements) noexcept {
    ErrorForms forms;
    for (std::size_t next = 1; next < elements.size();) {
        const std::string_view element = elements[next++];
        if (element == "--") break;
        const Written written = read_element(command, element);
        if (written.option == nullptr) continue;
        const Option& option = *written.option;
        std::array<std::string_view, 8> words;  // more than any option has
        std::size_t count = 0;
        if (written.attached) words[count++] = *written.attached;
        const auto lacks_one = [&] { return count < word_count(option, Values(words.data(), count)); };
        while (lacks_one() && count < words.size() && next < elements.size())
            words[count++] = elements[next++];
        const bool is_json = count != 0 && words.front() == "json";
        if (option.name == "log-format") forms.log = is_json ? Log::Format::json : Log::Format::text;
        if (option.name == "check") forms.json_report = is_json;
    }
    return forms;
}

}  // namespace mqtts::cli
