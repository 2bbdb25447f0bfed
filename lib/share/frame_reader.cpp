// SPDX-License-Identifier: Apache-2.0
#include "share/frame_reader.hpp"

#include <algorithm>
#include <utility>

#include "share/fields.hpp"
#include "share/identity.hpp"

namespace mqtts::share {

namespace {

constexpr std::string_view magic = "mqtts/";
constexpr std::size_t before_version = 6 + 2 + 1;  // magic, protocol, length
constexpr std::size_t header_size = 4 + 1;         // length, type

static_assert(magic.size() == 6);

}  // namespace

std::optional<ReadState> FrameReader::end(ReadState state) noexcept {
    step_ = Step::over;
    outcome_ = state;
    return state;
}

/// Collects the first `size` bytes of something. Returns false when bytes are still missing.
bool FrameReader::collect(std::string_view& bytes, std::size_t size) {
    const std::string_view part = bytes.substr(0, size - std::min(size, collected_.size()));
    collected_.append(part);
    bytes.remove_prefix(part.size());
    return collected_.size() >= size;
}

std::optional<ReadState> FrameReader::read_greeting(std::string_view& bytes) {
    const bool has_length = collect(bytes, before_version);
    const std::string_view begun = collected_.readable();
    if (begun.substr(0, magic.size()) != magic.substr(0, std::min(begun.size(), magic.size())))
        return end(ReadState::malformed);
    if (!has_length) return ReadState::more;
    const std::size_t length = static_cast<unsigned char>(begun[before_version - 1]);
    if (!collect(bytes, before_version + length)) return ReadState::more;
    FieldReader fields(collected_.readable().substr(magic.size()));
    const std::uint64_t protocol = fields.number(2);
    other_version_ = collected_.readable().substr(before_version);
    collected_.clear();
    if (protocol != protocol_version || other_version_ != program_version_) return end(ReadState::other_version);
    step_ = Step::header;
    return std::nullopt;
}

std::optional<ReadState> FrameReader::read_header(std::string_view& bytes) {
    if (!collect(bytes, header_size)) return ReadState::more;
    FieldReader fields(collected_.readable());
    const auto length = static_cast<std::size_t>(fields.number(4));
    type_ = static_cast<FrameType>(fields.number(1));
    collected_.clear();
    if (length == 0) return end(ReadState::malformed);
    left_ = length - 1;
    if (type_ == FrameType::identity) return begin_identity();
    if (length > largest_frame) return end(ReadState::malformed);
    step_ = Step::body;
    return std::nullopt;
}

std::optional<ReadState> FrameReader::begin_identity() {
    if (!own_identity_ || left_ > Identity::limit || identity_ != Comparison::not_begun)
        return end(ReadState::malformed);
    identity_ = left_ == own_identity_->size() ? Comparison::begun : Comparison::different;
    step_ = Step::identity;
    return std::nullopt;
}

/// Compares what has come with our own. The rest of a different one is skipped.
std::optional<ReadState> FrameReader::read_identity(std::string_view& bytes) {
    const std::string_view part = bytes.substr(0, left_);
    if (identity_ == Comparison::begun && part != own_identity_->substr(compared_, part.size()))
        identity_ = Comparison::different;
    compared_ += part.size();
    left_ -= part.size();
    bytes.remove_prefix(part.size());
    if (left_ != 0) return ReadState::more;
    if (identity_ == Comparison::begun) identity_ = Comparison::same;
    step_ = Step::header;
    return std::nullopt;
}

/// Refers to a body that has come as a whole; a part of one is collected.
std::optional<ReadState> FrameReader::read_body(std::string_view& bytes) {
    if (collected_.empty() && bytes.size() >= left_) {
        body_ = bytes.substr(0, left_);
        bytes.remove_prefix(left_);
    } else if (collect(bytes, left_)) {
        body_ = collected_.readable();
    } else {
        return ReadState::more;
    }
    step_ = Step::header;
    return ReadState::frame;
}

void FrameReader::forget() noexcept {
    body_ = {};
    collected_ = Buffer();
}

ReadState FrameReader::read(std::string_view& bytes) {
    if (!body_.empty()) forget();
    std::optional<ReadState> state;
    while (!state) {
        switch (step_) {
            case Step::greeting:
                state = read_greeting(bytes);
                break;
            case Step::header:
                state = read_header(bytes);
                break;
            case Step::identity:
                state = read_identity(bytes);
                break;
            case Step::body:
                state = read_body(bytes);
                break;
            case Step::over:
                state = outcome_;
                break;
        }
    }
    return *state;
}

namespace {

/// Reads a frame and decodes it into `meaning`.
template <class Meaning, class Decode>
ReadState read_and_decode(FrameReader& frames, std::string_view& bytes, Meaning& meaning, bool& is_malformed,
                          Decode decode) {
    if (is_malformed) return ReadState::malformed;
    const ReadState state = frames.read(bytes);
    if (state != ReadState::frame) return state;
    auto decoded = decode(frames.type(), frames.body());
    is_malformed = !decoded;
    if (is_malformed) return ReadState::malformed;
    meaning = std::move(*decoded);
    return ReadState::frame;
}

}  // namespace

ReadState RequestReader::read(std::string_view& bytes) {
    return read_and_decode(frames_, bytes, request_, is_malformed_, decode_request);
}

ReadState ReplyReader::read(std::string_view& bytes) {
    return read_and_decode(frames_, bytes, reply_, is_malformed_, decode_reply);
}

}  // namespace mqtts::share
