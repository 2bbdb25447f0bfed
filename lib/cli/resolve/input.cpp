// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/input.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/resolve/typed.hpp"

namespace mqtts::cli {

namespace {

/// The option that asks for many messages, and what it does; no name: none.
std::pair<std::string_view, std::string_view> divider(const PublishArguments& typed) {
    if (typed.form) return {"--input", "takes many messages from one input"};
    if (typed.delimiter) return {"--delimiter", "ends each of many messages"};
    if (typed.topic_delimiter) return {"--topic-delimiter", "stands in each of many messages"};
    return {};
}

/// The options that make no sense for a single message.
Outcome<> check_single(const PublishArguments& typed) {
    const Spelled given[] = {{"--skip-bad", typed.skip_bad}, {"--rate", typed.rate.has_value()}};
    for (const auto& [option, is_given] : given)
        if (is_given)
            return bad(fmt::format("{} is about many messages: give them with -l or --input", option),
                       {option, "-l", "--input"});
    return {};
}

Outcome<> check_many(const PublishArguments& typed) {
    if (typed.delimiter && typed.form && typed.form != MessageForm::lines)
        return bad("--delimiter and --input both say what ends a message: give only one of them",
                   {"--delimiter", "--input"});
    if (typed.topic_delimiter && typed.form == MessageForm::json)
        return bad("--topic-delimiter and --input json both say where the topic stands: give only one of them",
                   {"--topic-delimiter", "--input"});
    if (typed.topic_delimiter && typed.topic_name)
        return bad("-t and --topic-delimiter both say where to publish: give only one of them",
                   {"-t", "--topic-delimiter"});
    return {};
}

Outcome<> check_input(const PublishArguments& typed) {
    const auto [option, effect] = divider(typed);
    const bool can_be_many = !typed.source || typed.source == Source::lines || typed.source == Source::file;
    if (!option.empty() && !can_be_many)
        return bad(fmt::format("{} {}: give it with -l or -f, not with -m, -s or -n", option, effect),
                   {option, "-l", "-f", "-m", "-s", "-n"});
    return holds_many(typed) ? check_many(typed) : check_single(typed);
}

record::FramingSettings framing(const PublishArguments& typed) {
    record::FramingSettings settings;
    take(settings.maximum_message_size, typed.maximum_message_size);
    if (!holds_many(typed)) return settings;
    const MessageFormInfo& form = info(typed.form.value_or(MessageForm::lines));
    settings.framing = form.has_length ? record::Framing::length : record::Framing::delimited;
    if (!form.end.empty()) settings.delimiter = form.end;
    take(settings.delimiter, typed.delimiter);
    return settings;
}

client::RecordSettings records(const PublishArguments& typed) {
    client::RecordSettings settings{.name = record_name(typed),
                                    .topic_delimiter = typed.topic_delimiter.value_or(""),
                                    .skip_bad = typed.skip_bad || typed.spool};
    take(settings.messages_per_second, typed.rate);
    if (typed.form == MessageForm::json) settings.form = record::RecordForm::json;
    if (typed.topic_delimiter) settings.form = record::RecordForm::topic_and_payload;
    return settings;
}

}  // namespace

Outcome<PublishSettings> resolve_input(const Arguments& arguments) {
    const PublishArguments& typed = arguments.publish;
    if (const auto checked = check_input(typed); !checked) return checked.error();
    PublishSettings settings;
    settings.source = typed.source.value_or(Source::lines);
    settings.text = typed.text;
    settings.framing = framing(typed);
    if (holds_many(typed)) settings.records = records(typed);
    take(settings.repetition.times, typed.repeat);
    take(settings.repetition.delay, typed.repeat_delay);
    return settings;
}

bool holds_many(const PublishArguments& typed) {
    return typed.source == Source::lines || !divider(typed).first.empty();
}

std::string record_name(const PublishArguments& typed) {
    const bool in_lines = !typed.delimiter && typed.form != MessageForm::nul && typed.form != MessageForm::length;
    const bool is_file = typed.source == Source::file && typed.text != "-" && typed.text != "/dev/stdin";
    return fmt::format("{}: {}", is_file ? typed.text : "standard input", in_lines ? "line" : "record");
}

}  // namespace mqtts::cli
