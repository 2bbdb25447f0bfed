// SPDX-License-Identifier: Apache-2.0
// Everything a Client needs to know, and what is published through it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/demands.hpp"
#include "client/read_pacing.hpp"
#include "client/retry.hpp"
#include "net/endpoint.hpp"
#include "record/settings.hpp"
#include "session/settings.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

/// How long the client waits, and how long it goes on trying. Options fill it in as it is.
struct Patience {
    /// Bounds name, TCP, proxy, TLS and CONNACK together, of all endpoints tried in a row.
    std::chrono::milliseconds connect_timeout{10'000};
    /// How long to try for the first connection, if the first attempt fails. 0: not at all.
    std::chrono::milliseconds retry_connect{0};
    /// How long to try for another connection after one was lost, before giving up with connection_lost. 0: not at all.
    /// A connection that did not last does not end that time, see ReconnectPolicy.
    std::chrono::milliseconds reconnect{0};
    /// How long the server may acknowledge nothing of what it was sent, although it answers pings.
    std::chrono::milliseconds ack_timeout{60'000};
    BackoffSettings backoff;
    /// After finish_soon(): how long what is in flight may take.
    std::chrono::milliseconds linger{5'000};
};

class Observer;
class ReceiptKeeper;

struct Settings {
    std::vector<net::Endpoint> endpoints;  // tried in this order, each time; at least one
    net::Route route;
    session::Settings session;
    std::vector<session::SubscriptionSettings> subscriptions;
    std::vector<std::string> unsubscriptions;  // Topic Filters
    Demands demands;
    /// Once subscribed, to be told to end is the normal end. Otherwise a message waits for its answer: when the message
    /// is refused, that is the end.
    bool open_ended = false;
    /// End as soon as every subscription is granted.
    bool end_when_subscribed = false;
    /// End when the retained messages of the subscriptions have come.
    bool end_after_retained = false;
    /// For that: how long none of them may come, see Settling. 0: only pings say it, see CatchUp.
    std::optional<std::chrono::milliseconds> retained_settle;
    /// What messages from the server are called, for the sentence of a deadline.
    std::string awaited = "messages";
    /// What stands before the number of a message that is refused: "standard input: line".
    std::string record_name;
    /// Clear each retained message received, but for those that match these Topic Filters.
    std::optional<std::vector<std::string>> remove_retained_except;

    /// Only this version; otherwise 5 falls back to 3.1.1, once, when the server cannot speak it.
    bool version_pinned = false;
    /// What MQTT 5 is insisted on for, "-x"; empty: nothing.
    std::string needs_version_5;
    /// A message that the server refuses by closing the connection does not end the work.
    bool step_over_refused = false;
    Patience patience;
    ReadPacing::Mode read_pacing = ReadPacing::Mode::adaptive;
    /// Told of each connection. It must outlive the client.
    Observer* observer = nullptr;
    /// Remembers what was received before it is acknowledged. It must outlive the client. Null: nobody has to.
    ReceiptKeeper* receipts = nullptr;
};

/// What every message has in common, where its record does not say otherwise.
struct PublishTemplate {
    std::string topic_name;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
    /// Otherwise an empty input is an error: `failed-command | …` must not clear a retained message.
    bool may_be_empty = true;
};

/// An input of many records, each a message.
struct RecordSettings {
    std::string name;  // "standard input: line": what stands before the number of a record
    record::RecordForm form = record::RecordForm::payload;
    std::string topic_delimiter;     // of topic_and_payload
    bool skip_bad = false;           // a record that cannot be published is left out; otherwise it ends the work
    double messages_per_second = 0;  // at most; 0: as fast as possible
};

/// A message that is all of its input may be published several times, each time after the last one is acknowledged.
struct Repetition {
    std::uint64_t times = 1;
    std::chrono::milliseconds delay{};  // at least, between two of them
};

}  // namespace mqtts::client
