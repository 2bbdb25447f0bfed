// SPDX-License-Identifier: Apache-2.0
// Writes the report on a TLS connection for --tls-report and --check.
#pragma once

#include <string>

#include "json/writer.hpp"
#include "tls/report.hpp"

namespace mqtts::tls {

/// Returns lines that end with a newline; those about a certificate are indented below its subject.
[[nodiscard]] std::string to_text(const Report& report);

/// Writes an object: "version", "cipher", "group", "alpn", "resumed", "verification" ("trusted", "rejected", "not
/// checked"), "rejection" if it was rejected, and "certificates", the server's own first.
void write(json::Writer& json, const Report& report);

}  // namespace mqtts::tls
