// SPDX-License-Identifier: Apache-2.0
// mqtts-pub --spool: a directory, and the session that its messages belong to.
#pragma once

#include <string>

#include "store/spool.hpp"

namespace mqtts::program {

/// Opens the spool for the session that it belongs to: its own, or that of the Client Identifier given with -i. A
/// Client Identifier is filled in, unless there is one. Failure (store_failed): the spool cannot be used, or holds
/// messages of another session.
[[nodiscard]] Result<store::Spool> open_spool(const std::string& directory, std::string& client_identifier);

}  // namespace mqtts::program
