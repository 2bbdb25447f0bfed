// SPDX-License-Identifier: Apache-2.0
// A hostile end of the socket that callers and a keeper share: its greeting, then its frames.
//
// The first byte: bit 0 for what a keeper sends, otherwise it is a caller; bit 1 leaves out the greeting, which is
// right then; the rest and one is how many bytes come at a time. Whatever comes in pieces says what it says as a whole.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "share/frame_reader.hpp"

using namespace mqtts;
using namespace mqtts::share;

namespace {

constexpr std::string_view version = "1";
constexpr std::string_view identity = "id";

bool encode_again(Buffer& to, const Publish& publish) {
    return encode(to, publish);
}
template <class Content>
bool encode_again(Buffer& to, const Content& content) {
    encode(to, content);
    return to.size() <= 4 + largest_frame;
}

/// What was read can be written, and is the same when it is read again: nothing in it was out of bounds.
std::string rewritten(const auto& meaning) {
    Buffer to;
    if (!std::visit([&](const auto& one) { return encode_again(to, one); }, meaning)) std::abort();
    return std::string(to.readable());
}

struct Outcome {
    std::string frames;
    ReadState state = ReadState::more;

    bool operator==(const Outcome&) const = default;
};

template <class Reader>
Outcome read_all(Reader reader, const std::string& sent, std::size_t step, const auto& meaning_of) {
    Outcome outcome;
    for (std::size_t at = 0; at < sent.size() && outcome.state == ReadState::more; at += step) {
        const std::string piece = sent.substr(at, step);  // of its own, so that a view beyond it is noticed
        std::string_view bytes = piece;
        while ((outcome.state = reader.read(bytes)) == ReadState::frame)
            outcome.frames += rewritten(meaning_of(reader));
        if (outcome.state == ReadState::more && !bytes.empty()) std::abort();
    }
    return outcome;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    Buffer greeting;
    if ((choice & 2U) != 0) encode_greeting(greeting, version);
    const std::string sent =
        std::string(greeting.readable()) + std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto read = [&](std::size_t step) {
        if ((choice & 1U) != 0)
            return read_all(ReplyReader(version), sent, step, [](const auto& reader) { return reader.reply(); });
        return read_all(RequestReader(version, identity), sent, step,
                        [](const auto& reader) { return reader.request(); });
    };
    if (read(choice / 4 + 1) != read(sent.size() + 1)) std::abort();
    return 0;
}
