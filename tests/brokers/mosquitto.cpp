// SPDX-License-Identifier: Apache-2.0
// mosquitto as Debian has it. The other tests know it better (support/broker.hpp); here it is one of many.
#include <unistd.h>

#include <stdexcept>

#include "brokers/makers.hpp"
#include "support/process.hpp"

namespace mqtts::test {

namespace {

std::vector<Exception> mosquitto_exceptions() {
    std::vector<Exception> result = {
        {Rule::refused_publish, Version::v311, {}, "it sends PUBACK, and drops the message"},
        {Rule::refused_publish, Version::v5, {.status = 8, .says = {"not authorized"}}, "PUBACK 0x87"},
        {Rule::refused_subscribe,
         {},
         {.status = 27, .says = {"timed out"}},
         "its access list forbids to deliver: the subscription is granted, nothing comes"}};
    if (is_package_since("mosquitto", "2.0.12"))
        result.push_back({Rule::take_over, Version::v5, {.status = 7, .says = {"taken over"}}, "DISCONNECT 0x8E"});
    return result;
}

class MatrixMosquitto final : public RealBroker {
public:
    MatrixMosquitto()
        : RealBroker({
              .name = "mosquitto",
              .from = "apt install mosquitto",
              .websocket_path = "/mqtt",
              .exceptions = mosquitto_exceptions(),
          }) {}

    std::string find_version() const override { return package_version("mosquitto"); }

protected:
    void write_configuration() override {
        write("passwords", "meter:right\nadmin:right\n");
        if (run({.arguments = {"mosquitto_passwd", "-U", directory() + "/passwords"}}).status != 0) {
            throw std::runtime_error("mosquitto_passwd failed");
        }
        write("acl", "user admin\ntopic readwrite #\nuser meter\ntopic readwrite open/#\n");
        // max_queued_messages: not 0, with which 2.0.11 closes the connection on each publish that is not allowed.
        // user: else root would give up the right to read our files.
        write("mosquitto.conf", std::string(::geteuid() == 0 ? "user root\n" : "") + R"(
allow_anonymous false
password_file @dir@/passwords
acl_file @dir@/acl
max_queued_messages 100000
log_dest stderr
listener @tls@ 127.0.0.1
cafile @dir@/ca.pem
certfile @certificate@
keyfile @key@
listener @wss@ 127.0.0.1
protocol websockets
cafile @dir@/ca.pem
certfile @certificate@
keyfile @key@
)");
    }

    ServerCommand command() const override {
        return {.arguments = {"/usr/sbin/mosquitto", "-c", "mosquitto.conf"},
                .directory = directory(),
                .log_file = directory() + "/log"};
    }

    std::string ready() const override { return " running\n"; }
};

}  // namespace

std::unique_ptr<RealBroker> make_mosquitto() {
    return std::make_unique<MatrixMosquitto>();
}

}  // namespace mqtts::test
