// SPDX-License-Identifier: Apache-2.0
#include "publish_source.hpp"

#include <fmt/format.h>

#include "wire/encode.hpp"

namespace mqtts {

using cli::InputForm;
using cli::Source;

namespace {

/// Standard input or a file, where there is one to read.
Result<std::optional<stream::Input>> open_input(const boost::asio::any_io_executor& executor,
                                                const cli::PublishSettings& settings) {
    if (settings.source == Source::message || settings.source == Source::null) return std::optional<stream::Input>();
    Result<stream::Input> input = settings.source == Source::file ? stream::Input::open(executor, settings.text)
                                                                  : stream::Input::standard_input(executor);
    if (!input) return input.error();
    return std::optional(std::move(*input));
}

record::Framer make_framer(const cli::PublishSettings& settings) {
    const cli::InputSettings& input = settings.input;
    const std::size_t maximum = settings.maximum_message_size;
    if (!input.many) return {record::Framing::whole, maximum};
    switch (input.form.value_or(InputForm::lines)) {
        case InputForm::lines:
            return {record::Framing::delimited, maximum, input.delimiter.value_or("\n")};
        case InputForm::nul:
            return {record::Framing::delimited, maximum, std::string(1, '\0')};
        case InputForm::length:
            return {record::Framing::length, maximum};
        case InputForm::json:
            break;
    }
    return {record::Framing::delimited, maximum};
}

client::RecordSettings record_settings(const cli::PublishSettings& settings) {
    const cli::InputSettings& input = settings.input;
    client::RecordSettings records{.name = record_name(settings),
                                   .topic_delimiter = input.topic_delimiter.value_or(""),
                                   .skip_bad = input.skip_bad,
                                   .messages_per_second = input.rate};
    if (input.form == InputForm::json) records.form = record::RecordForm::json;
    if (input.topic_delimiter) records.form = record::RecordForm::topic_and_payload;
    return records;
}

}  // namespace

std::string record_name(const cli::PublishSettings& settings) {
    const cli::InputSettings& input = settings.input;
    const bool in_lines = !input.delimiter && input.form != InputForm::nul && input.form != InputForm::length;
    const bool is_file = settings.source == Source::file && settings.text != "-" && settings.text != "/dev/stdin";
    return fmt::format("{}: {}", is_file ? settings.text : "standard input", in_lines ? "line" : "record");
}

bool is_ready_early(const cli::PublishSettings& settings) {
    constexpr std::size_t small = 4 * 1024;
    const wire::Publish message{
        .topic_name = settings.topic_name, .payload = settings.text, .properties = settings.properties.view()};
    const bool is_given = settings.source == Source::message || settings.source == Source::null;
    return is_given && settings.qos == wire::Qos::at_least_once && !settings.retain &&
           encoded_size(message, wire::ProtocolVersion::v5) <= small &&
           !message.properties.find(wire::PropertyIdentifier::topic_alias);
}

Result<client::PublishStream> make_stream(const boost::asio::any_io_executor& executor,
                                          const cli::PublishSettings& settings, client::Outlet& outlet,
                                          const Log& log) {
    auto input = open_input(executor, settings);
    if (!input) return input.error();
    record::Framer framer = make_framer(settings);
    if (settings.source == Source::message) framer.input().append(settings.text);
    client::PublishStream stream(outlet,
                                 {.topic_name = settings.topic_name,
                                  .properties = settings.properties,
                                  .qos = settings.qos,
                                  .retain = settings.retain,
                                  .may_be_empty = settings.source != Source::whole_stdin},
                                 std::move(framer), std::move(*input), log);
    if (settings.input.many)
        stream.take_records(record_settings(settings));
    else
        stream.repeat({.times = settings.repeat, .delay = settings.repeat_delay});
    return stream;
}

}  // namespace mqtts
