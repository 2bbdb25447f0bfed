// SPDX-License-Identifier: Apache-2.0
// The command lines of the benchmark's programs: names with values, in any order.
//
//     Arguments arguments(argc, argv);
//     const auto port = arguments.number("--port", 8883);
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mqtts::bench {

class Arguments {
public:
    Arguments(int count, char** values) : count_(count), values_(values) {}

    [[nodiscard]] bool has(std::string_view flag) const noexcept { return find(flag) < count_; }

    [[nodiscard]] std::string text(std::string_view name, std::string otherwise = {}) const {
        const int at = find(name) + 1;
        return at < count_ ? values_[at] : otherwise;
    }

    [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) const {
        const std::string value = text(name);
        if (value.empty()) return otherwise;
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc{} || *end != '\0') throw std::runtime_error(std::string(name) + ": not a number");
        return number;
    }

private:
    [[nodiscard]] int find(std::string_view name) const noexcept {
        int at = 1;
        while (at < count_ && values_[at] != name)
            ++at;
        return at;
    }

    int count_;
    char** values_;
};

}  // namespace mqtts::bench
