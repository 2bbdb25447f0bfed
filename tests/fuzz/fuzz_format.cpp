// SPDX-License-Identifier: Apache-2.0
// A format of -F, and a message printed with it. What a terminal gets holds nothing that it would obey.
//
// The format ends at the first NUL, the Topic Name at the second; the rest is the payload.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/formatter.hpp"
#include "json/text.hpp"
#include "log/log.hpp"
#include "text/escape.hpp"
#include "text/utf8.hpp"

using namespace mqtts;
using format::Reader;

namespace {

std::string_view take_until_nul(std::string_view& rest) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    return text;
}

std::string printed(std::string_view format, const wire::Publish& message, Reader reader) {
    const Log log("fuzz", Log::Level::quiet);
    Gather out;
    const format::Settings settings{.end_of_line = false, .format = std::string(format)};
    format::Formatter(settings, log, reader).format(out, message, {});
    std::string text;
    for (; !out.empty(); out.consume(out.readable().size()))
        text += out.readable();
    return text;
}

/// Without what the format itself may ask for: an escape, or a time, which knows newlines and tabs.
bool is_harmless(std::string_view format) {
    return format.find_first_of("\\@") == format.npos && escape(format) == format;
}

bool is_safe(std::string text, std::string_view allowed) {
    std::erase_if(text, [&](char character) { return allowed.find(character) != allowed.npos; });
    return escape(text) == text;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view format = take_until_nul(rest);
    const auto compiled = format::compile(format);
    if (!compiled) {
        if (compiled.error().cause.empty() || !is_safe(one_line(compiled.error()), "")) std::abort();
        return 0;
    }
    const std::string_view text = take_until_nul(rest);
    if (!is_utf8(text)) return 0;  // the codec lets none of it through
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::user_property, text, text);
    properties.add(wire::PropertyIdentifier::content_type, text);
    properties.add(wire::PropertyIdentifier::correlation_data, rest);
    const wire::Publish message{.topic_name = text, .payload = rest, .properties = properties.view()};
    (void)printed(format, message, Reader::program);
    const std::string terminal = printed(format, message, Reader::terminal);
    const std::string line = printed(format, message, Reader::single_line);
    if (is_harmless(format) && !(is_safe(terminal, "\n\t") && is_safe(line, "\t"))) std::abort();
    return 0;
}
