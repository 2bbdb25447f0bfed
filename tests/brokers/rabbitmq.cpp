// SPDX-License-Identifier: Apache-2.0
// rabbitmq-server with its MQTT plugins: a node of its own, which has a database, a cookie, and an epmd to itself.
#include "brokers/makers.hpp"
#include "support/listener.hpp"

namespace mqtts::test {

namespace {

const std::string closes = "closes the connection on it each time";

bool since_3_13() {
    return is_package_since("rabbitmq-server", "3.13");
}

std::vector<Exception> rabbitmq_exceptions() {
    std::vector<Exception> result = {
        {Rule::publish_qos_2,
         Version::v311,
         {.status = 9, .says = {"-q 1"}, .arrives = Arrives::perhaps},
         "it answers QoS 2 with PUBACK"},
        {Rule::refused_publish, {}, {.status = 8, .says = {closes}}, "it closes the connection"}};
    if (since_3_13()) {
        result.push_back({Rule::publish_qos_2,
                          Version::v5,
                          {.status = 8, .says = {"does not support this QoS"}, .arrives = Arrives::never},
                          "Maximum QoS 1"});
        result.push_back({Rule::take_over, Version::v5, {.status = 7, .says = {"taken over"}}, "DISCONNECT 0x8E"});
        return result;
    }
    result.push_back({Rule::wrong_password,
                      {},
                      {.status = 10, .says = {"before CONNACK", "check -i, --username and --pw"}},
                      "in a WebSocket it closes without CONNACK",
                      Carrier::wss});
    result.push_back({Rule::refused_subscribe, {}, {.status = 8, .says = {closes}}, "it closes the connection"});
    return result;
}

class RabbitMq final : public RealBroker {
public:
    RabbitMq()
        : RealBroker({
              .name = "rabbitmq",
              .from = "apt install rabbitmq-server",
              .speaks_mqtt_5 = since_3_13(),
              .websocket_path = "/ws",
              .retained_by_wildcard = false,
              .exceptions = rabbitmq_exceptions(),
          }) {}

    std::string find_version() const override { return package_version("rabbitmq-server"); }

protected:
    void write_configuration() override {
        name_server_port_ = std::to_string(free_port());
        distribution_port_ = std::to_string(free_port());
        // A listener for WebSockets without TLS cannot be left out. In TLS it asks for a certificate, and takes none.
        write("rabbitmq.conf", R"(listeners.tcp = none
mqtt.listeners.tcp = none
mqtt.listeners.ssl.1 = 127.0.0.1:@tls@
mqtt.allow_anonymous = false
ssl_options.certfile = @certificate@
ssl_options.keyfile = @key@
ssl_options.cacertfile = @dir@/ca.pem
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = false
web_mqtt.ssl.ip = 127.0.0.1
web_mqtt.ssl.port = @wss@
web_mqtt.ssl.certfile = @certificate@
web_mqtt.ssl.keyfile = @key@
web_mqtt.tcp.ip = 127.0.0.1
web_mqtt.tcp.port = )" + std::to_string(free_port()) +
                                   R"(
load_definitions = @dir@/definitions.json
log.file = false
log.console = true
log.console.level = info
)");
        write("enabled_plugins", "[rabbitmq_mqtt,rabbitmq_web_mqtt].\n");
        // A topic is seen as "forbidden.x".
        write("definitions.json", R"json({
"vhosts": [{"name": "/"}],
"users": [{"name": "meter", "password": "right", "tags": ""}, {"name": "admin", "password": "right", "tags": ""}],
"permissions": [{"user": "meter", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
                {"user": "admin", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}],
"topic_permissions": [{"user": "meter", "vhost": "/", "exchange": "amq.topic", "write": "^open", "read": "^open"}]
})json");
    }

    void start_helpers() override {
        name_server_ = std::make_unique<ServerProcess>(
            ServerCommand{.arguments = {"epmd", "-port", name_server_port_, "-address", "127.0.0.1"},
                          .directory = directory(),
                          .log_file = directory() + "/epmd.log"});
        wait_until_accepting(static_cast<std::uint16_t>(std::stoi(name_server_port_)));
    }
    void stop_helpers() override { name_server_.reset(); }

    // Not /usr/sbin/rabbitmq-server, which changes to another user. RUNNING_UNDER_SYSTEMD makes the script become the
    // server, which SIGTERM then stops in order, instead of standing beside it.
    ServerCommand command() const override {
        const std::string& in = directory();
        return {.arguments = {"/usr/lib/rabbitmq/bin/rabbitmq-server"},
                .environment = {"HOME=" + in, "RUNNING_UNDER_SYSTEMD=true", "ERL_EPMD_PORT=" + name_server_port_,
                                "RABBITMQ_NODENAME=matrix" + name_server_port_ + "@localhost",
                                "RABBITMQ_DIST_PORT=" + distribution_port_, "RABBITMQ_CONF_ENV_FILE=" + in + "/none",
                                "RABBITMQ_CONFIG_FILE=" + in + "/rabbitmq.conf",
                                "RABBITMQ_ADVANCED_CONFIG_FILE=" + in + "/none.config",
                                "RABBITMQ_ENABLED_PLUGINS_FILE=" + in + "/enabled_plugins",
                                "RABBITMQ_MNESIA_BASE=" + in + "/database", "RABBITMQ_LOG_BASE=" + in + "/logs",
                                "RABBITMQ_PID_FILE=" + in + "/pid", "ERL_CRASH_DUMP=/dev/null"},
                .directory = in,
                .log_file = in + "/log"};
    }

    std::string ready() const override { return "Server startup complete"; }

private:
    std::string name_server_port_;
    std::string distribution_port_;
    std::unique_ptr<ServerProcess> name_server_;
};

}  // namespace

std::unique_ptr<RealBroker> make_rabbitmq() {
    return std::make_unique<RabbitMq>();
}

}  // namespace mqtts::test
