// SPDX-License-Identifier: Apache-2.0
#include "docs/cloud_peer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>

#include "os/os.hpp"
#include "support/server_wire.hpp"
#include "support/websocket_server.hpp"

namespace mqtts::test {

using namespace wire;

namespace {

/// One client, until it leaves or breaks a rule.
class CloudConversation {
public:
    CloudConversation(TlsConnection& tls, const CloudRules& rules) : tls_(tls), mqtt_(tls), rules_(rules) {}

    /// What the client did against the rules; empty: nothing.
    std::string run() {
        std::string received;
        while (complaint_.empty()) {
            Errc error = Errc::ok;
            while (const auto frame = next_frame(received, maximum_remaining_length, error)) {
                take(*frame);
                received.erase(0, frame->size);
                if (!complaint_.empty()) return complaint_;
            }
            const std::string more = mqtt_.read();
            if (error != Errc::ok || more.empty()) break;
            received += more;
        }
        if (complaint_.empty()) mqtt_.close();
        return complaint_;
    }

private:
    void take(const Frame& frame) {
        switch (frame.type) {
            case PacketType::connect:
                return take_connect(frame);
            case PacketType::subscribe:
                return take_subscribe(frame);
            case PacketType::publish:
                return take_publish(frame);
            case PacketType::pingreq:
                return send(Pingresp{});
            default:
                return;
        }
    }

    void take_connect(const Frame& frame) {
        check_tls();
        ClientConnect connect;
        expect(decode(frame, connect) == Errc::ok, "CONNECT is malformed");
        version_ = connect.version;
        const Connect& packet = connect.packet;
        expect(rules_.version == ProtocolVersion::v5 || version_ != ProtocolVersion::v5, "the version is too new");
        expect(rules_.user_name.empty() || packet.user_name == rules_.user_name, "the user name is another one");
        expect(
            rules_.password_begins.empty() || (packet.password && packet.password->starts_with(rules_.password_begins)),
            "the password is not of this form");
        if (!complaint_.empty()) return;
        const bool wanted = packet.client_identifier == rules_.identifier || rules_.identifier.empty();
        if (!wanted || (packet.client_identifier.empty() && rules_.identifier_required)) {
            send(Connack{.reason_code = ReasonCode::client_identifier_not_valid});
            return expect(false, "the client identifier is another one");
        }
        connected_ = true;
        send_connack();
    }

    void check_tls() {
        const TlsPeer& peer = tls_.peer();
        expect(peer.server_name() == (rules_.has_name ? rules_.host : ""), "the name in the handshake is another one");
        expect(peer.protocol() == rules_.protocol, "the application protocol is another one");
        const std::string& request = mqtt_.request();
        expect(rules_.path.empty() ? request.empty() : request.starts_with("GET " + rules_.path + " "),
               "the WebSocket is at another place");
    }

    void send_connack() {
        PropertyWriter granted;
        if (rules_.maximum_qos != Qos::exactly_once)
            granted.add(PropertyIdentifier::maximum_qos, static_cast<std::uint32_t>(rules_.maximum_qos));
        if (!rules_.retain) granted.add(PropertyIdentifier::retain_available, 0U);
        if (!rules_.shared_subscriptions) granted.add(PropertyIdentifier::shared_subscription_available, 0U);
        if (!rules_.subscription_identifiers) granted.add(PropertyIdentifier::subscription_identifier_available, 0U);
        send(Connack{.properties = granted.view()});
    }

    void take_subscribe(const Frame& frame) {
        expect(connected_, "SUBSCRIBE came before CONNACK");
        ClientSubscribe packet;
        expect(decode(frame, version_, packet) == Errc::ok, "SUBSCRIBE is malformed");
        expect(packet.subscriptions.size() <= rules_.most_filters, "SUBSCRIBE has too many filters");
        std::string granted;
        for (const Subscription& subscription : packet.subscriptions) {
            check_topic(subscription.topic_filter, rules_.subscribe_below);
            expect(subscription.topic_filter != rules_.forbidden_filter, "the filter is forbidden");
            expect(subscription.qos <= rules_.maximum_qos, "the QoS is too high");
            granted += static_cast<char>(subscription.qos);
        }
        if (!complaint_.empty()) return;
        send(SubscriptionAnswer{.reason_codes = granted, .packet_identifier = packet.packet_identifier});
        if (!rules_.topic_name.empty()) send(Publish{.topic_name = rules_.topic_name, .payload = rules_.payload});
    }

    void take_publish(const Frame& frame) {
        expect(connected_, "PUBLISH came before CONNACK");
        Publish packet;
        expect(decode(frame, version_, packet) == Errc::ok, "PUBLISH is malformed");
        check_topic(packet.topic_name, rules_.publish_below);
        expect(packet.qos <= rules_.maximum_qos, "the QoS is too high");
        expect(rules_.retain || !packet.retain, "the message is retained");
        if (!complaint_.empty() || packet.qos == Qos::at_most_once) return;
        send(Acknowledgement{.packet_identifier = packet.packet_identifier});
    }

    void check_topic(std::string_view topic, const std::string& below) {
        expect(topic.starts_with(below), "the topic does not exist");
        expect(static_cast<std::size_t>(std::ranges::count(topic, '/')) <= rules_.most_slashes,
               "the topic has too many slashes");
    }

    /// The first complaint counts.
    void expect(bool kept, std::string_view complaint) {
        if (!kept && complaint_.empty()) complaint_ = complaint;
    }

    template <class Packet>
    void send(const Packet& packet) {
        Buffer bytes;
        encode(bytes, packet, version_);
        mqtt_.write(bytes.readable());
    }

    TlsConnection& tls_;
    MqttConnection mqtt_;
    const CloudRules& rules_;
    ProtocolVersion version_ = ProtocolVersion::v5;
    bool connected_ = false;
    std::string complaint_;
};

/// "host:port" of the request to the proxy, which is granted.
std::string accept_proxied(int socket) {
    std::string request;
    while (!request.ends_with("\r\n\r\n")) {
        std::array<char, 4096> block;
        const ssize_t count = ::recv(socket, block.data(), block.size(), 0);
        if (count <= 0) return {};
        request.append(block.data(), static_cast<std::size_t>(count));
    }
    if (os::send(socket, "HTTP/1.1 200 OK\r\n\r\n") <= 0) return {};
    const std::size_t begin = request.find(' ') + 1;
    return request.substr(begin, request.find(' ', begin) - begin);
}

}  // namespace

CloudPeer::CloudPeer(std::vector<CloudRules> rules)
    : rules_(std::move(rules)), link_([this](int socket) { serve(socket); }) {}

std::string CloudPeer::proxy() const {
    return "ALL_PROXY=http://127.0.0.1:" + std::to_string(link_.port());
}

const std::vector<std::string>& CloudPeer::complaints() {
    link_.close();
    return complaints_;
}

void CloudPeer::serve(int socket) {
    const std::string place = accept_proxied(socket);
    visited_.push_back(place);
    const auto rules = std::ranges::find_if(
        rules_, [&](const CloudRules& one) { return one.host + ":" + std::to_string(one.port) == place; });
    if (rules == rules_.end()) {
        complaints_.push_back(place + ": nothing is there");
        return;
    }
    TlsConnection tls(
        socket, {.identity = rules->identity, .client_ca_pem = rules->client_ca_pem, .protocol = rules->protocol});
    if (!tls.accept()) return;  // the client, or its certificate, was not accepted: its status says so
    const std::string complaint = CloudConversation(tls, *rules).run();
    if (!complaint.empty()) complaints_.push_back(place + ": " + complaint);
}

}  // namespace mqtts::test
