// SPDX-License-Identifier: Apache-2.0
#include "program/keeper_caller.hpp"

#include <utility>

#include "wire/property.hpp"
#include "wire/topic.hpp"

namespace mqtts::program {

KeeperCaller::KeeperCaller(std::unique_ptr<CallerLink> link, std::string_view program_version,
                           std::string_view identity)
    : link_(std::move(link)), reader_(program_version, identity) {
    share::encode_greeting(output_, program_version);  // leaves with the first reply: a caller need not wait for it
}

void KeeperCaller::wait(const Ready& ready) {
    if (!is_open()) return;
    link_->wait([weak = weak_from_this(), ready] {
        if (const auto self = weak.lock()) ready(self);
    });
}

KeeperCaller::Read KeeperCaller::read(os::SecretBytes& scratch) {
    while (is_open()) {
        const CallerLink::Received received = link_->receive(scratch);
        if (received == CallerLink::Received::nothing) return Read::nothing;
        if (received == CallerLink::Received::over) break;
        std::string_view bytes = scratch.view();
        const share::ReadState state = reader_.read(bytes);
        if (reader_.has_other_identity()) return Read::other_identity;
        if (state == share::ReadState::frame) return bytes.empty() ? Read::request : Read::over;
        if (state != share::ReadState::more) break;
        scratch.clear();
    }
    return Read::over;
}

bool KeeperCaller::take(const share::Publish& publish) {
    const bool is_possible = publish.qos <= 2 && wire::is_sendable_topic_name(publish.topic) &&
                             wire::check_properties(publish.properties, wire::PacketType::publish) == Errc::ok;
    if (!is_possible) return false;
    message_ = {.topic_name = std::string(publish.topic),
                .payload = std::string(publish.payload),
                .properties = std::string(publish.properties),
                .qos = static_cast<wire::Qos>(publish.qos),
                .retain = publish.retain};
    wants_log_ = publish.wants_log;
    reader_.forget();
    return true;
}

/// Returns false if the caller does not take everything at once.
bool KeeperCaller::send() {
    const bool all = is_open() && link_->send(output_.readable());
    output_.clear();
    return all;
}

void KeeperCaller::close() {
    if (!output_.empty()) static_cast<void>(send());
    link_.reset();
}

}  // namespace mqtts::program
