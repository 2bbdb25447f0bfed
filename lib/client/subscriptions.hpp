// What is to be subscribed to and unsubscribed from, and how far the server has agreed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Subscriptions {
public:
    Subscriptions(std::vector<session::SubscriptionSettings> subscribe, std::vector<std::string> unsubscribe)
        : subscribe_(std::move(subscribe)), unsubscribe_(std::move(unsubscribe)) {}

    /// A connection is there. Asks for everything, unless the server has kept it with the session. Failure: it takes a
    /// larger packet than the server accepts.
    [[nodiscard]] Result<> request(session::Session& session, bool session_present);

    /// The answer to one request. The failure names each Topic Filter refused and why; protocol_error: it does not fit.
    [[nodiscard]] Result<> take(const wire::SubscriptionAnswer& answer, std::string_view server);

    /// The failure of a request that takes a larger packet than the server accepts.
    [[nodiscard]] static Failure too_large();

    /// Every request was answered, and nothing refused.
    [[nodiscard]] bool granted() const noexcept { return granted_; }
    /// The server keeps what comes while we are away, as long as it keeps the session: none was granted QoS 0.
    [[nodiscard]] bool kept_when_away() const noexcept { return !at_most_once_; }
    [[nodiscard]] bool empty() const noexcept { return subscribe_.empty() && unsubscribe_.empty(); }

    void set_careful(bool careful) noexcept { careful_ = careful; }
    [[nodiscard]] std::vector<std::string_view> first_unanswered() const {
        return unanswered_.empty() ? std::vector<std::string_view>() : unanswered_.front().topic_filters;
    }
    bool refuse(std::string_view topic_filter) {
        unanswered_.clear();
        std::erase_if(subscribe_, [&](const auto& one) { return one.topic_filter == topic_filter; });
        return !empty();
    }

private:
    struct Request {
        wire::PacketIdentifier packet_identifier;
        std::vector<std::string_view> topic_filters;
    };

    [[nodiscard]] Result<> subscribe(session::Session& session);
    [[nodiscard]] Result<> expect_answer(Request request);

    std::vector<session::SubscriptionSettings> subscribe_;
    std::vector<std::string> unsubscribe_;
    std::vector<Request> unanswered_;
    bool granted_ = false;
    bool careful_ = false;
    bool at_most_once_ = false;  // one of those granted
};

}  // namespace mqtts::client
