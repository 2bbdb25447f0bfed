// SPDX-License-Identifier: Apache-2.0
#include "publish_source.hpp"

#include <optional>
#include <utility>

namespace mqtts {

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

}  // namespace

Result<client::PublishStream> make_stream(const boost::asio::any_io_executor& executor,
                                          const cli::PublishSettings& settings, client::Outlet& outlet,
                                          const Log& log) {
    auto input = open_input(executor, settings);
    if (!input) return input.error();
    record::Framer framer(settings.framing);
    if (settings.source == Source::message) framer.input().append(settings.text);
    client::PublishStream stream(outlet, settings.message, std::move(framer), std::move(*input), log);
    if (settings.records)
        stream.take_records(*settings.records);
    else
        stream.repeat(settings.repetition);
    return stream;
}

}  // namespace mqtts
