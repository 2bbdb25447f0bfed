// SPDX-License-Identifier: Apache-2.0
#include "os/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "os/open_file.hpp"
#include "os/system_reason.hpp"

namespace mqtts::os {

void occupy_standard_descriptors() noexcept {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) == -1)
            static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
}

void empty_standard_input() noexcept {
    const OpenFile nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (nothing.is_open()) ::dup2(nothing.get(), STDIN_FILENO);
}

Result<> print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
    return Failure(Errc::output_failed, "cannot write to standard output: " + system_reason(errno));
}

}  // namespace mqtts::os
