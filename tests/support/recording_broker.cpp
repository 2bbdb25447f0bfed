// SPDX-License-Identifier: Apache-2.0
#include "support/recording_broker.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <future>
#include <stdexcept>
#include <utility>

#include "os/os.hpp"
#include "support/websocket_server.hpp"

namespace mqtts::test {

using namespace wire;

namespace {

bool forbidden(std::string_view topic) {
    return topic.starts_with("forbidden");
}

void add(PropertyWriter& to, const NamedProperty& property) {
    const PropertyInfo* const rules = find_property(property.name);
    if (rules == nullptr) throw std::logic_error("no such property: " + std::string(property.name));
    switch (rules->type) {
        case PropertyType::string_pair:
            return to.add(rules->identifier, property.value, property.second_value);
        case PropertyType::string:
        case PropertyType::binary:
            return to.add(rules->identifier, property.value);
        default:
            return to.add(rules->identifier, static_cast<std::uint32_t>(std::stoul(std::string(property.value))));
    }
}

/// One client, from CONNECT to the end of its connection.
class Conversation {
public:
    Conversation(TlsConnection& connection, const Script& script, std::vector<std::string>& record)
        : connection_(connection), script_(script), record_(record) {}

    void run() {
        std::string received;
        for (;;) {
            Errc error = Errc::ok;
            while (const auto frame = next_frame(received, maximum_remaining_length, error)) {
                take(*frame);
                received.erase(0, frame->size);
            }
            const std::string more = connection_.read();
            record_request();
            if (error != Errc::ok || more.empty()) break;
            received += more;
        }
        if (connection_.client_closed() && received.empty()) {
            connection_.close();
        } else {
            record_.emplace_back("lost");
        }
    }

private:
    /// Once, if there is one.
    void record_request() {
        const std::string& request = connection_.request();
        if (request.empty() || std::exchange(request_recorded_, true)) return;
        std::string text = request.substr(0, request.find(" HTTP"));
        if (const std::string value = request_field(request, "Authorization"); !value.empty())
            text.append("; Authorization=").append(value);
        record_.push_back(std::move(text));
    }

    void take(const Frame& frame) {
        switch (frame.type) {
            case PacketType::connect:
                return take_connect(frame);
            case PacketType::subscribe:
                return take_subscribe(frame);
            case PacketType::unsubscribe:
                return take_unsubscribe(frame);
            case PacketType::publish:
                return take_publish(frame);
            case PacketType::pubrec:
                return acknowledge(PacketType::pubrel, decoded<Acknowledgement>(frame).packet_identifier);
            case PacketType::pubrel:
                return acknowledge(PacketType::pubcomp, decoded<Acknowledgement>(frame).packet_identifier);
            case PacketType::pingreq:
                return send(Pingresp{});
            case PacketType::puback:
            case PacketType::pubcomp:
                return;
            default:
                record_.push_back(to_text(frame, version_));
        }
    }

    void take_connect(const Frame& frame) {
        ClientConnect connect;
        if (decode(frame, connect) == Errc::ok) version_ = connect.version;
        std::string text = to_text(frame, version_);
        if (connect.packet.password) text.append("; password=").append(*connect.packet.password);
        if (const auto data = connect.packet.properties.find(PropertyIdentifier::authentication_data))
            text.append("; authentication-data=").append(data->text);
        record_.push_back(std::move(text));
        PropertyWriter granted;
        granted.add(PropertyIdentifier::topic_alias_maximum, 10);
        send(Connack{.properties = granted.view()});
    }

    void take_subscribe(const Frame& frame) {
        record_.push_back(to_text(frame, version_));
        const auto packet = decoded<ClientSubscribe>(frame);
        std::string codes;
        for (const Subscription& subscription : packet.subscriptions)
            codes += forbidden(subscription.topic_filter) ? refusal() : static_cast<char>(subscription.qos);
        send(SubscriptionAnswer{.reason_codes = codes, .packet_identifier = packet.packet_identifier});
        if (!std::exchange(subscribed_, true)) publish(script_.subscribed);
    }

    void take_unsubscribe(const Frame& frame) {
        record_.push_back(to_text(frame, version_));
        const auto packet = decoded<ClientUnsubscribe>(frame);
        const std::string codes(packet.topic_filters.size(), '\0');
        send(SubscriptionAnswer{
            .reason_codes = codes, .type = PacketType::unsuback, .packet_identifier = packet.packet_identifier});
    }

    void take_publish(const Frame& frame) {
        record_.push_back(to_text(frame, version_));
        const auto packet = decoded<Publish>(frame);
        const ReasonCode reason = forbidden(packet.topic_name) ? ReasonCode::not_authorized : ReasonCode::success;
        if (packet.qos == Qos::at_least_once) acknowledge(PacketType::puback, packet.packet_identifier, reason);
        if (packet.qos == Qos::exactly_once) acknowledge(PacketType::pubrec, packet.packet_identifier, reason);
        if (!std::exchange(published_, true)) publish(script_.published, packet.properties);
    }

    void publish(const std::vector<Message>& messages, const PropertiesView& request = {}) {
        for (const Message& message : messages) {
            PropertyWriter properties;
            std::string_view topic_name = message.topic_name;
            if (topic_name.empty()) {
                topic_name = request.find(PropertyIdentifier::response_topic).value().text;
                properties.add(PropertyIdentifier::correlation_data,
                               request.find(PropertyIdentifier::correlation_data).value().text);
            }
            for (const NamedProperty& property : message.properties)
                add(properties, property);
            const auto identifier = message.qos == 0 ? PacketIdentifier{0} : ++last_identifier_;
            send(Publish{.topic_name = topic_name,
                         .payload = message.payload,
                         .properties = properties.view(),
                         .packet_identifier = identifier,
                         .qos = static_cast<Qos>(message.qos),
                         .retain = message.retain});
        }
    }

    void acknowledge(PacketType type, PacketIdentifier identifier, ReasonCode reason = ReasonCode::success) {
        send(Acknowledgement{.type = type, .packet_identifier = identifier, .reason_code = reason});
    }

    template <class Packet>
    Packet decoded(const Frame& frame) const {
        Packet packet;
        static_cast<void>(decode(frame, version_, packet));  // what is malformed stands so in the record
        return packet;
    }

    template <class Packet>
    void send(const Packet& packet) {
        Buffer bytes;
        encode(bytes, packet, version_);
        connection_.write(bytes.readable());
    }

    /// Of one topic filter.
    char refusal() const { return version_ == ProtocolVersion::v5 ? '\x87' : '\x80'; }

    MqttConnection connection_;
    const Script& script_;
    std::vector<std::string>& record_;
    ProtocolVersion version_ = ProtocolVersion::v5;
    PacketIdentifier last_identifier_ = 0;
    bool subscribed_ = false;
    bool published_ = false;
    bool request_recorded_ = false;
};

/// Nobody is going to say anything on it: see knock().
bool is_silent(const FileDescriptor& connection) {
    char byte = 0;
    return ::recv(connection.get(), &byte, 1, MSG_PEEK) <= 0;
}

}  // namespace

RecordingBroker::RecordingBroker() {
    const Authority authority("recording authority");
    identity_ = authority.issue({.common_name = "recorder", .dns_names = {"localhost"}});
    ca_file_ = directory_.write("ca.pem", authority.certificate_pem());
}

std::vector<std::string> RecordingBroker::record(const Script& script, const std::function<void()>& work) {
    auto recording = std::async(std::launch::async, [&] { return serve(script); });
    try {
        work();
    } catch (...) {
        knock();
        throw;
    }
    knock();
    return recording.get();
}

std::vector<std::string> RecordingBroker::serve(const Script& script) {
    std::vector<std::string> record;
    for (;;) {
        const FileDescriptor socket = listener_.accept();
        if (is_silent(socket)) return record;
        TlsConnection connection(socket.get(), {.identity = identity_});
        if (connection.accept()) Conversation(connection, script, record).run();
    }
}

/// Connections are taken in their order: one that says nothing comes after all that the work has opened.
void RecordingBroker::knock() const {
    const FileDescriptor socket(os::make_socket(AF_INET, SOCK_STREAM));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("the broker is not there any more");
}

}  // namespace mqtts::test
