// SPDX-License-Identifier: Apache-2.0
#include "brokers/makers.hpp"

#include <stdexcept>
#include <utility>

namespace mqtts::test {

namespace {

using Maker = std::unique_ptr<RealBroker> (*)();

const std::vector<std::pair<std::string, Maker>> makers = {
    {"mosquitto", make_mosquitto}, {"rabbitmq", make_rabbitmq}, {"ejabberd", make_ejabberd},   {"nats", make_nats},
    {"activemq", make_activemq},   {"aedes", make_aedes},       {"aedes-cli", make_aedes_cli}, {"mosca", make_mosca},
};

}  // namespace

std::vector<std::string> broker_names() {
    std::vector<std::string> names;
    for (const auto& [name, maker] : makers)
        names.push_back(name);
    return names;
}

std::unique_ptr<RealBroker> make_broker(const std::string& name) {
    for (const auto& [known, maker] : makers) {
        if (known == name) return maker();
    }
    throw std::invalid_argument("there is no broker '" + name + "'");
}

}  // namespace mqtts::test
