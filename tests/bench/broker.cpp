// SPDX-License-Identifier: Apache-2.0
#include "bench/broker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "support/listener.hpp"

namespace mqtts::bench {

namespace {

// Debian keeps the broker in /usr/sbin, which is not on everybody's PATH.
const std::string find_broker = R"(PATH="$PATH:/usr/sbin:/usr/local/sbin"; )";

/// Nagle's algorithm would keep CONNACK back behind the session tickets of TLS 1.3 until these are acknowledged: that
/// wait is for the clients' delayed acknowledgement, and says nothing about them. No client is too slow for the queues.
std::string configuration(const Bench& bench, const std::string& port) {
    const std::string path = bench.file("mosquitto.conf");
    std::ofstream file(path);
    file << "set_tcp_nodelay true\nlistener " << port << " 127.0.0.1\ncafile " << bench.file("ca.pem") << "\ncertfile "
         << bench.file("server.pem") << "\nkeyfile " << bench.file("server.key")
         << "\nrequire_certificate true\nallow_anonymous true\nmax_queued_messages 0\nmax_queued_bytes 0\n"
            "max_inflight_messages 1000\nlog_dest stderr\nlog_type information\nlog_type notice\nlog_type subscribe\n";
    if (::geteuid() == 0) file << "user root\n";  // else it would give up the right to read our files
    return path;
}

}  // namespace

bool Broker::is_installed() {
    return measure({.arguments = {"sh", "-c", find_broker + "command -v mosquitto"}}).status == 0;
}

Broker::Broker(const Bench& bench)
    : port_(std::to_string(test::free_port())),
      process_({"sh", "-c", find_broker + "exec mosquitto -c \"$0\" 2>&1", configuration(bench, port_)}) {
    test::wait_until_accepting(static_cast<std::uint16_t>(std::stoul(port_)));
}

void Broker::wait_until_subscribed(const std::string& client, unsigned qos) const {
    wait_for_log(fmt::format(" {} {} ", client, qos));
}

void Broker::wait_until_gone(const std::string& client) const {
    wait_for_log(client + " disconnected.");
}

void Broker::wait_for_log(const std::string& part) const {
    while (process_.read_line().find(part) == std::string::npos) {
    }
}

}  // namespace mqtts::bench
