// SPDX-License-Identifier: Apache-2.0
#include "client/unanswered.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/joined.hpp"
#include "client/retry.hpp"
#include "text/greeting.hpp"

namespace mqtts::client {

namespace {

/// May a server's packet begin so? The rest of the byte is 0 but for PUBREL and PUBLISH [MQTT-2.1.3-1].
bool begins_packet(char byte) noexcept {
    constexpr std::string_view others = "\x20\x40\x50\x62\x70\x90\xB0\xD0\xE0\xF0";
    return (byte & '\xF0') == '\x30' || others.find(byte) != others.npos;
}

bool is_tls(std::string_view bytes) noexcept {
    return bytes.size() >= 2 && (bytes[0] == 21 || bytes[0] == 22) && bytes[1] == 3;
}

std::string cures(const Unanswered& sent) {
    std::vector<std::string> cures;
    if (sent.credentials) cures.emplace_back("check --username and --pw");
    if (!sent.certificate.empty()) cures.push_back(sent.certificate);
    if (!sent.version.empty()) cures.push_back(sent.version);
    return joined(cures, ", or ");
}

/// A server that hangs up with something unread resets the connection.
bool is_reset(const Failure& loss) {
    return loss.code == Errc::connection_lost &&
           (loss.what.ends_with("connection reset by peer") || loss.what.ends_with("broken pipe"));
}

std::string with_cures(std::string text, const std::string& cures) {
    return cures.empty() ? text : fmt::format("{}: {}", text, cures);
}

}  // namespace

Failure hung_up_on(const Unanswered& sent, std::string_view server, const Failure& loss) {
    if (is_about_certificate(loss.code)) {
        const std::string others = cures({.credentials = sent.credentials, .version = sent.version});
        return {loss.code, others.empty() ? loss.what : fmt::format("{}, or {}", loss.what, others)};
    }
    const bool is_close = loss.code == Errc::connection_truncated || is_reset(loss);
    std::string text = is_close ? fmt::format("{} closed the connection", server) : loss.what;
    text += " before CONNACK";
    if (sent.accepted_before) return {loss.code, text + ": perhaps it is a proxy, and the broker behind it is down"};
    text += fmt::format(
        ": brokers do so over a client identifier (-i), a user (--username, --pw){} or a policy, and "
        "proxies when the broker behind them is down",
        sent.will ? ", a will" : "");
    return {loss.code, with_cures(text, cures(sent))};
}

std::string explain_silence(const Unanswered& sent) {
    if (sent.accepted_before) return {};
    const std::string text =
        fmt::format(": {} was answered, and then nothing came: perhaps the broker behind it hangs{}",
                    sent.websocket ? "the request for a WebSocket" : "TLS",
                    sent.websocket ? "" : ", or another protocol is spoken there, such as WebSocket (--ws)");
    return with_cures(text, cures(sent));
}

std::string explain_silence_in(std::string_view phase) {
    if (!phase.ends_with(" WebSocket")) return {};
    return ": TLS was answered, and then nothing came: perhaps MQTT is spoken there without a WebSocket (leave out "
           "--ws), "
           "or the server behind it hangs";
}

Tongue tongue(std::string_view first_bytes) noexcept {
    if (first_bytes.empty()) return Tongue::unclear;
    if (is_tls(first_bytes) || !begins_packet(first_bytes.front())) return Tongue::other;
    if (name_protocol(first_bytes) == "LDAP") return Tongue::other;
    // No packet begins with so many bytes that are text: there is a length among them, or that of a topic.
    const std::size_t text = greeting(first_bytes).size();
    if (text >= fewest_of_text) return Tongue::other;
    return text == first_bytes.size() ? Tongue::unclear : Tongue::mqtt;
}

Failure not_mqtt(std::string_view server, std::string_view first_bytes) {
    if (is_tls(first_bytes))
        return {Errc::not_mqtt,
                fmt::format("{} answers TLS inside TLS: what ends TLS there passes MQTT on to a port that "
                            "wants TLS itself",
                            server)};
    const std::string protocol = name_protocol(first_bytes);
    const std::string_view cure = protocol == "HTTP"
                                      ? "give --ws if MQTT goes in a WebSocket there, otherwise another port with -p"
                                      : "is it the right port?";
    return {Errc::not_mqtt, fmt::format("{} answers {}, not MQTT: {}", server, protocol, cure)};
}

}  // namespace mqtts::client
