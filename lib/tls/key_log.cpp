// SPDX-License-Identifier: Apache-2.0
#include "tls/key_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "os/open_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"
#include "tls/evidence.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

/// Opens the file without waiting for the reader of a pipe.
os::OpenFile open_to_append(const std::string& path) {
    constexpr mode_t owner_only = 0600;
    constexpr int how = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK;
    return os::OpenFile(::open(path.c_str(), how, owner_only));
}

// Writes each line with one call, so that programs that share the file do not mix their lines. A line that cannot be
// written is missing later; no connection depends on it.
void append_line(const SSL* ssl, const char* line) {
    const os::OpenFile file = open_to_append(evidence_of(ssl).policy.key_log_file);
    if (!file.is_open()) return;
    const std::string text = std::string(line) + '\n';
    [[maybe_unused]] const ssize_t written = ::write(file.get(), text.data(), text.size());
}

}  // namespace

Result<> check_key_log(const std::string& path) {
    if (open_to_append(path).is_open()) return {};
    return Failure{Errc::bad_option,
                   fmt::format("cannot write the TLS key log {}: {}", escape(path), os::system_reason(errno)),
                   {},
                   {path}};
}

Result<> log_keys(SSL_CTX* context, const Policy& policy) {
    if (policy.key_log_file.empty()) return {};
    if (Result<> checked = check_key_log(policy.key_log_file); !checked) return checked;
    SSL_CTX_set_keylog_callback(context, append_line);
    return {};
}

}  // namespace mqtts::tls
