// SPDX-License-Identifier: Apache-2.0
#include "client/subscriptions.hpp"

#include <algorithm>

#include "client/refusal.hpp"
#include "wire/encode.hpp"
#include "wire/topic.hpp"

namespace mqtts::client {

using wire::Qos;
using wire::ReasonCode;

namespace {

/// How often to repeat a request whose Packet Identifier the server uses itself. The identifiers tried lie farther and
/// farther apart, so that 15 of them reach beyond the 8192 messages that Mochi has in flight by default.
constexpr unsigned most_attempts = 15;

wire::Subscription to_subscription(const session::SubscriptionSettings& settings, bool perhaps_kept = false) noexcept {
    using enum wire::RetainHandling;
    const bool once = perhaps_kept && settings.retain_handling == always;
    return {.topic_filter = settings.topic_filter,
            .qos = settings.qos,
            .no_local = settings.no_local,
            .retain_as_published = settings.retain_as_published,
            .retain_handling = once ? if_new : settings.retain_handling};
}

bool is_identified(const session::Session& session) noexcept {
    return session.settings()
        .subscribe_properties.view()
        .find(wire::PropertyIdentifier::subscription_identifier)
        .has_value();
}

/// Tells whether the server can say in each message which subscriptions it is for.
bool can_identify(const session::Session& session) noexcept {
    return session.settings().version == wire::ProtocolVersion::v5 &&
           session.limits().subscription_identifier_available;
}

/// Tells whether the server uses the Packet Identifier itself, for a message to us. It says so for all Topic Filters.
bool is_identifier_taken(const wire::SubscriptionAnswer& answer) noexcept {
    if (answer.reason_codes.empty()) return false;
    for (std::size_t i = 0; i < answer.reason_codes.size(); ++i)
        if (answer.reason(i) != ReasonCode::packet_identifier_in_use) return false;
    return true;
}

}  // namespace

Subscriptions::Subscriptions(const std::vector<session::SubscriptionSettings>& subscribe,
                             const std::vector<std::string>& unsubscribe) {
    for (const session::SubscriptionSettings& subscription : subscribe) {
        topics_.push_back({.subscription = subscription});
        has_special_ = has_special_ || subscription.topic_filter.starts_with('$');
    }
    for (const std::string& topic_filter : unsubscribe)
        topics_.push_back({.subscription = {.topic_filter = topic_filter}, .subscribe = false});
}

// Asking

void Subscriptions::connected(session::Kept kept) noexcept {
    using enum session::Kept;
    perhaps_kept_ = kept != no && (perhaps_kept_ || (granted_ && kept == perhaps));
    granted_ = granted_ && kept == yes;
}

Result<> Subscriptions::request(session::Session& session, session::Kept kept) {
    if (kept == session::Kept::no)
        session_is_ours_ = true;
    else if (!connected_before_)
        session_is_ours_ = false;
    connected_before_ = true;
    connected(kept);
    if (granted_) return {};
    requests_.clear();
    refused_to_subscribe_.clear();
    refused_to_unsubscribe_.clear();
    if (Result<> allowed = check_limits(session); !allowed) return allowed;
    if (Result<> distinct = check_distinct(session); !distinct) return distinct;
    plan(session);
    send(session);
    return {};
}

bool Subscriptions::may_be_forbidden(const session::Session& session) const noexcept {
    const session::Limits strictest{.wildcard_subscription_available = false,
                                    .subscription_identifier_available = false,
                                    .shared_subscription_available = false};
    const bool identified = is_identified(session);
    return std::ranges::any_of(topics_, [&](const Topic& topic) {
        const session::SubscriptionSettings& subscription = topic.subscription;
        return topic.subscribe && session::check(strictest, subscription.topic_filter,
                                                 identified || subscription.subscription_identifier != 0) != Errc::ok;
    });
}

Result<> Subscriptions::check_limits(const session::Session& session) const {
    const session::Limits& limits = session.limits();
    const bool identified = is_identified(session);
    std::vector<ForbiddenTopic> forbidden;
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        const std::string& topic_filter = topics_[i].subscription.topic_filter;
        Errc error = topics_[i].subscribe ? session::check(limits, topic_filter, identified) : Errc::ok;
        if (error == Errc::ok) error = session::check(limits, size_of({.first = i, .count = 1}, session));
        if (error != Errc::ok) forbidden.push_back({topic_filter, error});
    }
    if (forbidden.empty()) return {};
    return subscriptions_forbidden(forbidden);
}

/// Checks that subscriptions which have to be told apart can be: without Subscription Identifiers only the Topic
/// Filters are left to do that.
Result<> Subscriptions::check_distinct(const session::Session& session) const {
    if (can_identify(session)) return {};
    for (std::size_t first = 0; first < topics_.size(); ++first) {
        const session::SubscriptionSettings& one = topics_[first].subscription;
        const auto is_rival = [&](const Topic& topic) {
            const session::SubscriptionSettings& other = topic.subscription;
            return one.subscription_identifier != 0 && other.subscription_identifier != 0 &&
                   one.subscription_identifier != other.subscription_identifier &&
                   wire::overlap(one.topic_filter, other.topic_filter);
        };
        const auto rival = std::find_if(topics_.begin() + static_cast<std::ptrdiff_t>(first), topics_.end(), is_rival);
        if (rival == topics_.end()) continue;
        return subscriptions_indistinct(one.topic_filter, rival->subscription.topic_filter, session.settings().version);
    }
    return {};
}

std::uint32_t Subscriptions::identifier_of(const Request& request, const session::Session& session) const noexcept {
    return can_identify(session) ? topics_[request.first].subscription.subscription_identifier : 0;
}

std::size_t Subscriptions::size_of(const Request& request, const session::Session& session) const {
    const session::Settings& settings = session.settings();
    const wire::PropertyWriter properties = session::subscribe_properties(settings, identifier_of(request, session));
    Buffer packet;
    std::vector<wire::Subscription> subscriptions;
    std::vector<std::string_view> topic_filters;
    for (const Topic& topic : topics_of(request)) {
        subscriptions.push_back(to_subscription(topic.subscription));
        topic_filters.emplace_back(topic.subscription.topic_filter);
    }
    if (topics_[request.first].subscribe)
        encode(packet,
               wire::Subscribe{.subscriptions = subscriptions, .properties = properties.view(), .packet_identifier = 1},
               settings.version);
    else
        encode(packet,
               wire::Unsubscribe{.topic_filters = topic_filters,
                                 .properties = settings.unsubscribe_properties.view(),
                                 .packet_identifier = 1},
               settings.version);
    return packet.size();
}

/// Plans as few packets as the server takes; but UNSUBSCRIBE has one Topic Filter, as mosquitto_sub sends it, and
/// SUBSCRIBE one Subscription Identifier [MQTT-3.8.2.1.2]. Each topic alone fits.
void Subscriptions::plan(const session::Session& session) {
    for (std::size_t first = 0; first != topics_.size();) {
        const std::size_t most = careful_ || !topics_[first].subscribe ? 1 : most_in_a_request;
        Request request{.first = first, .count = 1};
        const auto can_grow = [&] {
            const std::size_t next = first + request.count;
            if (request.count == most || next == topics_.size()) return false;
            if (topics_[next].subscribe != topics_[first].subscribe) return false;
            if (identifier_of({.first = next}, session) != identifier_of({.first = first}, session)) return false;
            const Request larger{.first = first, .count = request.count + 1};
            return session::check(session.limits(), size_of(larger, session)) == Errc::ok;
        };
        while (can_grow())
            ++request.count;
        first += request.count;
        requests_.push_back(request);
    }
}

void Subscriptions::send(session::Session& session) {
    for (Request& request : requests_) {
        if (request.packet_identifier == 0) send(session, request);
        if (careful_) return;
    }
}

void Subscriptions::send(session::Session& session, Request& request) {
    if (request.attempts > 1)
        session.skip_to(session.next_sequence() + (std::uint64_t{1} << (request.attempts - 1)) - 1);
    ++request.attempts;
    std::vector<wire::Subscription> subscriptions;
    std::vector<std::string_view> topic_filters;
    for (const Topic& topic : topics_of(request)) {
        subscriptions.push_back(to_subscription(topic.subscription, perhaps_kept_));
        topic_filters.emplace_back(topic.subscription.topic_filter);
    }
    request.packet_identifier = topics_[request.first].subscribe
                                    ? session.subscribe(subscriptions, identifier_of(request, session))
                                    : session.unsubscribe(topic_filters);
}

Failure Subscriptions::too_large() {
    return {Errc::packet_too_large_for_server, "the packet with the topic filters is larger than the broker accepts",
            "give fewer or shorter topic filters"};
}

std::span<Subscriptions::Topic> Subscriptions::topics_of(const Request& request) noexcept {
    return std::span(topics_).subspan(request.first, request.count);
}

std::span<const Subscriptions::Topic> Subscriptions::topics_of(const Request& request) const noexcept {
    return std::span(topics_).subspan(request.first, request.count);
}

// The answers

Result<> Subscriptions::take(session::Session& session, const wire::SubscriptionAnswer& answer,
                             std::string_view server) {
    const auto request = std::ranges::find(requests_, answer.packet_identifier, &Request::packet_identifier);
    if (request == requests_.end()) return protocol_broken(server, Errc::protocol_error, answer.type);
    const bool has_codes = !answer.reason_codes.empty();  // UNSUBACK of MQTT 3 has no codes
    if (has_codes && answer.reason_codes.size() != request->count)
        return answer_does_not_fit(server, answer, request->count);
    if (is_identifier_taken(answer) && request->attempts < most_attempts) {
        request->packet_identifier = 0;
    } else {
        take_codes(*request, answer);
        requests_.erase(request);
    }
    send(session);
    return requests_.empty() ? conclude() : Result<>();
}

void Subscriptions::take_codes(const Request& request, const wire::SubscriptionAnswer& answer) {
    const std::span<Topic> topics = topics_of(request);
    std::vector<std::string>& refused = topics.front().subscribe ? refused_to_subscribe_ : refused_to_unsubscribe_;
    for (std::size_t i = 0; i < answer.reason_codes.size(); ++i) {
        if (is_failure(answer.reason(i)))
            refused.push_back(topic_refused(topics[i].subscription.topic_filter, answer, i));
        else if (topics[i].subscribe)
            topics[i].granted = static_cast<Qos>(answer.reason_codes[i]);
    }
}

Result<> Subscriptions::conclude() {
    if (!refused_to_subscribe_.empty() || !refused_to_unsubscribe_.empty())
        return subscriptions_refused(refused_to_subscribe_, refused_to_unsubscribe_);
    granted_ = !topics_.empty();
    perhaps_kept_ = false;
    return {};
}

std::vector<LesserGrant> Subscriptions::lesser_grants() const {
    std::vector<LesserGrant> lesser;
    for (const Topic& topic : topics_) {
        const Qos asked = topic.subscription.qos;
        if (topic.subscribe && topic.granted < asked)
            lesser.push_back({topic.subscription.topic_filter, asked, topic.granted});
    }
    return lesser;
}

bool Subscriptions::kept_when_away() const noexcept {
    return std::ranges::none_of(
        topics_, [](const Topic& topic) { return topic.subscribe && topic.granted == Qos::at_most_once; });
}

std::string_view Subscriptions::awaited_answer() const noexcept {
    if (requests_.empty()) return "";
    return topics_[requests_.front().first].subscribe ? "SUBACK" : "UNSUBACK";
}

// A server that refuses by closing

std::vector<std::string_view> Subscriptions::first_unanswered() const {
    std::vector<std::string_view> topic_filters;
    const bool was_sent = !requests_.empty() && requests_.front().packet_identifier != 0;
    if (!was_sent) return topic_filters;
    for (const Topic& topic : topics_of(requests_.front()))
        topic_filters.emplace_back(topic.subscription.topic_filter);
    return topic_filters;
}

std::vector<std::string_view> Subscriptions::unanswered() const {
    std::vector<std::string_view> topic_filters;
    for (const Request& request : requests_) {
        if (request.packet_identifier == 0) continue;
        for (const Topic& topic : topics_of(request))
            topic_filters.emplace_back(topic.subscription.topic_filter);
    }
    return topic_filters;
}

void Subscriptions::put_first(std::string_view topic_filter) {
    requests_.clear();
    const auto suspect = std::ranges::find_if(
        topics_, [&](const Topic& topic) { return topic.subscription.topic_filter == topic_filter; });
    if (suspect != topics_.end()) std::rotate(topics_.begin(), suspect, suspect + 1);
}

bool Subscriptions::refuse(std::string_view topic_filter) {
    requests_.clear();
    left_out_ = true;
    std::erase_if(topics_, [&](const Topic& topic) { return topic.subscription.topic_filter == topic_filter; });
    return !topics_.empty();
}

// What nobody asked for

/// Tells whether nobody asked for the message. Topic Names that begin with '$' do not match filters that begin with a
/// wildcard [MQTT-4.7.2-1], and a new session has no retained messages except those of its subscriptions. Everything
/// else may well be for us, under another name.
bool Subscriptions::is_unasked(const wire::Publish& message) const noexcept {
    if (has_special_ || !session_is_ours_) return false;
    if (message.topic_name.starts_with('$')) return true;
    return message.retain && std::ranges::none_of(topics_, [&](const Topic& topic) {
               return topic.subscribe && wire::matches(topic.subscription.topic_filter, message.topic_name);
           });
}

}  // namespace mqtts::client
