// SPDX-License-Identifier: Apache-2.0
// A broker that agrees to everything, sends what it is told to, and writes down what a client said:
//
//     RecordingBroker broker;
//     const auto packets = broker.record({}, [&] { run({.arguments = {"mqtts-pub", ..., "-t", "a", "-m", "x"}}); });
//     CHECK(packets == std::vector<std::string>{"CONNECT clean keep-alive=60 id=", "PUBLISH qos0 a \"x\"",
//                                               "DISCONNECT 0x00"});
//
// Only topics that begin with "forbidden" are refused, as not authorized. CONNACK allows ten Topic Aliases.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/listener.hpp"
#include "support/server_wire.hpp"
#include "support/tls_server.hpp"

namespace mqtts::test {

/// A property by its name, as -D of the programs takes it. Only a user property has two values.
struct NamedProperty {
    std::string_view name;
    std::string_view value;
    std::string_view second_value = {};
};

/// A message for the client. One of QoS 1 or 2 gets the next Packet Identifier, from 1.
struct Message {
    std::string_view topic_name;  // empty: to the Response Topic of a request, with its Correlation Data
    std::string_view payload;
    unsigned qos = 0;
    bool retain = false;
    std::vector<NamedProperty> properties = {};
};

/// What the broker does on its own account.
struct Script {
    std::vector<Message> subscribed = {};  // sent after the first SUBACK
    std::vector<Message> published = {};   // sent after the first PUBLISH was acknowledged
};

class RecordingBroker {
public:
    RecordingBroker();

    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
    [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }

    /// Serves clients, one after the other, until `work` is done. Returns their CONNECT, SUBSCRIBE, UNSUBSCRIBE,
    /// PUBLISH, DISCONNECT and AUTH packets as to_text() shows them; pings and acknowledgements are left out. What it
    /// hides stands behind: "; password=x", "; authentication-data=x". A connection that ends without close_notify
    /// adds "lost". A client that asks for a WebSocket gets it, and adds "GET /path" in front, with what follows
    /// Authorization: "; Authorization=x".
    std::vector<std::string> record(const Script& script, const std::function<void()>& work);

private:
    std::vector<std::string> serve(const Script& script);
    void knock() const;

    Identity identity_;
    TemporaryDirectory directory_;
    std::string ca_file_;
    Listener listener_;
};

}  // namespace mqtts::test
