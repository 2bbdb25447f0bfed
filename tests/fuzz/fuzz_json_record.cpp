// SPDX-License-Identifier: Apache-2.0
// A line of --input json. What is taken for a message can be printed as one, and is the same message then. Its time is
// read as --replay does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/json_message.hpp"
#include "log/log.hpp"
#include "record/json_record.hpp"

using namespace mqtts;

namespace {

std::string printed(const wire::Publish& message) {
    const Log log("fuzz", Log::Level::quiet);
    Buffer out;
    format::JsonMessage({}, log).append(out, message, format::JsonMessage::Payload::string, {});
    return std::string(out.readable());
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    record::JsonRecord record;
    wire::Publish message;
    if (!record.read(text, message)) return 0;
    static_cast<void>(record.time_stamp());
    const std::string first = printed(message);
    record::JsonRecord second_record;
    wire::Publish second;
    if (!second_record.read(first, second) || printed(second) != first) std::abort();
    if (!second_record.time_stamp()) std::abort();
    return 0;
}
