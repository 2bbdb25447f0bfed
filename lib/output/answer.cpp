// SPDX-License-Identifier: Apache-2.0
#include "output/answer.hpp"

namespace mqtts::output {

Wanted Answer::deliver(const wire::Publish& message) {
    const auto correlation = message.properties.find(wire::PropertyIdentifier::correlation_data);
    if (correlation && correlation->text != correlation_data_) return Wanted::more;
    if (sink_.deliver(message) == Wanted::more) return Wanted::more;
    time_ = std::chrono::steady_clock::now();
    return Wanted::enough;
}

}  // namespace mqtts::output
