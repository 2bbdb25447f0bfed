// SPDX-License-Identifier: Apache-2.0
// Who remembers, for a later process, what this one has received: mqtts-sub --state.
#pragma once

#include <span>

#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

class ReceiptKeeper {
public:
    virtual ~ReceiptKeeper() = default;

    /// QoS 2 identifiers in use that an earlier process remembered.
    [[nodiscard]] virtual std::span<const wire::PacketIdentifier> identifiers() const noexcept = 0;

    /// CONNACK accepted us. Without Session Present the identifiers remembered mean nothing any more.
    [[nodiscard]] virtual Result<> connected(bool session_present) = 0;

    /// What was delivered is written, and is about to be acknowledged with these; see session::Session::owed().
    /// Failure: it is not acknowledged.
    [[nodiscard]] virtual Result<> keep(std::span<const wire::Acknowledgement> owed) = 0;
};

}  // namespace mqtts::client
