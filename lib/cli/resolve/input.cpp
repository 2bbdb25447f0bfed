// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/input.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/resolve/typed.hpp"

namespace mqtts::cli {

namespace {

/// Returns the option that asks for many messages, and what it does. Without a name: no option does.
std::pair<std::string_view, std::string_view> divider(const PublishArguments& typed) {
    if (typed.form) return {"--input", "reads many messages from one input"};
    if (typed.delimiter) return {"--delimiter", "ends each of many messages"};
    if (typed.topic_delimiter) return {"--topic-delimiter", "separates topic and payload of each of many messages"};
    return {};
}

/// Refuses the options that make no sense for a single message.
Result<> check_single(const PublishArguments& typed) {
    const Spelled given[] = {{"--skip-bad", typed.skip_bad}, {"--rate", typed.rate.has_value()}};
    for (const auto& [option, is_given] : given)
        if (is_given)
            return bad(fmt::format("{} works only on many messages", option), "give many messages with -l or --input",
                       {option, "-l", "--input"});
    return {};
}

Result<> check_many(const PublishArguments& typed) {
    if (typed.delimiter && typed.form && typed.form != MessageForm::lines)
        return bad_pair("--delimiter and --input both say what ends a message", "--delimiter", "--input");
    if (typed.topic_delimiter && typed.form == MessageForm::json)
        return bad_pair("--topic-delimiter and --input json both say where the topic is", "--topic-delimiter",
                        "--input");
    if (typed.topic_delimiter && typed.topic_name)
        return bad_pair("-t and --topic-delimiter both say where to publish", "-t", "--topic-delimiter");
    return {};
}

Result<> check_input(const PublishArguments& typed) {
    const auto [option, effect] = divider(typed);
    const bool can_be_many = !typed.source || typed.source == Source::lines || typed.source == Source::file;
    if (!option.empty() && !can_be_many)
        return bad(fmt::format("{} {}", option, effect), "give the input with -l or -f, not with -m, -s or -n",
                   {option, "-l", "-f", "-m", "-s", "-n"});
    return holds_many(typed) ? check_many(typed) : check_single(typed);
}

/// Refuses what says otherwise when to publish, and records that have no times.
Result<> check_replay(const PublishArguments& typed) {
    if (!typed.replay) return {};
    if (typed.form != MessageForm::json)
        return bad("--replay needs the times of JSON records", "give --input json", {"--replay", "--input"});
    if (typed.rate) return bad_pair("--rate and --replay both say when to publish", "--rate", "--replay");
    if (typed.spool)
        return bad_pair("--spool may deliver a message days later, and --replay keeps the times of records", "--spool",
                        "--replay");
    return {};
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
                                    .skip_bad = typed.skip_bad || typed.spool,
                                    .replay_speed = typed.replay};
    take(settings.messages_per_second, typed.rate);
    if (typed.form == MessageForm::json) settings.form = record::RecordForm::json;
    if (typed.topic_delimiter) settings.form = record::RecordForm::topic_and_payload;
    return settings;
}

}  // namespace

Result<PublishSettings> resolve_input(const Arguments& arguments) {
    const PublishArguments& typed = arguments.publish;
    if (const auto checked = check_replay(typed); !checked) return checked.error();
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
