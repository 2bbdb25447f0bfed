// Cuts a stream of bytes into messages.
//
// Views into the input: next() hands out messages until it needs more bytes, and a message stays valid until bytes are
// added. Bytes already searched are not searched again, so a line that arrives in many pieces costs its length once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"

namespace mqtts::stream {

enum class Framing {
    line,   // '\n' ends a message and is not part of it; a '\r' before it is
    whole,  // all of the input is one message
};

class Framer {
public:
    Framer(Framing framing, std::size_t maximum_message_size);

    /// To append what was read.
    [[nodiscard]] Buffer& input() noexcept { return input_; }

    /// The next message. Nothing, with `error` ok: more bytes are needed. message_too_large: the message is longer than
    /// allowed, said as soon as that is certain.
    [[nodiscard]] std::optional<std::string_view> next(Errc& error);

    /// The input has ended: what next() would still have handed out, then the rest as the last message, then nothing.
    /// A last line without '\n' counts; whole input counts even when it is empty.
    [[nodiscard]] std::optional<std::string_view> last(Errc& error);

    /// The number of the message handed out last, from 1: its line.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

private:
    std::string_view hand_out(std::size_t size, std::size_t delimiter) noexcept;

    Buffer input_;
    Framing framing_;
    std::size_t maximum_;
    std::size_t searched_ = 0;  // of input_, without finding a delimiter
    std::uint64_t number_ = 0;
};

}  // namespace mqtts::stream
