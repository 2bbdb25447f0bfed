// SPDX-License-Identifier: Apache-2.0
#include "bench/broker.hpp"

#include <unistd.h>

#include <fstream>

#include "support/listener.hpp"

namespace mqtts::bench {

namespace {

// Debian keeps the broker in /usr/sbin, which is not on everybody's PATH.
const std::string find_broker = R"(PATH="$PATH:/usr/sbin:/usr/local/sbin"; )";

}  // namespace

bool Broker::is_installed() {
    return measure({.arguments = {"sh", "-c", find_broker + "command -v mosquitto"}}).status == 0;
}

Broker::Broker(const Bench& bench)
    : port_(std::to_string(test::free_port())),
      process_({"sh", "-c", find_broker + "exec mosquitto -c \"$0\" 2>&1", configuration(bench)}) {
    wait_for_log(" running");
}

void Broker::wait_for_log(const std::string& end) const {
    while (!process_.read_line().ends_with(end)) {
    }
}

/// Nagle's algorithm would keep CONNACK back behind the session tickets of TLS 1.3 until these are acknowledged: that
/// wait is for the clients' delayed acknowledgement, and says nothing about them.
std::string Broker::configuration(const Bench& bench) const {
    const std::string path = bench.file("mosquitto.conf");
    std::ofstream file(path);
    file << "set_tcp_nodelay true\nlistener " << port_ << " 127.0.0.1\ncafile " << bench.file("ca.pem") << "\ncertfile "
         << bench.file("server.pem") << "\nkeyfile " << bench.file("server.key")
         << "\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\nconnection_messages false\n"
            "log_dest stderr\nlog_type information\nlog_type subscribe\n";
    if (::geteuid() == 0) file << "user root\n";  // else it would give up the right to read our files
    return path;
}

}  // namespace mqtts::bench
