#include "client/subscriptions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "client/refusal.hpp"

namespace mqtts::client {

Result<> Subscriptions::request(session::Session& session, bool session_present) {
    if (granted_ && session_present) return {};
    granted_ = false;
    at_most_once_ = false;
    unanswered_.clear();
    if (!subscribe_.empty()) {
        if (Result<> asked = subscribe(session); !asked) return asked;
    }
    for (const std::string& topic_filter : unsubscribe_) {
        const std::string_view view = topic_filter;
        if (Result<> asked = expect_answer({session.unsubscribe({&view, 1}), {view}}); !asked) return asked;
    }
    return {};
}

Result<> Subscriptions::subscribe(session::Session& session) {
    std::vector<wire::Subscription> subscriptions;
    Request request{};
    for (const session::SubscriptionSettings& wanted : subscribe_) {
        subscriptions.push_back({.topic_filter = wanted.topic_filter,
                                 .qos = wanted.qos,
                                 .no_local = wanted.no_local,
                                 .retain_as_published = wanted.retain_as_published,
                                 .retain_handling = wanted.retain_handling});
        request.topic_filters.emplace_back(wanted.topic_filter);
    }
    request.packet_identifier = session.subscribe(subscriptions);
    return expect_answer(std::move(request));
}

Result<> Subscriptions::expect_answer(Request request) {
    if (request.packet_identifier == 0) return too_large();
    unanswered_.push_back(std::move(request));
    return {};
}

Failure Subscriptions::too_large() {
    return {Errc::packet_too_large_for_server,
            "the topic filters take a larger packet than the broker accepts: give fewer or shorter ones"};
}

Result<> Subscriptions::take(const wire::SubscriptionAnswer& answer, std::string_view server) {
    const auto request = std::find_if(unanswered_.begin(), unanswered_.end(), [&](const Request& asked) {
        return asked.packet_identifier == answer.packet_identifier;
    });
    const std::vector<std::string_view>& topic_filters = request->topic_filters;
    const bool has_codes = !answer.reason_codes.empty();  // UNSUBACK of MQTT 3 has none
    if (has_codes && answer.reason_codes.size() != topic_filters.size()) {
        return Failure(Errc::protocol_error,
                       fmt::format("{} broke the protocol: {} answers {} topic filters of {}", server,
                                   wire::name(answer.type), answer.reason_codes.size(), topic_filters.size()));
    }
    for (std::size_t i = 0; i < answer.reason_codes.size(); ++i) {
        if (is_failure(answer.reason(i))) return subscriptions_refused(topic_filters, answer);
    }
    if (answer.type == wire::PacketType::suback)
        at_most_once_ = at_most_once_ || std::ranges::find(answer.reason_codes, '\0') != answer.reason_codes.end();
    unanswered_.erase(request);
    granted_ = unanswered_.empty();
    return {};
}

}  // namespace mqtts::client
