// SPDX-License-Identifier: Apache-2.0
#include "tls/key_log.hpp"

#include <unistd.h>

#include <string>

#include "os/open_file.hpp"
#include "tls/evidence.hpp"
#include "tls/key_log_file.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

// Writes each line with one call, so that programs that share the file do not mix their lines. A line that cannot be
// written is missing later; no connection depends on it.
void append_line(const SSL* ssl, const char* line) {
    const os::OpenFile file = open_key_log(evidence_of(ssl).policy.key_log_file);
    if (!file.is_open()) return;
    const std::string text = std::string(line) + '\n';
    [[maybe_unused]] const ssize_t written = ::write(file.get(), text.data(), text.size());
}

}  // namespace

Result<> log_keys(SSL_CTX* context, const Policy& policy) {
    if (policy.key_log_file.empty()) return {};
    if (Result<> checked = check_key_log(policy.key_log_file); !checked) return checked;
    SSL_CTX_set_keylog_callback(context, append_line);
    return {};
}

}  // namespace mqtts::tls
