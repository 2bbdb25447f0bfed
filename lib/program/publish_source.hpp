// SPDX-License-Identifier: Apache-2.0
// Finds the messages of mqtts-pub as its options say.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "cli/settings.hpp"
#include "client/publisher.hpp"
#include "log/log.hpp"

namespace mqtts::program {

/// Makes a publisher of the messages that the options name. `outlet` and `log` must outlive it. Fails when the input
/// cannot be opened.
[[nodiscard]] Result<std::unique_ptr<client::Publisher>> make_publisher(const boost::asio::any_io_executor& executor,
                                                                        const cli::PublishSettings& settings,
                                                                        client::Outlet& outlet, const Log& log);

}  // namespace mqtts::program
