// SPDX-License-Identifier: Apache-2.0
// Where the messages of mqtts-pub come from, as its options say.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>

#include "cli/settings.hpp"
#include "client/publish_stream.hpp"
#include "log/log.hpp"

namespace mqtts {

/// "standard input: line": what stands before the number of a message where there are many.
[[nodiscard]] std::string record_name(const cli::PublishSettings& settings);

/// The first message is known before there is a connection, and hardly any server refuses to take it: QoS 1 and small
/// packets nearly all of them have, retained messages, Topic Aliases and large packets not.
[[nodiscard]] bool is_ready_early(const cli::PublishSettings& settings);

/// The messages that the options name, on their way to an outlet. `outlet` and `log` must outlive the stream. Failure:
/// the input cannot be opened.
[[nodiscard]] Result<client::PublishStream> make_stream(const boost::asio::any_io_executor& executor,
                                                        const cli::PublishSettings& settings, client::Outlet& outlet,
                                                        const Log& log);

}  // namespace mqtts
