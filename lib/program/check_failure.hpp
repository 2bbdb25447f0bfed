// SPDX-License-Identifier: Apache-2.0
// What --check=json says of a check that failed before there was a connection to look at.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "json/writer.hpp"

namespace mqtts::program {

/// Writes "error" of the report: an object as in a line of --log-format json.
void write_failure(json::Writer& json, const Failure& failure);

/// Returns the same object as to_json() of check_report.hpp, with nothing found out. `server`: "host:port", escaped;
/// empty: the command line names no host.
[[nodiscard]] std::string check_failure(std::string_view server, const Failure& failure);

}  // namespace mqtts::program
