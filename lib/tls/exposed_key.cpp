// SPDX-License-Identifier: Apache-2.0
#include "tls/exposed_key.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "text/escape.hpp"
#include "text/shell_word.hpp"

namespace mqtts::tls {

const std::string& path_of_key(const Policy& policy) noexcept {
    return policy.key_file.empty() ? policy.certificate_file : policy.key_file;
}

Finding exposed_key(const Policy& policy) {
    const std::string& path = path_of_key(policy);
    struct stat status {};
    if (path.empty() || ::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return {};
    return {fmt::format("every user of this machine can read {}, the private key", escape(path)),
            fmt::format("run chmod o-r {}", shell_word(path))};
}

}  // namespace mqtts::tls
