// SPDX-License-Identifier: Apache-2.0
// Strings as exec and posix_spawn want them. To be made before fork: behind it, a program of several threads must not
// allocate.
#pragma once

#include <string>
#include <vector>

namespace mqtts::test {

/// They point into the strings; a null pointer is the last.
std::vector<char*> pointers(std::vector<std::string>& strings);

/// Our environment, with these "NAME=value" on top.
std::vector<std::string> environment_with(const std::vector<std::string>& additions);

}  // namespace mqtts::test
