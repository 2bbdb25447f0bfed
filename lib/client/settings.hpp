// SPDX-License-Identifier: Apache-2.0
// The settings of a Client and of the messages published through it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/settings.hpp"
#include "client/demands.hpp"
#include "client/read_pacing.hpp"
#include "client/retry.hpp"
#include "net/endpoint.hpp"
#include "record/settings.hpp"
#include "session/settings.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

/// How long the client waits, and how long it keeps trying. Options fill it in directly.
struct Patience {
    /// Limits name, TCP, proxy, TLS and CONNACK together, of all endpoints tried in a row.
    std::chrono::milliseconds connect_timeout{10'000};
    /// How long to try for the first connection, if the first attempt fails. 0: not at all.
    std::chrono::milliseconds retry_connect{0};
    /// How long to try to reconnect before giving up with connection_lost. 0: not at all. A connection that did not
    /// last does not end that time, see ReconnectPolicy.
    std::chrono::milliseconds reconnect{0};
    /// How long the server may acknowledge nothing although it answers pings.
    std::chrono::milliseconds ack_timeout{60'000};
    BackoffSettings backoff;
    /// How long the messages in flight may take after finish_soon().
    std::chrono::milliseconds linger{5'000};
};

class Observer;
class ReceiptKeeper;

struct Settings {
    std::vector<net::Endpoint> endpoints;  // tried in this order, each time; at least one
    net::Route route;
    session::Settings session;
    auth::Settings authentication;  // its method is also the session's
    std::vector<session::SubscriptionSettings> subscriptions;
    std::vector<std::string> unsubscriptions;  // Topic Filters
    Demands demands;
    /// A request to end is the normal end once subscribed. Otherwise the run waits for the answer to a message, and
    /// ends when the message is refused.
    bool open_ended = false;
    /// Ends as soon as every subscription is granted.
    bool end_when_subscribed = false;
    /// Ends when the retained messages of the subscriptions have come.
    bool end_after_retained = false;
    /// How long no retained message may come before that, see Settling. 0: only pings decide, see CatchUp.
    std::optional<std::chrono::milliseconds> retained_settle;
    /// How the sentence of a deadline calls messages from the server.
    std::string awaited = "messages";
    /// How it calls what a publisher that has nothing to send waits for.
    std::string awaited_input = "input";
    /// The text before the number of a message that is refused: "standard input: line".
    std::string record_name;
    /// Clears each retained message received, except those that match these Topic Filters.
    std::optional<std::vector<std::string>> remove_retained_except;

    /// Speaks only this version; otherwise 5 falls back to 3.1.1, once, when the server does not speak it.
    bool version_pinned = false;
    /// The option that needs MQTT 5, "-x"; empty: no option does.
    std::string needs_version_5;
    /// Goes on after a message that the server refuses by closing the connection.
    bool step_over_refused = false;
    Patience patience;
    ReadPacing::Mode read_pacing = ReadPacing::Mode::adaptive;
    /// Is told of each connection. It must outlive the client.
    Observer* observer = nullptr;
    /// Remembers what was received before it is acknowledged. It must outlive the client. May be null.
    ReceiptKeeper* receipts = nullptr;
};

/// What all messages have in common, unless a record says otherwise.
struct PublishTemplate {
    std::string topic_name;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
    /// If false, an empty input is an error: `failed-command | …` must not clear a retained message.
    bool may_be_empty = true;
};

/// An input of many records, each a message.
struct RecordSettings {
    std::string name;  // the text before the number of a record: "standard input: line"
    record::RecordForm form = record::RecordForm::payload;
    std::string topic_delimiter;     // of topic_and_payload
    bool skip_bad = false;           // skips a record that cannot be published; otherwise it ends the work
    double messages_per_second = 0;  // 0: as fast as possible
    /// Publishes records of the form json at the distances of their times, divided by this speed above 0.
    std::optional<double> replay_speed;
};

/// A message that is a whole input can be published several times, each time after the last one is acknowledged.
struct Repetition {
    std::uint64_t times = 1;
    std::chrono::milliseconds delay{};  // at least, between two of them
};

}  // namespace mqtts::client
