// SPDX-License-Identifier: Apache-2.0
// What --tls-report and --check show of a TLS connection.
#pragma once

#include <string>

#include "json/writer.hpp"
#include "tls/report.hpp"

namespace mqtts::tls {

/// Lines, each ended by a newline, what concerns a certificate indented below its subject.
[[nodiscard]] std::string to_text(const Report& report);

/// An object: "version", "cipher", "group", "alpn", "resumed", "verification" ("trusted", "rejected", "not checked"),
/// where it was rejected "rejection", and "certificates", the server's own first.
void write(json::Writer& json, const Report& report);

}  // namespace mqtts::tls
