// SPDX-License-Identifier: Apache-2.0
// A file of the C library that closes itself.
#pragma once

#include <cstdio>
#include <memory>

namespace mqtts::os {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

using CFile = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace mqtts::os
