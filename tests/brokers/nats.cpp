// SPDX-License-Identifier: Apache-2.0
// nats-server: MQTT 3.1.1 on top of its streams, which are kept on the disk.
#include "brokers/makers.hpp"

namespace mqtts::test {

namespace {

std::vector<Exception> nats_exceptions() {
    std::vector<Exception> result = {{Rule::refused_publish, {}, {}, "it sends PUBACK, and drops the message"}};
    if (!is_package_since("nats-server", "2.10"))
        result.push_back({Rule::publish_qos_2,
                          {},
                          {.status = 8, .says = {"closes the connection on it each time"}, .arrives = Arrives::never},
                          "it closes the connection on a PUBLISH of QoS 2"});
    return result;
}

class Nats final : public RealBroker {
public:
    Nats()
        : RealBroker({
              .name = "nats",
              .from = "apt install nats-server",
              .speaks_mqtt_5 = false,
              .websocket_path = "/mqtt",
              .exceptions = nats_exceptions(),
          }) {}

    std::string find_version() const override { return package_version("nats-server"); }

protected:
    // It insists on a name and on a store where there is MQTT. Its own protocol cannot be left out: on any free port.
    void write_configuration() override {
        write("nats.conf", R"(server_name: matrix
jetstream { store_dir: "@dir@/streams" }
listen: "127.0.0.1:-1"
authorization { users = [
  { user: admin, password: right }
  { user: meter, password: right, permissions: {
      publish: { deny: "forbidden.>" }, subscribe: { deny: "forbidden.>" } } }
] }
mqtt {
  listen: "127.0.0.1:@tls@"
  tls { cert_file: "@certificate@", key_file: "@key@" }
}
websocket {
  listen: "127.0.0.1:@wss@"
  tls { cert_file: "@certificate@", key_file: "@key@" }
}
)");
    }

    ServerCommand command() const override {
        return {.arguments = {"/usr/sbin/nats-server", "-c", "nats.conf"},
                .directory = directory(),
                .log_file = directory() + "/log"};
    }

    std::string ready() const override { return "Server is ready"; }
};

}  // namespace

std::unique_ptr<RealBroker> make_nats() {
    return std::make_unique<Nats>();
}

}  // namespace mqtts::test
