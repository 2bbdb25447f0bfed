// SPDX-License-Identifier: Apache-2.0
// A command line to parse, in memory that may be overwritten as argv may, and in an environment of its own.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/parse.hpp"

namespace mqtts::test {

class CommandLine {
public:
    using Variables = std::map<std::string, std::string>;

    CommandLine(cli::Command command, const std::vector<std::string>& arguments, Variables variables = {})
        : command_(command), elements_{std::string(cli::program_name(command))}, variables_(std::move(variables)) {
        elements_.insert(elements_.end(), arguments.begin(), arguments.end());
    }

    Result<cli::Settings> parse() {
        std::vector<char*> argv;
        for (std::string& element : elements_)
            argv.push_back(element.data());
        argv.push_back(nullptr);
        const auto environment = [this](const char* name) {
            const auto found = variables_.find(name);
            return found != variables_.end() ? found->second.c_str() : nullptr;
        };
        return cli::parse(command_, static_cast<int>(elements_.size()), argv.data(), environment);
    }

    /// The arguments as they are in memory now.
    [[nodiscard]] std::vector<std::string> arguments() const { return {elements_.begin() + 1, elements_.end()}; }

private:
    cli::Command command_;
    std::vector<std::string> elements_;
    Variables variables_;
};

/// The settings of a command line that is in order.
inline cli::Settings settings(cli::Command command, std::initializer_list<std::string> arguments) {
    auto parsed = CommandLine(command, arguments).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}
inline cli::Settings publish(std::initializer_list<std::string> arguments) {
    return settings(cli::Command::publish, arguments);
}
inline cli::Settings subscribe(std::initializer_list<std::string> arguments) {
    return settings(cli::Command::subscribe, arguments);
}

/// What a command line that is not in order is answered.
inline std::string refusal(cli::Command command, std::initializer_list<std::string> arguments) {
    const auto parsed = CommandLine(command, arguments).parse();
    REQUIRE(parsed.has_error());
    CHECK(exit_status(parsed.error().code) == 2);
    return one_line(parsed.error());
}
inline std::string publish_refusal(std::initializer_list<std::string> arguments) {
    return refusal(cli::Command::publish, arguments);
}
inline std::string subscribe_refusal(std::initializer_list<std::string> arguments) {
    return refusal(cli::Command::subscribe, arguments);
}

}  // namespace mqtts::test
