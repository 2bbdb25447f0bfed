// SPDX-License-Identifier: Apache-2.0
// The file of mqtts-sub --state: standard output is a file that has every message of QoS 2 exactly once, whenever we
// are killed. See store/receipts.hpp for how. With commands instead of an output, no command runs again for a message
// of QoS 2 whose success was recorded.
#pragma once

#include <optional>
#include <string>

#include "client/receipt_keeper.hpp"
#include "log/log.hpp"
#include "store/receipts.hpp"

namespace mqtts::program {

class StateFile final : public client::ReceiptKeeper {
public:
    /// Opens the file at `path`, or makes it, and cuts `output`, the descriptor that the messages go to, back to the
    /// recorded size; nothing: commands handle the messages. Fills in a missing Client Identifier. Fails when the file
    /// cannot be used or belongs to another session or output (store_failed), or the output is not a file (bad_option).
    /// `log` must outlive it.
    static Result<StateFile> open(const std::string& path, store::Durability durability, std::string& client_identifier,
                                  std::optional<int> output, const Log& log);

    [[nodiscard]] std::span<const wire::PacketIdentifier> identifiers() const noexcept override;
    [[nodiscard]] Result<> connected(bool session_present) override;
    [[nodiscard]] Result<> keep(std::span<const wire::Acknowledgement> owed) override;

private:
    StateFile(store::Receipts receipts, std::string path, std::optional<int> output, bool has_session, const Log& log);

    store::Receipts receipts_;
    std::string path_;
    std::optional<int> output_;
    bool has_session_;  // the server should have it
    const Log* log_;
};

}  // namespace mqtts::program
