// Prints received messages on standard output, until there were enough.
#pragma once

#include <cstdint>

#include "stream/format.hpp"
#include "stream/message_sink.hpp"
#include "stream/output.hpp"
#include "stream/settings.hpp"

namespace mqtts::stream {

class Printer final : public MessageSink {
public:
    Printer(const PrintSettings& settings, Output output);

    /// A retained message that is not wanted counts as neither printed nor refused: it is acknowledged like the others.
    [[nodiscard]] Wanted deliver(const wire::Publish& message) override;
    Awaitable<Result<>> flush() override;

    /// The reader of standard output has left: the end of the work, not an error.
    [[nodiscard]] bool reader_left() const noexcept { return output_.broken_pipe(); }

private:
    Formatter formatter_;
    Output output_;
    bool skip_retained_;
    std::uint64_t remaining_;  // messages to print; 0: no limit
};

}  // namespace mqtts::stream
