// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_broker.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>

namespace mqtts::test {

ScriptedBroker::ScriptedBroker() {
    const Authority authority("scripted authority");
    identity_ = authority.issue({.common_name = "scripted", .dns_names = {"localhost"}});
    ca_file_ = directory_.write("ca.pem", authority.certificate_pem());
}

std::vector<std::string> ScriptedBroker::arguments(std::vector<std::string> command_line) const {
    for (const std::string& word : {std::string("-h"), std::string("localhost"), std::string("-p"),
                                    std::to_string(port()), std::string("--cafile"), ca_file_}) {
        command_line.push_back(word);
    }
    return command_line;
}

void ScriptedBroker::accept(wire::ProtocolVersion version) {
    version_ = version;
    received_.clear();
    socket_ = listener_.accept();
    connection_.emplace(socket_.get(), TlsServerOptions{.identity = identity_});
    if (!connection_->accept()) throw std::runtime_error("the client does not shake hands");
}

void ScriptedBroker::accept_client() {
    accept();
    expect("CONNECT ");
    send(wire::Connack{});
}

void ScriptedBroker::accept_subscriber() {
    accept_client();
    expect("SUBSCRIBE 1 ");
    send(wire::SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = 1});
}

void ScriptedBroker::expect(std::string_view beginning) {
    const std::string packet = receive();
    if (!packet.starts_with(beginning)) throw std::runtime_error("the client sent " + packet);
}

std::string ScriptedBroker::receive() {
    for (;;) {
        Errc error = Errc::ok;
        if (const auto frame = wire::next_frame(received_, wire::maximum_remaining_length, error)) {
            std::string text = to_text(*frame, version_);
            last_packet_ = received_.substr(0, frame->size);
            received_.erase(0, frame->size);
            return text;
        }
        if (error != Errc::ok) throw std::runtime_error("the client does not send MQTT");
        const std::string more = connection_->read();
        if (more.empty()) return connection_->client_closed() ? "closed" : "lost";
        received_ += more;
    }
}

bool ScriptedBroker::hears_within(std::chrono::milliseconds time) const {
    pollfd poll{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, static_cast<int>(time.count())) > 0;
}

std::size_t ScriptedBroker::flood(std::string_view chunk, std::size_t limit, std::chrono::seconds quiet) {
    const timeval time{.tv_sec = quiet.count(), .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    std::size_t taken = 0;
    while (taken < limit && connection_->write(chunk))
        taken += chunk.size();
    return taken;
}

void ScriptedBroker::close() {
    connection_->close();
    drop();
}

void ScriptedBroker::drop() {
    connection_.reset();
    socket_.close();
}

}  // namespace mqtts::test
