// SPDX-License-Identifier: Apache-2.0
// A configuration file. A value read from one can be written into another, and is the same value there.
//
// The first byte chooses the program.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/config_file.hpp"
#include "text/escape.hpp"

using namespace mqtts;
using cli::Command;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

std::string line_of(const cli::Given& given) {
    std::string line = "--" + std::string(given.option->name);
    for (const std::string& value : given.values)
        line += " " + cli::file_value(value);
    return line;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Command command = data[0] % 2 == 0 ? Command::publish : Command::subscribe;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto given = cli::parse_config(command, "fuzz", text);
    if (!given) {
        const std::string told = one_line(given.error());
        require(told.starts_with("fuzz: line ") && escape(told) == told);
        return 0;
    }
    for (const cli::Given& one : *given) {
        const auto again = cli::parse_config(command, "again", line_of(one));
        require(again && again->size() == 1);
        require(again->front().option == one.option && again->front().values == one.values);
    }
    return 0;
}
