// SPDX-License-Identifier: Apache-2.0
#include "support/exec_strings.hpp"

#include <string_view>

#include "os/os.hpp"

namespace mqtts::test {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& string : strings)
        result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& additions) {
    std::vector<std::string> result = additions;
    for (char** entry = os::environment(); *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::string_view name = text.substr(0, text.find('=') + 1);
        bool replaced = false;
        for (const std::string& addition : additions)
            replaced |= addition.starts_with(name);
        if (!replaced) result.emplace_back(text);
    }
    return result;
}

}  // namespace mqtts::test
