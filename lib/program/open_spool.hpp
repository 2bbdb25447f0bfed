// SPDX-License-Identifier: Apache-2.0
// Opens the directory of mqtts-pub --spool for the session that its messages belong to.
#pragma once

#include <string>

#include "store/spool.hpp"

namespace mqtts::program {

/// Opens the spool for the session that it belongs to: its own, or that of the Client Identifier given with -i. Fills
/// in a missing Client Identifier. Fails (store_failed) when the spool cannot be used, or contains messages of another
/// session.
[[nodiscard]] Result<store::Spool> open_spool(const std::string& directory, std::string& client_identifier);

}  // namespace mqtts::program
