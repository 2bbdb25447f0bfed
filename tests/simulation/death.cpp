// SPDX-License-Identifier: Apache-2.0
#include "simulation/death.hpp"

namespace mqtts::simulation {

Mortality::Mortality(Network& network, unsigned client, const Death& death, std::function<void()> leave_behind)
    : network_(network),
      client_(client),
      death_(death),
      leave_behind_(std::move(leave_behind)),
      died_(network.clock.executor()) {
    network_.sending[client_] = [this](bool done) {
        count(done ? Death::Moment::behind_sending : Death::Moment::sending);
        return is_dead_;
    };
}

Mortality::~Mortality() {
    network_.clock.forget(*this);
    network_.sending[client_] = nullptr;
}

void Mortality::begin() {
    if (death_.moment == Death::Moment::at_time)
        network_.clock.at(network_.clock.now() + std::chrono::milliseconds(death_.number), *this, 0);
}

void Mortality::count(Death::Moment moment) {
    if (moment == death_.moment && ++times_ == death_.number) die();
}

void Mortality::die() {
    if (is_over_ || std::exchange(is_dead_, true)) return;
    if (network_.trace.on()) network_.trace.note(client_, "kill -9");
    ++network_.deaths;
    leave_behind_();
    died_.notify();
}

}  // namespace mqtts::simulation
