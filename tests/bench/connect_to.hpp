// SPDX-License-Identifier: Apache-2.0
// A TCP connection over IPv4, for the programs of the benchmark.
#pragma once

#include <string>

#include "support/file_descriptor.hpp"

namespace mqtts::bench {

/// Throws when there is none to be had.
test::FileDescriptor connect_to(const std::string& host, const std::string& port);

}  // namespace mqtts::bench
