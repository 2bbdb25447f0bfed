// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/request.hpp"

#include <fmt/format.h>

#include "cli/resolve/input.hpp"
#include "cli/resolve/print.hpp"
#include "cli/resolve/typed.hpp"

namespace mqtts::cli {

using wire::PropertyIdentifier;

namespace {

/// Refuses options about the response if there is no request.
Result<> check_no_request(const Arguments& typed) {
    const PrintArguments& print = typed.print;
    const Spelled given[] = {
        {"-v", print.format.verbose},
        {"-N", !print.format.end_of_line},
        {"-F", print.format.format.has_value()},
        {"--pretty", print.format.pretty},
        {"--output", print.format.output.has_value()},
        {"--raw", print.raw},
        {"-R", print.skip_retained},
        {"--latency", typed.publish.latency},
        {"--retain-as-published", typed.all_subscriptions.retain_as_published},
        {"--retain-handling", typed.all_subscriptions.retain_handling.has_value()},
    };
    for (const auto& [option, is_given] : given)
        if (is_given)
            return bad(fmt::format("{} works only on the response to a request", option), "send a request with -e",
                       {option});
    return {};
}

Result<> check_request(const PublishArguments& typed) {
    if (holds_many(typed))
        return bad("-l publishes many messages, and -e waits for one response", "give one of -m, -f, -s, -n",
                   {"-l", "-e", "-m", "-f", "-s", "-n"});
    if (typed.repeat.value_or(1) != 1)
        return bad_pair("--repeat publishes many messages, and -e waits for one response", "--repeat", "-e");
    if (typed.properties.view().find(PropertyIdentifier::response_topic))
        return bad_pair("-e and -D publish response-topic both give the response topic", "-e", "-D");
    return {};
}

}  // namespace

std::string response_topic(const Arguments& arguments) {
    const std::string& typed = *arguments.publish.response_topic;
    return typed.empty() ? "response/" + arguments.unique.response_topic : typed;
}

Result<std::optional<RequestSettings>> resolve_request(const Arguments& arguments) {
    const PublishArguments& typed = arguments.publish;
    auto print = resolve_print(arguments);
    if (!print) return print.error();
    const auto checked = typed.response_topic ? check_request(typed) : check_no_request(arguments);
    if (!checked) return checked.error();
    std::optional<RequestSettings> request;
    if (!typed.response_topic) return request;
    print->count = 1;
    const auto given = typed.properties.view().find(PropertyIdentifier::correlation_data);
    request = {.response_topic = response_topic(arguments),
               .correlation_data = given ? std::string(given->text) : arguments.unique.correlation_data,
               .print = *std::move(print),
               .latency = typed.latency};
    return request;
}

void add_properties(const RequestSettings& request, wire::PropertyWriter& properties) {
    if (!properties.view().find(PropertyIdentifier::correlation_data))
        properties.add(PropertyIdentifier::correlation_data, request.correlation_data);
    properties.add(PropertyIdentifier::response_topic, request.response_topic);
}

}  // namespace mqtts::cli
