// SPDX-License-Identifier: Apache-2.0
// Remembers for a later process what this one has received: mqtts-sub --state.
#pragma once

#include <span>

#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

class ReceiptKeeper {
public:
    virtual ~ReceiptKeeper() = default;

    /// Returns the QoS 2 identifiers in use that an earlier process remembered.
    [[nodiscard]] virtual std::span<const wire::PacketIdentifier> identifiers() const noexcept = 0;

    /// Notes that CONNACK accepted us. Without Session Present the remembered identifiers mean nothing any more.
    [[nodiscard]] virtual Result<> connected(bool session_present) = 0;

    /// Remembers the acknowledgements that are about to be sent for messages that are written; see
    /// session::Session::owed(). On failure they are not sent.
    [[nodiscard]] virtual Result<> keep(std::span<const wire::Acknowledgement> owed) = 0;
};

}  // namespace mqtts::client
