// SPDX-License-Identifier: Apache-2.0
// The keeper's end of the socket of a call.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/overload.hpp"
#include "simulation/caller.hpp"

namespace mqtts::simulation {

using program::CallerLink;

/// Tells the keeper that there is something to read, or the end.
void Caller::wake() {
    if (!ready_) return;
    boost::asio::post(executor_, [this, link = std::weak_ptr(link_)] {
        if (!link.expired() && ready_) std::exchange(ready_, nullptr)();
    });
}

CallerLink::Received Caller::received(os::SecretBytes& to) {
    if (is_closed_) return CallerLink::Received::nothing;
    if (to_keeper_.empty()) return has_left_ ? CallerLink::Received::over : CallerLink::Received::nothing;
    if (waits_ || is_being_served_)
        network_.witness.broken(Invariant::bounded_memory, "a keeper reads on before it has told the result");
    to.append(to_keeper_);
    all_read_ += std::exchange(to_keeper_, {}).size();
    const bool is_complete = served_place_ < request_ends_.size() && all_read_ >= request_ends_[served_place_];
    if (manner_.kind == Manner::Kind::publishes && is_complete) set_waiting(true);
    return CallerLink::Received::bytes;
}

void Caller::set_waiting(bool waits) {
    if (std::exchange(waits_, waits) == waits) return;
    if (waits)
        witness_.waits();
    else
        witness_.waits_no_more();
}

/// Takes what the socket has room for.
bool Caller::send(std::string_view bytes) {
    if (is_closed_ || has_left_ || is_deaf_) return false;
    std::size_t count =
        std::min<std::size_t>(bytes.size(), manner_.room - std::min<std::size_t>(manner_.room, to_caller_.size()));
    const bool dies = keeper_.dies_writing();
    if (dies) count = random_.below(static_cast<std::uint32_t>(count + 1));
    to_caller_ += bytes.substr(0, count);
    const bool all = count == bytes.size();
    missed_something_ |= !all;
    if (all) note_written(bytes);
    want_read();
    if (dies) keeper_.die();
    return all && !dies;
}

void Caller::note_written(std::string_view bytes) {
    while (written_.read(bytes) == share::ReadState::frame) {
        const share::Reply& reply = written_.reply();
        const auto note = [&](std::string_view what) {
            if (network_.trace.on())
                network_.trace.note(0, fmt::format("call {} is told of message {}: {}", call_, served_.number, what));
        };
        std::visit(Overload{[&](const share::Refused& refused) {
                                note(fmt::format("refused {}", static_cast<unsigned>(refused.reason)));
                                set_waiting(false);
                                witness_.refused(manner_, served_, refused.reason, keeper_.is_open());
                            },
                            [&](const share::Taken&) {
                                note("taken");
                                set_waiting(false);
                                is_being_served_ = true;
                                witness_.taken(served_);
                                if (manner_.kind != Manner::Kind::publishes)
                                    network_.witness.broken(Invariant::verdict_cause,
                                                            "a caller with other settings is served");
                            },
                            [&](const share::Done& done) {
                                note(done.code == Errc::ok ? "done" : done.cause);
                                if (!std::exchange(is_being_served_, false))
                                    network_.witness.broken(Invariant::one_outcome, "a result without a message");
                                witness_.told(served_, done);
                                served_ = message_of(network_.plan, call_, ++served_place_);
                            },
                            [&](const share::LogLine& line) { note(line.text); }, [](const share::Status&) {}},
                   reply);
    }
}

void Caller::closed_by_keeper() {
    link_.reset();
    ready_ = nullptr;
    set_waiting(false);
    if (std::exchange(is_closed_, true)) return;
    want_read();
}

void Caller::keeper_ended() {
    if (link_) closed_by_keeper();
}

}  // namespace mqtts::simulation
