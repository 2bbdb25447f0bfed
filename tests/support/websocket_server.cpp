// SPDX-License-Identifier: Apache-2.0
#include "support/websocket_server.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace mqtts::test {

namespace {

std::string big_endian(std::size_t number, std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t i = bytes; i-- > 0; number >>= 8)
        text[i] = static_cast<char>(number & 0xFF);
    return text;
}

std::size_t number(std::string_view big_endian) {
    std::size_t value = 0;
    for (const char byte : big_endian)
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

std::string accept_for(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {encoded.begin(), encoded.begin() + length};
}

}  // namespace

std::string server_frame(unsigned first_byte, std::string_view payload) {
    const std::size_t size = payload.size();
    std::string frame(1, static_cast<char>(first_byte));
    if (size < 126) {
        frame += static_cast<char>(size);
    } else {
        frame += size <= 0xFFFF ? "\x7E" + big_endian(size, 2) : "\x7F" + big_endian(size, 8);
    }
    return frame.append(payload);
}

std::optional<ClientFrame> take_client_frame(std::string& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto second = static_cast<unsigned char>(bytes[1]);
    if ((second & 0x80) == 0) throw std::runtime_error("a frame of a client that is not masked");
    const unsigned in_short = second & 0x7F;
    const std::size_t more = in_short == 127 ? 8 : in_short == 126 ? 2 : 0;
    const std::size_t header = 2 + more + 4;
    if (bytes.size() < header) return std::nullopt;
    const std::size_t length = more == 0 ? in_short : number(std::string_view(bytes).substr(2, more));
    if (bytes.size() < header + length) return std::nullopt;
    ClientFrame frame{.first_byte = static_cast<unsigned char>(bytes[0]),
                      .mask = bytes.substr(2 + more, 4),
                      .payload = bytes.substr(header, length)};
    for (std::size_t i = 0; i < length; ++i)
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ frame.mask[i % 4]);
    bytes.erase(0, header + length);
    return frame;
}

std::string request_field(std::string_view request, std::string_view name) {
    const std::string line = "\r\n" + std::string(name) + ": ";
    const std::size_t begin = request.find(line);
    if (begin == request.npos) return {};
    const std::string_view value = request.substr(begin + line.size());
    return std::string(value.substr(0, value.find("\r\n")));
}

std::string upgrade_response(std::string_view request) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           accept_for(request_field(request, "Sec-WebSocket-Key")) + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
}

bool MqttConnection::upgrade() {
    while (received_.find("\r\n\r\n") == received_.npos) {
        const std::string more = connection_.read();
        if (more.empty()) return false;
        received_ += more;
    }
    request_ = std::exchange(received_, {});
    return connection_.write(upgrade_response(request_));
}

std::string MqttConnection::read() {
    if (!std::exchange(started_, true)) {
        received_ = connection_.read();
        if (!received_.starts_with("GET ")) return std::exchange(received_, {});
        if (!upgrade()) return {};
    }
    if (request_.empty()) return connection_.read();
    for (;;) {
        while (const auto frame = take_client_frame(received_)) {
            close_received_ = frame->first_byte == (final_frame | close_frame);
            if (frame->first_byte == (final_frame | binary_frame)) return frame->payload;
        }
        const std::string more = connection_.read();
        if (more.empty()) return {};
        received_ += more;
    }
}

bool MqttConnection::write(std::string_view bytes) {
    return request_.empty() ? connection_.write(bytes) : connection_.write(server_message(bytes));
}

bool MqttConnection::write_frame(unsigned first_byte, std::string_view payload) {
    return connection_.write(server_frame(first_byte, payload));
}

void MqttConnection::close() {
    if (!request_.empty()) write_frame(final_frame | close_frame, "\x03\xE8");
    connection_.close();
}

bool MqttConnection::client_closed() const noexcept {
    return connection_.client_closed() && (request_.empty() || close_received_);
}

}  // namespace mqtts::test
