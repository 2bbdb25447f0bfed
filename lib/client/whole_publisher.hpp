// SPDX-License-Identifier: Apache-2.0
// Publishes all of the input as one message.
#pragma once

#include <cstdint>
#include <memory>

#include "base/byte_source.hpp"
#include "client/publisher.hpp"

namespace mqtts::client {

class WholePublisher final : public Publisher {
public:
    WholePublisher(Outlet& outlet, PublishTemplate message, PublishSource source, const Repetition& repetition,
                   const Log& log, Timer& timer = system_timer());

private:
    Awaitable<> publish_input() override;
    void make_room_for_file();
    Awaitable<> publish_repeatedly();
    [[nodiscard]] Result<> check_so_far();
    [[nodiscard]] Result<> take_whole();
    [[nodiscard]] bool publish_once();

    Repetition repetition_;
    std::unique_ptr<ByteSource> source_;  // of the payload, when it need not be held
};

}  // namespace mqtts::client
