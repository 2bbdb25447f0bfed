// SPDX-License-Identifier: Apache-2.0
// Where the messages of mqtts-pub come from, as its options say.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "cli/settings.hpp"
#include "client/publisher.hpp"
#include "log/log.hpp"

namespace mqtts::program {

/// The messages that the options name, on their way to an outlet. `outlet` and `log` must outlive the publisher.
/// Failure: the input cannot be opened.
[[nodiscard]] Result<std::unique_ptr<client::Publisher>> make_publisher(const boost::asio::any_io_executor& executor,
                                                                        const cli::PublishSettings& settings,
                                                                        client::Outlet& outlet, const Log& log);

}  // namespace mqtts::program
