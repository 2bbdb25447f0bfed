// SPDX-License-Identifier: Apache-2.0
// How far a publisher is, in the last line of a terminal.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client/client.hpp"
#include "client/publisher.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// "900 messages, 300/s, 890 acknowledged, 10 in flight, 25 % published, 9 s left". `part_published`: of the input, 0
/// to 1; nothing or 0: no time can be told from it, and none is.
[[nodiscard]] std::string progress_text(const client::Statistics& statistics, std::chrono::nanoseconds elapsed,
                                        std::optional<double> part_published);

/// Beside a publisher's work that takes longer: once a second, if standard error is a terminal that nobody types at.
/// Never ends by itself: it is cancelled with the client's run.
[[nodiscard]] Awaitable<Result<>> show_progress(const Program& program, const client::Client& client,
                                                client::Publisher& publisher);

}  // namespace mqtts::program
