// SPDX-License-Identifier: Apache-2.0
// A command line: elements behind the first byte, each ended by NUL. Whatever it is, it gives settings or a sentence.
//
// The first byte chooses the program.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parse.hpp"
#include "text/escape.hpp"

using namespace mqtts;
using cli::Command;

namespace {

std::vector<std::string> elements_of(std::string_view text) {
    std::vector<std::string> elements{"mqtts"};
    while (!text.empty()) {
        elements.emplace_back(text.substr(0, text.find('\0')));
        text.remove_prefix(std::min(elements.back().size() + 1, text.size()));
    }
    return elements;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    auto elements = elements_of({reinterpret_cast<const char*>(data) + 1, size - 1});
    std::vector<char*> argv;
    for (std::string& element : elements)
        argv.push_back(element.data());
    argv.push_back(nullptr);
    const Command command = data[0] % 2 == 0 ? Command::publish : Command::subscribe;
    const auto no_variables = [](const char*) -> const char* { return nullptr; };
    const auto settings = cli::parse(command, static_cast<int>(elements.size()), argv.data(), no_variables);
    if (settings) return 0;
    const std::string text = one_line(settings.error());
    if (exit_status(settings.error().code) != 2 || settings.error().cause.empty() || escape(text) != text) std::abort();
    return 0;
}
