// SPDX-License-Identifier: Apache-2.0
// Subscribes and unsubscribes, and keeps how far the server has agreed.
//
//   request() ──► SUBSCRIBE, UNSUBSCRIBE, a few Topic Filters in each ──► take() each answer ──► granted(), or
//                                                                            │       a failure that names all refused
//                                          "identifier in use": ask again ◄──┘
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "session/session.hpp"

namespace mqtts::client {

/// A subscription that was granted with a lower QoS than was asked for.
struct LesserGrant {
    std::string_view topic_filter;
    wire::Qos asked{};
    wire::Qos granted{};
};

class Subscriptions {
public:
    /// The most Topic Filters in one SUBSCRIBE: no server is known to take fewer.
    static constexpr std::size_t most_in_a_request = 8;

    Subscriptions(const std::vector<session::SubscriptionSettings>& subscribe,
                  const std::vector<std::string>& unsubscribe);

    /// Asks for everything on a new connection, unless the server has kept it with the session. What it has perhaps
    /// kept must not bring all retained messages a second time (MQTT 5). Fails when the limits of CONNACK forbid some
    /// of it: then nothing was asked, and the failure names each Topic Filter and why. Topic Filters with different
    /// Subscription Identifiers travel in different packets. If there are no identifiers, before MQTT 5 or because
    /// CONNACK says so, the packets go without them, and the Topic Filters must not overlap: else it fails with
    /// bad_option, which names two.
    [[nodiscard]] Result<> request(session::Session& session, session::Kept kept);

    /// Notes whether the server has kept the session: in another one, or perhaps another one, nothing counts as granted
    /// until request() and its answers. request() does it, too, but with care it comes late.
    void connected(session::Kept kept) noexcept;

    /// Takes the answer to one request. The failure, once all answers are there, names each refused Topic Filter and
    /// why; protocol_error: the answer does not fit.
    [[nodiscard]] Result<> take(session::Session& session, const wire::SubscriptionAnswer& answer,
                                std::string_view server);

    /// Tells whether the limits of a CONNACK that is still to come could forbid some of it, whatever its size.
    [[nodiscard]] bool may_be_forbidden(const session::Session& session) const noexcept;

    /// Returns the failure of a request whose packet is larger than the server accepts.
    [[nodiscard]] static Failure too_large();

    /// Tells whether every request was answered and nothing refused, except for what refuse() has left out.
    [[nodiscard]] bool granted() const noexcept { return granted_; }
    /// Names the packet that answers the oldest request; empty: all are answered.
    [[nodiscard]] std::string_view awaited_answer() const noexcept;
    /// Tells whether there was nothing to ask for from the beginning.
    [[nodiscard]] bool empty() const noexcept { return topics_.empty() && !left_out_; }

    /// Tells whether the server queues messages while we are away, as long as it keeps the session: that no
    /// subscription was granted QoS 0.
    [[nodiscard]] bool kept_when_away() const noexcept;
    /// Returns, once granted(), the subscriptions that got less than was asked for.
    [[nodiscard]] std::vector<LesserGrant> lesser_grants() const;

    // For a server that refuses by closing the connection

    /// Puts one Topic Filter in each packet, which leaves after the answer to the one before, from the next request()
    /// on.
    void set_careful(bool careful) noexcept { careful_ = careful; }
    /// Returns the Topic Filters of the oldest packet that was sent on this or the last connection and not answered;
    /// empty: all were answered. Valid until the next request().
    [[nodiscard]] std::vector<std::string_view> first_unanswered() const;
    /// Returns those of all such packets; one packet may be behind another.
    [[nodiscard]] std::vector<std::string_view> unanswered() const;
    /// Lets the next request() ask for it before the others.
    void put_first(std::string_view topic_filter);
    /// Leaves the Topic Filter out and asks only for the others. Returns false when there are no others. Precondition:
    /// no connection, until the next request().
    bool refuse(std::string_view topic_filter);

    // What nobody asked for

    /// Tells whether the server may send this message for a reason of its own. Precondition: may_be_unasked().
    [[nodiscard]] bool is_unasked(const wire::Publish& message) const noexcept;
    /// Tells whether is_unasked() has to be called: for hardly any message.
    [[nodiscard]] static bool may_be_unasked(const wire::Publish& message) noexcept {
        return message.retain || message.topic_name.starts_with('$');
    }

private:
    struct Topic {
        session::SubscriptionSettings subscription;  // for UNSUBSCRIBE only the Topic Filter counts
        bool subscribe = true;
        wire::Qos granted = wire::Qos::at_most_once;
    };
    /// A packet about topics next to each other, all to be subscribed to or all to be unsubscribed from.
    struct Request {
        std::size_t first = 0;  // in topics_
        std::size_t count = 0;
        wire::PacketIdentifier packet_identifier = 0;  // 0: not sent yet
        unsigned attempts = 0;
    };

    [[nodiscard]] Result<> check_limits(const session::Session& session) const;
    [[nodiscard]] Result<> check_distinct(const session::Session& session) const;
    [[nodiscard]] std::uint32_t identifier_of(const Request& request, const session::Session& session) const noexcept;
    [[nodiscard]] std::size_t size_of(const Request& request, const session::Session& session) const;
    void plan(const session::Session& session);
    void send(session::Session& session);
    void send(session::Session& session, Request& request);
    [[nodiscard]] std::span<Topic> topics_of(const Request& request) noexcept;
    [[nodiscard]] std::span<const Topic> topics_of(const Request& request) const noexcept;
    void take_codes(const Request& request, const wire::SubscriptionAnswer& answer);
    [[nodiscard]] Result<> conclude();

    std::vector<Topic> topics_;      // in the order of asking
    std::vector<Request> requests_;  // without an answer, in the order of sending
    std::vector<std::string> refused_to_subscribe_;
    std::vector<std::string> refused_to_unsubscribe_;
    bool granted_ = false;
    bool careful_ = false;
    bool left_out_ = false;  // refuse() left something out
    bool connected_before_ = false;
    bool perhaps_kept_ = false;    // nothing is granted, but the server may have what was
    bool session_is_ours_ = true;  // the session has no subscriptions of an earlier process
    bool has_special_ = false;     // a Topic Filter begins with '$': the server decides what it means
};

}  // namespace mqtts::client
