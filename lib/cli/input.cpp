// SPDX-License-Identifier: Apache-2.0
#include "cli/input.hpp"

#include <fmt/format.h>

#include <string_view>

#include "cli/bad_option.hpp"

namespace mqtts::cli {

namespace {

/// The option that asks for many messages, and what it does; no name: none.
std::pair<std::string_view, std::string_view> divider(const InputSettings& input) {
    if (input.form) return {"--input", "takes many messages from one input"};
    if (input.delimiter) return {"--delimiter", "ends each of many messages"};
    if (input.topic_delimiter) return {"--topic-delimiter", "stands in each of many messages"};
    return {};
}

/// The options that make no sense for a single message.
Result<> check_single(const InputSettings& input) {
    const std::pair<std::string_view, bool> given[] = {{"--skip-bad", input.skip_bad}, {"--rate", input.rate != 0}};
    for (const auto& [option, is_given] : given)
        if (is_given) return bad(fmt::format("{} is about many messages: give them with -l or --input", option));
    return {};
}

}  // namespace

Result<> check_input(PublishSettings& publish) {
    InputSettings& input = publish.input;
    const auto [option, effect] = divider(input);
    if (!option.empty() && publish.source == Source::none) publish.source = Source::lines;
    const bool can_be_many = publish.source == Source::lines || publish.source == Source::file;
    if (!option.empty() && !can_be_many)
        return bad(fmt::format("{} {}: give it with -l or -f, not with -m, -s or -n", option, effect));
    input.many = publish.source == Source::lines || !option.empty();
    if (!input.many) return check_single(input);

    if (input.delimiter && input.form && input.form != InputForm::lines)
        return bad("--delimiter and --input both say what ends a message: give only one of them");
    if (input.topic_delimiter && input.form == InputForm::json)
        return bad("--topic-delimiter and --input json both say where the topic stands: give only one of them");
    if (input.topic_delimiter && !publish.topic_name.empty())
        return bad("-t and --topic-delimiter both say where to publish: give only one of them");
    return {};
}

}  // namespace mqtts::cli
