// SPDX-License-Identifier: Apache-2.0
// Reads what the other end sends, in whatever pieces it comes.
//
// Of an identity it keeps nothing: it compares the bytes with its own as they come. So secrets are nowhere but in the
// memory that they were received into, and a caller costs the keeper at most one frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "share/frame.hpp"

namespace mqtts::share {

enum class ReadState : std::uint8_t {
    more,           // everything was taken: it needs more bytes
    frame,          // a frame is complete
    other_version,  // the other end has another version: it is not trusted, and nothing more is read
    malformed,      // it says what no end of this version says: nothing more is read
};

/// Reads the greeting and finds the frames. RequestReader and ReplyReader know what the frames say.
class FrameReader {
public:
    /// `program_version`: what the greeting must have. `identity`: what the identity must be; nothing: none may come.
    /// Both views must live as long as the reader.
    FrameReader(std::string_view program_version, std::optional<std::string_view> identity) noexcept
        : program_version_(program_version), own_identity_(identity) {}

    /// Takes bytes from the front of `bytes`, until a frame is complete or none are left.
    [[nodiscard]] ReadState read(std::string_view& bytes);

    /// Frees the memory of the complete frame.
    void forget() noexcept;

    /// Of the complete frame. The view is valid until the next read() or forget(), and as long as the bytes that were
    /// read.
    [[nodiscard]] FrameType type() const noexcept { return type_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

    /// Tells whether an identity has come, and is ours, byte for byte.
    [[nodiscard]] bool has_our_identity() const noexcept { return identity_ == Comparison::same; }
    /// Tells whether something else than our identity is coming or has come: nothing is gained by reading on.
    [[nodiscard]] bool has_other_identity() const noexcept { return identity_ == Comparison::different; }
    /// Returns the version that the other end has; empty: it has not told.
    [[nodiscard]] std::string_view other_version() const noexcept { return other_version_; }

private:
    enum class Step : std::uint8_t { greeting, header, identity, body, over };
    enum class Comparison : std::uint8_t { not_begun, begun, same, different };

    bool collect(std::string_view& bytes, std::size_t size);
    std::optional<ReadState> read_greeting(std::string_view& bytes);
    std::optional<ReadState> read_header(std::string_view& bytes);
    std::optional<ReadState> read_identity(std::string_view& bytes);
    std::optional<ReadState> read_body(std::string_view& bytes);
    std::optional<ReadState> begin_identity();
    std::optional<ReadState> end(ReadState state) noexcept;

    std::string_view program_version_;
    std::optional<std::string_view> own_identity_;
    Step step_ = Step::greeting;
    ReadState outcome_ = ReadState::malformed;  // of Step::over
    Comparison identity_ = Comparison::not_begun;
    std::size_t compared_ = 0;
    std::size_t left_ = 0;  // of the body or the identity, without what was collected
    Buffer collected_;      // a greeting, a header or a body of which only a part has come
    FrameType type_{};
    std::string_view body_;
    std::string other_version_;
};

/// The keeper's: one for each caller.
class RequestReader {
public:
    RequestReader(std::string_view program_version, std::string_view identity) noexcept
        : frames_(program_version, identity) {}

    /// Returns ReadState::frame for each request; request() is valid until the next read(), and as long as the bytes.
    [[nodiscard]] ReadState read(std::string_view& bytes);
    [[nodiscard]] const Request& request() const noexcept { return request_; }
    /// Frees the memory that the request is in.
    void forget() noexcept { frames_.forget(); }
    /// See FrameReader. Serve a publish only if the identity is ours.
    [[nodiscard]] bool has_our_identity() const noexcept { return frames_.has_our_identity(); }
    [[nodiscard]] bool has_other_identity() const noexcept { return frames_.has_other_identity(); }

private:
    FrameReader frames_;
    Request request_;
    bool is_malformed_ = false;
};

/// The caller's.
class ReplyReader {
public:
    explicit ReplyReader(std::string_view program_version) noexcept : frames_(program_version, std::nullopt) {}

    /// Returns ReadState::frame for each reply; reply() is valid until the next read(), and as long as the bytes.
    [[nodiscard]] ReadState read(std::string_view& bytes);
    [[nodiscard]] const Reply& reply() const noexcept { return reply_; }
    [[nodiscard]] std::string_view other_version() const noexcept { return frames_.other_version(); }

private:
    FrameReader frames_;
    Reply reply_;
    bool is_malformed_ = false;
};

}  // namespace mqtts::share
