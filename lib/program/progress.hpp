// SPDX-License-Identifier: Apache-2.0
// Shows how far a publisher is, in the last line of a terminal.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client/client.hpp"
#include "client/publisher.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// Returns "900 messages, 300/s, 890 acknowledged, 10 in flight, 25 % published, 9 s left". `part_published`: of the
/// input, 0 to 1; with nothing or 0 it leaves the time out.
[[nodiscard]] std::string progress_text(const client::Statistics& statistics, std::chrono::nanoseconds elapsed,
                                        std::optional<double> part_published);

/// Shows the progress of work that takes longer, once a second, if standard error is a terminal and the input is not
/// typed. Never ends by itself: it is cancelled with the client's run.
[[nodiscard]] Awaitable<Result<>> show_progress(const Program& program, const client::Client& client,
                                                client::Publisher& publisher);

}  // namespace mqtts::program
