// SPDX-License-Identifier: Apache-2.0
#include "request.hpp"

#include <fmt/format.h>

#include "base/entropy.hpp"

namespace mqtts {

using wire::PropertyIdentifier;

namespace {

std::string random_name() {
    std::random_device random = entropy();
    std::string name;
    for (int i = 0; i < 4; ++i)
        name += fmt::format("{:08x}", random());
    return name;
}

}  // namespace

std::string prepare_request(cli::Settings& settings) {
    cli::PublishSettings& publish = settings.publish;
    std::string& response_topic = *publish.response_topic;
    if (response_topic.empty()) response_topic = "response/" + random_name();
    settings.subscribe.subscriptions.front().topic_filter = response_topic;
    settings.subscribe.print.count = 1;

    const auto given = publish.properties.view().find(PropertyIdentifier::correlation_data);
    std::string correlation_data = given ? std::string(given->text) : random_name();
    if (!given) publish.properties.add(PropertyIdentifier::correlation_data, correlation_data);
    publish.properties.add(PropertyIdentifier::response_topic, response_topic);
    return correlation_data;
}

std::string latency_text(std::chrono::nanoseconds latency) {
    const auto nanoseconds = latency.count();
    if (nanoseconds < 1'000) return fmt::format("{}ns", nanoseconds);
    if (nanoseconds < 1'000'000) return fmt::format("{:.6f}µs", static_cast<double>(nanoseconds) / 1e3);
    if (nanoseconds < 1'000'000'000) return fmt::format("{:.6f}ms", static_cast<double>(nanoseconds) / 1e6);
    return fmt::format("{}.{:09}s", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

}  // namespace mqtts
