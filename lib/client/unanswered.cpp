// SPDX-License-Identifier: Apache-2.0
#include "client/unanswered.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/joined.hpp"
#include "client/retry.hpp"
#include "text/greeting.hpp"

namespace mqtts::client {

namespace {

/// Can a server's packet begin with this byte? Its lower half is 0, except in PUBREL and PUBLISH [MQTT-2.1.3-1].
bool begins_packet(char byte) noexcept {
    constexpr std::string_view others = "\x20\x40\x50\x62\x70\x90\xB0\xD0\xE0\xF0";
    return (byte & '\xF0') == '\x30' || others.find(byte) != others.npos;
}

bool is_tls(std::string_view bytes) noexcept {
    return bytes.size() >= 2 && (bytes[0] == 21 || bytes[0] == 22) && bytes[1] == 3;
}

/// Joins hints to one; leaves out empty ones.
std::string any_of(std::vector<std::string> hints) {
    std::erase(hints, "");
    return joined(hints, ", or ");
}

std::string check_credentials(const Unanswered& sent) {
    return sent.credentials ? "check --username and --pw" : "";
}

/// Is this a reset? A server that closes the connection before it has read everything resets it.
bool is_reset(const Failure& loss) {
    return loss.code == Errc::connection_lost &&
           (loss.cause.ends_with("connection reset by peer") || loss.cause.ends_with("broken pipe"));
}

}  // namespace

Failure hung_up_on(const Unanswered& sent, std::string_view server, const Failure& loss) {
    if (is_about_certificate(loss.code))
        return {loss.code, loss.cause, any_of({loss.hint, check_credentials(sent), sent.version}), loss.about};
    const bool is_close = loss.code == Errc::connection_truncated || is_reset(loss);
    std::string text = is_close ? fmt::format("{} closed the connection", server) : loss.cause;
    text += " before CONNACK";
    if (sent.accepted_before) return {loss.code, text + "; perhaps it is a proxy whose broker is down"};
    text += fmt::format(
        "; perhaps the broker refuses the client identifier{}, a policy forbids the connection, or it is a proxy whose "
        "broker is down",
        sent.will ? ", the user or the Will Message" : " or the user");
    const std::string check =
        sent.credentials ? "check -i, --username and --pw" : "check -i, or give --username and --pw";
    return {loss.code, std::move(text), any_of({check, sent.certificate, sent.version})};
}

Failure silent_on(const Unanswered& sent, Failure timeout) {
    if (sent.accepted_before) return timeout;
    timeout.cause +=
        sent.websocket ? "; the WebSocket was opened, but then nothing came: perhaps the broker behind it hangs"
                       : "; the TLS handshake succeeded, but then nothing came: perhaps the broker behind it hangs, or "
                         "the port speaks another protocol";
    const std::string websocket = sent.websocket ? "" : "give --ws if the port speaks MQTT over WebSocket";
    timeout.hint = any_of({websocket, check_credentials(sent), sent.certificate, sent.version});
    return timeout;
}

Failure silent_in(std::string_view phase, Failure timeout) {
    if (!phase.ends_with(" WebSocket")) return timeout;
    timeout.cause +=
        "; the TLS handshake succeeded, but then nothing came: perhaps the server behind it hangs, or the "
        "port speaks MQTT without WebSocket";
    timeout.hint = "leave out --ws or write mqtts:// if it speaks MQTT over TLS alone";
    return timeout;
}

Tongue tongue(std::string_view first_bytes) noexcept {
    if (first_bytes.empty()) return Tongue::unclear;
    if (is_tls(first_bytes) || !begins_packet(first_bytes.front())) return Tongue::other;
    if (name_protocol(first_bytes) == "LDAP") return Tongue::other;
    // An MQTT packet never begins with this many bytes of text: among them is a length, or that of a topic.
    const std::size_t text = greeting(first_bytes).size();
    if (text >= fewest_of_text) return Tongue::other;
    return text == first_bytes.size() ? Tongue::unclear : Tongue::mqtt;
}

Failure not_mqtt(std::string_view server, std::string_view first_bytes) {
    if (is_tls(first_bytes))
        return {Errc::not_mqtt,
                fmt::format("{} answers TLS inside TLS: the proxy that ends TLS there forwards to a port that expects "
                            "TLS, too",
                            server),
                "forward to the broker's port without TLS"};
    const std::string protocol = name_protocol(first_bytes);
    const char* const hint = protocol == "HTTP"
                                 ? "give --ws if the port speaks MQTT over WebSocket, or another port with -p"
                                 : "check the port (-p)";
    return {Errc::not_mqtt, fmt::format("{} answers {}, not MQTT", server, protocol), hint};
}

}  // namespace mqtts::client
