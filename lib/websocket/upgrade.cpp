// SPDX-License-Identifier: Apache-2.0
#include "websocket/upgrade.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/escape.hpp"

namespace mqtts::websocket {

namespace {

constexpr std::string_view end_of_line = "\r\n";
constexpr std::string_view end_of_header = "\r\n\r\n";
constexpr std::string_view http = "HTTP/1.";

std::string random_key() {
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL has no random numbers");
    return encode_base64({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

/// Writes the value of Host: an IPv6 address has brackets and no zone; the port of https is left out.
std::string host_header(const net::Endpoint& endpoint) {
    const std::string host = endpoint.host.find(':') == std::string::npos
                                 ? endpoint.host
                                 : fmt::format("[{}]", endpoint.host.substr(0, endpoint.host.find('%')));
    return endpoint.port == 443 ? host : fmt::format("{}:{}", host, endpoint.port);
}

bool equal_without_case(std::string_view left, std::string_view right) {
    return lower_case(left) == lower_case(right);
}

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Removes the part before `separator` from the front and returns it.
std::string_view next_part(std::string_view& text, std::string_view separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + separator.size(), text.size()));
    return part;
}

/// Returns all values of a header field, joined by commas as in RFC 9110. Empty: there is no such field.
std::string field(std::string_view header, std::string_view name) {
    std::string values;
    while (!header.empty()) {
        std::string_view line = next_part(header, end_of_line);
        if (!equal_without_case(next_part(line, ":"), name)) continue;
        if (!values.empty()) values += ",";
        values += trim(line);
    }
    return values;
}

bool lists(std::string_view values, std::string_view token) {
    while (!values.empty())
        if (equal_without_case(trim(next_part(values, ",")), token)) return true;
    return false;
}

/// Can a response begin with these bytes?
bool could_be_http(std::string_view bytes) {
    return bytes.substr(0, http.size()) == http.substr(0, bytes.size());
}

}  // namespace

std::string accept_for(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-1");
    return encode_base64({reinterpret_cast<const char*>(digest), size});
}

Upgrade::Upgrade(const net::Endpoint& endpoint, std::string advice)
    : path_(endpoint.websocket->path), advice_(std::move(advice)), key_(random_key()) {
    request_ = fmt::format(
        "GET {} HTTP/1.1\r\n"
        "Host: {}\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n",  // [MQTT-6.0.0-3]
        path_, host_header(endpoint), key_);
    for (const std::string& line : endpoint.websocket->headers)
        request_ += line + "\r\n";
    request_ += end_of_line;
}

Status Upgrade::fail(Errc error, std::string cause, std::string hint) {
    failure_ = Failure(error, std::move(cause), std::move(hint));
    return Status::failed;
}

Failure Upgrade::unanswered() {
    return {Errc::server_unavailable, "the server closed the connection when asked for a WebSocket",
            "leave out --ws or write mqtts:// if it speaks MQTT over TLS alone"};
}

Status Upgrade::read(Buffer& incoming) {
    const std::string_view bytes = incoming.readable();
    if (!could_be_http(bytes))
        return fail(Errc::protocol_error, "the server does not speak WebSocket here: its answer is not HTTP");
    const std::size_t end = bytes.substr(0, largest_response).find(end_of_header);
    if (end == bytes.npos && bytes.size() < largest_response) return Status::would_block;
    if (end == bytes.npos)
        return fail(Errc::protocol_error,
                    fmt::format("the server answered the WebSocket request with a header of more than {} bytes",
                                largest_response));
    const Status status = judge(bytes.substr(0, end));
    if (status == Status::ok) incoming.consume(end + end_of_header.size());
    return status;
}

Status Upgrade::judge(std::string_view response) {
    std::string_view header = response;
    std::string_view line = next_part(header, end_of_line);
    next_part(line, " ");
    if (!line.starts_with("101")) return refuse(line, header);

    const auto broken = [&](std::string_view what) {
        return fail(Errc::protocol_error, fmt::format("the server broke the WebSocket upgrade: {}", what));
    };
    if (!equal_without_case(field(header, "Upgrade"), "websocket")) return broken("it upgraded to something else");
    if (!lists(field(header, "Connection"), "upgrade")) return broken("its answer has no Connection: upgrade");
    if (field(header, "Sec-WebSocket-Accept") != accept_for(key_))
        return broken("its answer does not match this request (Sec-WebSocket-Accept)");
    if (const std::string chosen = field(header, "Sec-WebSocket-Protocol"); chosen != "mqtt")  // [MQTT-6.0.0-4]
        return broken(chosen.empty() ? "it did not agree to speak MQTT (Sec-WebSocket-Protocol)"
                                     : fmt::format("it speaks '{}', not 'mqtt'", escape(chosen)));
    if (!field(header, "Sec-WebSocket-Extensions").empty())
        return broken("it uses extensions that were not requested (Sec-WebSocket-Extensions)");
    return Status::ok;
}

/// `status`: "404 Not Found".
Status Upgrade::refuse(std::string_view status, std::string_view header) {
    const std::string answer = fmt::format("the server answered {} to the WebSocket request for {}",
                                           escape(trim(status.substr(0, 80))), path_);
    const std::string_view code = status.substr(0, 3);
    if (code == "401" || code == "403" || code == "407")
        return fail(Errc::not_authorized, answer,
                    fmt::format("give the header that it requires with --ws-header{}{}", advice_.empty() ? "" : ", or ",
                                advice_));
    if (code == "502" || code == "503" || code == "504")
        return fail(Errc::server_unavailable, answer, "check that the broker behind it is running");
    if (code == "429" || code == "500") return fail(Errc::server_unavailable, answer);
    if (const std::string location = field(header, "Location"); code.starts_with("3") && !location.empty())
        return fail(Errc::refused, fmt::format("{}, and redirects to {}", answer, escape(location.substr(0, 200))),
                    "connect there yourself: redirects are not followed");
    const bool is_about_certificate = code == "400" || code == "495" || code == "496";  // nginx sends them
    if (is_about_certificate && !advice_.empty()) return fail(Errc::refused, answer, advice_);
    if (code == "400" || code == "426") return fail(Errc::refused, answer);
    return fail(Errc::refused, answer, "give the right path with --ws-path");
}

}  // namespace mqtts::websocket
