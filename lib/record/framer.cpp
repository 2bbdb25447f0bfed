// SPDX-License-Identifier: Apache-2.0
#include "record/framer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mqtts::record {

namespace {

constexpr std::size_t length_size = 4;

}  // namespace

Framer::Framer(Framing framing, std::size_t maximum_message_size, std::string delimiter)
    : framing_(framing),
      maximum_(maximum_message_size),
      delimiter_(std::move(delimiter)),
      single_delimiter_(framing == Framing::delimited && delimiter_.size() == 1) {}

std::span<std::string_view> Framer::next(std::span<std::string_view> messages, Errc& error) {
    error = Errc::ok;
    std::size_t count = 0;
    if (single_delimiter_ && !skipping_) count = next_delimited(messages).size();
    if (count != 0) return messages.first(count);  // nearly always
    while (count != messages.size()) {
        const auto message = next_with_care(error);
        if (!message) break;
        messages[count++] = *message;
    }
    if (count != 0) error = Errc::ok;  // it is told again when its turn comes
    return messages.first(count);
}

/// Returns messages that are complete and short enough; next_with_care() handles all others.
std::span<std::string_view> Framer::next_delimited(std::span<std::string_view> messages) noexcept {
    std::string_view bytes = input_.readable();
    std::size_t count = 0;
    while (count != messages.size() && searched_ < bytes.size()) {
        const void* const found = std::memchr(bytes.data() + searched_, delimiter_.front(), bytes.size() - searched_);
        if (found == nullptr) {
            searched_ = bytes.size();
            break;
        }
        const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        if (size > maximum_) break;
        messages[count++] = bytes.substr(0, size);
        bytes.remove_prefix(size + 1);
        searched_ = 0;
    }
    input_.consume(input_.size() - bytes.size());
    number_ += count;
    return messages.first(count);
}

std::optional<std::string_view> Framer::next_with_care(Errc& error) {
    error = Errc::ok;
    if (skipping_ && !finish_skipping()) return std::nullopt;
    Extent message{.size = input_.size()};
    if (framing_ == Framing::delimited) message = find_delimiter();
    if (framing_ == Framing::length) message = read_length();
    if (message.size > maximum_) {
        error = Errc::message_too_large;
        return refuse();
    }
    if (!message.complete) return std::nullopt;
    return hand_out(message.size);
}

std::optional<std::string_view> Framer::last(Errc& error) {
    if (const auto message = next(error); message || error != Errc::ok) return message;
    const bool nothing_left = framing_ == Framing::whole ? number_ != 0 : input_.empty() || skipping_;
    if (nothing_left) return std::nullopt;
    if (framing_ == Framing::length) error = Errc::bad_record;
    if (input_.size() > maximum_) error = Errc::message_too_large;
    if (error != Errc::ok) return refuse();
    return hand_out(input_.size());
}

std::nullopt_t Framer::refuse() noexcept {
    if (!std::exchange(refused_, true)) ++number_;
    return std::nullopt;
}

void Framer::skip() noexcept {
    skipping_ = true;
    refused_ = false;
    if (framing_ == Framing::length)
        to_skip_ = input_.size() < length_size ? input_.size() : length_size + read_length().size;
}

/// Skips more of the message at the front; returns true when all of it has come.
bool Framer::finish_skipping() {
    std::size_t count = std::min(to_skip_, input_.size());
    if (framing_ == Framing::delimited) {
        const auto [size, complete] = find_delimiter();
        count = complete ? size + delimiter_.size() : size;
        skipping_ = !complete;
    } else {
        to_skip_ -= count;
        skipping_ = to_skip_ != 0;
    }
    input_.consume(count);
    searched_ = 0;
    return !skipping_;
}

Framer::Extent Framer::find_delimiter() {
    const std::string_view bytes = input_.readable();
    std::size_t found = bytes.npos;
    if (delimiter_.size() != 1) {
        found = bytes.find(delimiter_, searched_);
    } else if (searched_ < bytes.size()) {
        const void* at = std::memchr(bytes.data() + searched_, delimiter_.front(), bytes.size() - searched_);
        if (at != nullptr) found = static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
    }
    if (found != bytes.npos) return {.size = found, .complete = true};
    // The last bytes may be the beginning of the delimiter.
    searched_ = bytes.size() - std::min(bytes.size(), delimiter_.size() - 1);
    return {.size = searched_};
}

Framer::Extent Framer::read_length() const noexcept {
    const std::string_view bytes = input_.readable();
    if (bytes.size() < length_size) return {};
    std::size_t size = 0;
    for (const char byte : bytes.substr(0, length_size))
        size = size << 8 | static_cast<unsigned char>(byte);
    return {.size = size, .complete = bytes.size() - length_size >= size};
}

std::string_view Framer::hand_out(std::size_t size) noexcept {
    const std::size_t before = framing_ == Framing::length ? length_size : 0;
    const std::string_view bytes = input_.readable();
    const std::size_t after = framing_ == Framing::delimited ? std::min(delimiter_.size(), bytes.size() - size) : 0;
    input_.consume(before + size + after);
    searched_ = 0;
    ++number_;
    return bytes.substr(before, size);
}

}  // namespace mqtts::record
