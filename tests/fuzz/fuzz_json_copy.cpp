// SPDX-License-Identifier: Apache-2.0
// A payload printed as JSON (%J). What is taken for JSON stays JSON, and the same, however it is laid out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "json/copy.hpp"

using namespace mqtts;
using json::Escapes;

namespace {

std::optional<std::string> copied(std::string_view text, json::Style style) {
    Buffer out;
    json::Writer writer(out, style);
    if (!json::copy(writer, text)) return std::nullopt;
    return std::string(out.readable());
}

bool has_control(std::string_view text) {
    for (const char character : text)
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) return true;
    return false;
}

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto compact = copied(text, {});
    const auto pretty = copied(text, {.pretty = true});
    require(compact.has_value() == pretty.has_value());
    if (!compact) return 0;
    require(compact->size() <= size);
    require(copied(*compact, {}) == compact);
    require(copied(*pretty, {}) == compact);
    const auto for_terminal = copied(text, {.escapes = Escapes::all_controls});
    require(for_terminal && !has_control(*for_terminal));
    return 0;
}
