#include "stream/framer.hpp"

#include <cstring>

namespace mqtts::stream {

Framer::Framer(Framing framing, std::size_t maximum_message_size) : framing_(framing), maximum_(maximum_message_size) {}

std::optional<std::string_view> Framer::next(Errc& error) {
    const std::string_view bytes = input_.readable();
    std::size_t size = bytes.size();  // of the message, as far as it is known
    bool complete = false;
    if (framing_ == Framing::line && searched_ < bytes.size()) {
        const void* newline = std::memchr(bytes.data() + searched_, '\n', bytes.size() - searched_);
        if (newline != nullptr) {
            size = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
            complete = true;
        }
    }
    error = size > maximum_ ? Errc::message_too_large : Errc::ok;
    if (error == Errc::ok && complete) return hand_out(size, 1);
    searched_ = size;
    return std::nullopt;
}

std::optional<std::string_view> Framer::last(Errc& error) {
    if (const auto message = next(error); message || error != Errc::ok) return message;
    const bool nothing_left = framing_ == Framing::line || number_ != 0;
    if (input_.empty() && nothing_left) return std::nullopt;
    return hand_out(input_.size(), 0);
}

std::string_view Framer::hand_out(std::size_t size, std::size_t delimiter) noexcept {
    const std::string_view message = input_.readable().substr(0, size);
    input_.consume(size + delimiter);  // moves nothing: the view outlives it
    searched_ = 0;
    ++number_;
    return message;
}

}  // namespace mqtts::stream
