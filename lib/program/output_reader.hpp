// SPDX-License-Identifier: Apache-2.0
// The reader of mqtts-sub's standard output: a run that is only about what it prints is over when nobody reads that any
// more.
#pragma once

#include <functional>

#include "cli/settings.hpp"
#include "client/client.hpp"

namespace mqtts::program {

/// Tells whether the run is over then. Otherwise it goes on until there is something to write.
[[nodiscard]] bool is_over_without_reader(const client::Settings& client, const cli::SubscribeSettings& settings);

/// Ends the client when `left` fails, which waits until the reader has left. Never ends by itself: it is cancelled with
/// the client's run. Before the subscriptions are granted the run has done nothing that could end well.
[[nodiscard]] Awaitable<Result<>> watch_reader(client::Client& client, bool is_over,
                                               std::function<Awaitable<Result<>>()> left);

/// Tells whether the run ended because the reader has left, and nothing else is unfinished: a good end.
[[nodiscard]] bool ended_by_reader(const Result<>& result, bool reader_left, const client::Statistics& statistics);

}  // namespace mqtts::program
