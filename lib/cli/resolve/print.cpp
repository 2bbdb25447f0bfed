// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/print.hpp"

#include <fmt/format.h>

#include "cli/resolve/typed.hpp"

namespace mqtts::cli {

namespace {

Result<> check_output(const PrintArguments& typed) {
    if (!typed.format.output) return {};
    const Spelled given[] = {
        {"-F", typed.format.format.has_value()}, {"-v", typed.format.verbose}, {"-N", !typed.format.end_of_line},
        {"--pretty", typed.format.pretty},       {"-w", typed.watch},          {"--message-rate", typed.message_rate},
    };
    for (const auto& [option, is_given] : given)
        if (is_given)
            return option == "--pretty"
                       ? bad("--pretty and --output both say how to print a message", "give -F %j --pretty",
                             {option, "--output"})
                       : bad_pair(fmt::format("{} and --output both say how to print a message", option), option,
                                  "--output");
    return {};
}

}  // namespace

Result<output::PrintSettings> resolve_print(const Arguments& arguments) {
    const PrintArguments& typed = arguments.print;
    if (const auto checked = check_output(typed); !checked) return checked.error();
    const std::vector<HostAndPort>& hosts = arguments.connection.hosts;
    output::PrintSettings print{.format = typed.format,
                                .skip_retained = typed.skip_retained,
                                .retained_only = typed.retained_only,
                                .filter_out = typed.filter_out,
                                .until = typed.until,
                                .expect_none = typed.expect_none,
                                .note_time = arguments.subscribe.idle.has_value(),
                                .message_rate = typed.message_rate,
                                .watch = typed.watch,
                                .broker = hosts.empty() ? "" : hosts.front().host,
                                .raw = typed.raw};
    take(print.count, typed.count);
    take(print.random_filter, typed.random_filter);
    return print;
}

}  // namespace mqtts::cli
