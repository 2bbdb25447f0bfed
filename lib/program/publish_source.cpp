// SPDX-License-Identifier: Apache-2.0
#include "program/publish_source.hpp"

#include <optional>
#include <utility>

#include "client/record_publisher.hpp"
#include "client/whole_publisher.hpp"

namespace mqtts::program {

using cli::Source;

namespace {

/// Opens standard input or a file, if the messages come from there.
Result<std::optional<stream::Input>> open_input(const boost::asio::any_io_executor& executor,
                                                const cli::PublishSettings& settings) {
    if (settings.source == Source::message || settings.source == Source::null) return std::optional<stream::Input>();
    Result<stream::Input> input = settings.source == Source::file ? stream::Input::open(executor, settings.text)
                                                                  : stream::Input::standard_input(executor);
    if (!input) return input.error();
    return std::optional(std::move(*input));
}

}  // namespace

Result<std::unique_ptr<client::Publisher>> make_publisher(const boost::asio::any_io_executor& executor,
                                                          const cli::PublishSettings& settings, client::Outlet& outlet,
                                                          const Log& log) {
    auto input = open_input(executor, settings);
    if (!input) return input.error();
    client::PublishSource source{.framer = record::Framer(settings.framing), .input = std::move(*input)};
    if (settings.source == Source::message) source.framer.input().append(settings.text);
    std::unique_ptr<client::Publisher> publisher;
    if (settings.records)
        publisher = std::make_unique<client::RecordPublisher>(outlet, settings.message, std::move(source),
                                                              *settings.records, log);
    else
        publisher = std::make_unique<client::WholePublisher>(outlet, settings.message, std::move(source),
                                                             settings.repetition, log);
    return publisher;
}

}  // namespace mqtts::program
