// SPDX-License-Identifier: Apache-2.0
// Cuts a stream of bytes into messages.
//
// The messages are views into the input: next() returns messages until it needs more bytes, and a message stays valid
// until bytes are added. Bytes already searched are not searched again, so a line that arrives in many pieces costs its
// length once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "record/settings.hpp"

namespace mqtts::record {

class Framer {
public:
    /// Precondition: the delimiter is not empty.
    Framer(Framing framing, std::size_t maximum_message_size, std::string delimiter = "\n");
    explicit Framer(const FramingSettings& settings)
        : Framer(settings.framing, settings.maximum_message_size, settings.delimiter) {}

    /// Returns the buffer to append input to.
    [[nodiscard]] Buffer& input() noexcept { return input_; }

    [[nodiscard]] std::size_t maximum_message_size() const noexcept { return maximum_; }

    /// Returns the next message. Nothing, with `error` ok: more bytes are needed. message_too_large: the message is
    /// longer than allowed; told as soon as that is certain, and again until skip().
    [[nodiscard]] std::optional<std::string_view> next(Errc& error) {
        std::string_view message;
        return next({&message, 1}, error).empty() ? std::nullopt : std::optional(message);
    }
    /// Returns the next messages, as many as are complete and `messages` has room for. Empty: as above.
    [[nodiscard]] std::span<std::string_view> next(std::span<std::string_view> messages, Errc& error);

    /// Returns, at the end of the input, what next() would return, then the rest as the last message, then nothing. A
    /// last message without its delimiter counts; whole input counts even when it is empty. bad_record: the input ended
    /// before the length was reached.
    [[nodiscard]] std::optional<std::string_view> last(Errc& error);

    /// Skips the message of the last error, and keeps as little of it as possible. Precondition: others may follow, so
    /// this is not Framing::whole.
    void skip() noexcept;

    /// Returns the number of the last message returned, refused or skipped, from 1: its line.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

private:
    [[nodiscard]] std::span<std::string_view> next_delimited(std::span<std::string_view> messages) noexcept;
    [[nodiscard]] std::optional<std::string_view> next_with_care(Errc& error);
    /// The message at the front, as far as it is known.
    struct Extent {
        std::size_t size = 0;
        bool complete = false;
    };
    [[nodiscard]] Extent find_delimiter();
    [[nodiscard]] Extent read_length() const noexcept;
    [[nodiscard]] bool finish_skipping();
    std::nullopt_t refuse() noexcept;
    /// Returns the message, without moving bytes: the view stays valid when they are consumed.
    std::string_view hand_out(std::size_t size) noexcept;

    Buffer input_;
    Framing framing_;
    std::size_t maximum_;
    std::string delimiter_;
    bool single_delimiter_;     // of one byte
    std::size_t searched_ = 0;  // of input_, without finding a delimiter
    std::size_t to_skip_ = 0;   // bytes of a message with a length that are still to be skipped
    bool skipping_ = false;
    bool refused_ = false;  // the message at the front was counted already
    std::uint64_t number_ = 0;
};

}  // namespace mqtts::record
