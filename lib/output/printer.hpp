// SPDX-License-Identifier: Apache-2.0
// Prints received messages on standard output until there are enough.
#pragma once

#include <cstdint>
#include <optional>

#include "format/formatter.hpp"
#include "log/log.hpp"
#include "output/message_sink.hpp"
#include "output/print_settings.hpp"
#include "output/selection.hpp"
#include "output/watch.hpp"
#include "stream/output.hpp"

namespace mqtts::output {

class Printer final : public MessageSink {
public:
    /// `log` must outlive it.
    Printer(const PrintSettings& settings, stream::Output output, const Log& log);

    /// Prints the message if it is wanted; an unwanted one is acknowledged like the others.
    [[nodiscard]] Wanted deliver(const wire::Publish& message) override;
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override;
    [[nodiscard]] bool is_awaited() const noexcept override { return !only_count_ && output_.is_awaited(); }
    Awaitable<Result<>> flush() override;

    /// With --message-rate, prints once a second how many messages came, until that fails (output_failed). Otherwise it
    /// waits. Either ends when it is cancelled.
    Awaitable<Result<>> report_rate();

    /// Waits until nobody reads the output any more, and fails then (output_failed). Ends when it is cancelled, too.
    Awaitable<Result<>> wait_for_reader_to_leave() { return output_.reader_gone(); }

    /// Returns how the messages compare with what was expected.
    [[nodiscard]] const Expectation& expectation() const noexcept { return selection_.expectation(); }

    /// Tells whether the reader of standard output has left: the end of the work, not an error.
    [[nodiscard]] bool reader_left() const noexcept { return output_.broken_pipe(); }

private:
    void print(const wire::Publish& message);

    stream::Output output_;
    Selection selection_;
    format::Formatter formatter_;
    std::optional<Watch> watch_;
    bool only_count_;
    std::uint64_t received_ = 0;  // since the last report, when only counting
};

}  // namespace mqtts::output
