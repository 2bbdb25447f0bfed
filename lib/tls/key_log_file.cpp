// SPDX-License-Identifier: Apache-2.0
#include "tls/key_log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::tls {

os::OpenFile open_key_log(const std::string& path) {
    constexpr mode_t owner_only = 0600;
    constexpr int how = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK;
    return os::OpenFile(::open(path.c_str(), how, owner_only));
}

Result<> check_key_log(const std::string& path) {
    if (open_key_log(path).is_open()) return {};
    return Failure{Errc::bad_option,
                   fmt::format("cannot write the TLS key log {}: {}", escape(path), os::system_reason(errno)),
                   {},
                   {path}};
}

}  // namespace mqtts::tls
