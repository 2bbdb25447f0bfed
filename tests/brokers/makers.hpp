// SPDX-License-Identifier: Apache-2.0
// One function for each broker of the matrix.
#pragma once

#include <memory>

#include "brokers/real_broker.hpp"

namespace mqtts::test {

std::unique_ptr<RealBroker> make_mosquitto();
std::unique_ptr<RealBroker> make_rabbitmq();
std::unique_ptr<RealBroker> make_ejabberd();
std::unique_ptr<RealBroker> make_nats();
std::unique_ptr<RealBroker> make_activemq();
std::unique_ptr<RealBroker> make_aedes();
std::unique_ptr<RealBroker> make_aedes_cli();
std::unique_ptr<RealBroker> make_mosca();

}  // namespace mqtts::test
