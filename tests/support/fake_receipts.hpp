// SPDX-License-Identifier: Apache-2.0
// A ReceiptKeeper in memory, which tells what it was to remember.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "client/receipt_keeper.hpp"
#include "wire/text.hpp"

namespace mqtts::test {

class FakeReceipts final : public client::ReceiptKeeper {
public:
    // The test decides
    std::vector<wire::PacketIdentifier> remembered;
    Result<> keeps;  // how keep() ends

    /// What happened since the last call: "connected; PUBREC 1, PUBACK 2".
    [[nodiscard]] std::string told() { return std::exchange(told_, {}); }

    [[nodiscard]] std::span<const wire::PacketIdentifier> identifiers() const noexcept override { return remembered; }
    [[nodiscard]] Result<> connected(bool session_present) override {
        tell(session_present ? "connected session-present" : "connected");
        return {};
    }
    [[nodiscard]] Result<> keep(std::span<const wire::Acknowledgement> owed) override {
        std::string text;
        for (const wire::Acknowledgement& one : owed)
            text += (text.empty() ? "" : ", ") + std::string(wire::name(one.type)) + ' ' +
                    std::to_string(one.packet_identifier);
        if (!text.empty()) tell(text);
        return keeps;
    }

private:
    void tell(std::string_view what) {
        if (!told_.empty()) told_ += "; ";
        told_ += what;
    }

    std::string told_;
};

}  // namespace mqtts::test
