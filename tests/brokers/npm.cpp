// SPDX-License-Identifier: Apache-2.0
// The brokers that come from npm: aedes, aedes-cli and mosca, three of one family, and none like another.
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "brokers/makers.hpp"
#include "support/process.hpp"

namespace mqtts::test {

namespace {

const std::string modules = MQTTS_NPM_BROKERS "/node_modules";
const std::string installer = "tests/brokers/npm_brokers.sh " MQTTS_NPM_BROKERS;
const std::string closes_each_time = "closes the connection on it each time";

/// What package.json says. Empty: it is not installed, or there is no node to run it.
std::string npm_version(const std::string& package) {
    std::ifstream file(modules + "/" + package + "/package.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string key = "\"version\": \"";
    const std::size_t begin = text.find(key);
    if (begin == std::string::npos) return {};
    try {
        if (run({.arguments = {"node", "--version"}}).status != 0) return {};
    } catch (const std::system_error&) {
        return {};
    }
    const std::size_t version = begin + key.size();
    return text.substr(version, text.find('"', version) - version);
}

class NpmBroker : public RealBroker {
public:
    using RealBroker::RealBroker;

    std::string find_version() const override { return npm_version(facts().name); }

protected:
    void write_configuration() override {}

    [[nodiscard]] ServerCommand node(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "node");
        return {.arguments = std::move(arguments),
                .environment = {"NODE_PATH=" + modules, "HOME=" + directory()},
                .directory = directory(),
                .log_file = directory() + "/log"};
    }

    ServerCommand command() const override {
        return node({MQTTS_NPM_SCRIPTS "/" + facts().name + ".js", certificate_file(), key_file(), port(Carrier::tls),
                     port(Carrier::wss)});
    }

    std::string ready() const override { return "the broker is ready\n"; }
};

class Aedes final : public NpmBroker {
public:
    Aedes()
        : NpmBroker({
              .name = "aedes",
              .from = installer,
              .speaks_mqtt_5 = false,
              .websocket_path = "/",
              .exceptions =
                  {{Rule::refused_publish, {}, {.status = 8, .says = {closes_each_time}}, "it closes the connection"}},
          }) {}
};

class Mosca final : public NpmBroker {
public:
    Mosca()
        : NpmBroker({
              .name = "mosca",
              .from = installer,
              .speaks_mqtt_5 = false,
              .websocket_path = "/",
              .exceptions =
                  {
                      {Rule::publish_qos_2,
                       {},
                       {.status = 10, .says = {"-q 1"}, .arrives = Arrives::perhaps},
                       "it never answers QoS 2"},
                      {Rule::refused_publish,
                       {},
                       {.status = 8, .says = {closes_each_time}},
                       "it closes the connection"},
                  },
          }) {}
};

/// The program of that name, as a user starts it: its users are in a file.
class AedesCli final : public NpmBroker {
public:
    AedesCli()
        : NpmBroker({
              .name = "aedes-cli",
              .from = installer,
              .speaks_mqtt_5 = false,
              .websocket_path = "/",
              .exceptions =
                  {{Rule::refused_publish, {}, {.status = 8, .says = {closes_each_time}}, "it closes the connection"}},
          }) {}

protected:
    void write_configuration() override {
        // With --authorize-publish and -subscribe; a pattern that begins with '!' is true of what does not match.
        add_user(restricted, "!forbidden/**");
        add_user(unrestricted, "**");
    }

    ServerCommand command() const override {
        return node({program(), "--protos", "tls", "wss", "--host", "127.0.0.1", "--tls-port", port(Carrier::tls),
                     "--wss-port", port(Carrier::wss), "--cert", certificate_file(), "--key", key_file(),
                     "--credentials", users()});
    }

    std::string ready() const override { return "WSS server listening"; }

private:
    [[nodiscard]] static std::string program() { return modules + "/aedes-cli/bin/aedes"; }
    [[nodiscard]] std::string users() const { return directory() + "/users.json"; }

    void add_user(const User& user, const std::string& allowed) const {
        run({.arguments = {"node", program(), "--credentials", users(), "adduser", user.name, user.password,
                           "--authorize-publish", allowed, "--authorize-subscribe", allowed}});
    }
};

}  // namespace

std::unique_ptr<RealBroker> make_aedes() {
    return std::make_unique<Aedes>();
}

std::unique_ptr<RealBroker> make_aedes_cli() {
    return std::make_unique<AedesCli>();
}

std::unique_ptr<RealBroker> make_mosca() {
    return std::make_unique<Mosca>();
}

}  // namespace mqtts::test
