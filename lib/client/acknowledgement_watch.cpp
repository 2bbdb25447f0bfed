#include "client/acknowledgement_watch.hpp"

#include <fmt/format.h>

namespace mqtts::client {

Awaitable<Result<>> watch_acknowledgements(const session::Session& session, std::chrono::milliseconds limit,
                                           std::function<void()> ping, std::string server) {
    for (bool asked = false;;) {
        const std::uint64_t answers = session.answers();
        const bool waiting = session.awaits_answers();
        if (Result<> reached = co_await until(session::Clock::now() + limit / 2); !reached) co_return reached;
        if (!waiting || session.answers() != answers) {
            asked = false;
        } else if (!asked) {
            ping();
            asked = true;
        } else if (!session.awaiting_pingresp()) {
            const double seconds = std::chrono::duration<double>(limit).count();
            co_return Failure(
                Errc::unacknowledged,
                fmt::format("{} answers pings, but has acknowledged nothing for {:g} s", server, seconds));
        }
    }
}

}  // namespace mqtts::client
