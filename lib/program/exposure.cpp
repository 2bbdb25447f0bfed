// SPDX-License-Identifier: Apache-2.0
#include "program/exposure.hpp"

#include <fmt/format.h>

#include <string>

#include "text/escape.hpp"
#include "tls/exposed_key.hpp"

namespace mqtts::program {

void warn_of_exposure(const tls::Policy& policy, const Log& log) {
    if (!policy.verify) {
        log.warning(
            "--insecure: the server's identity is not verified; anyone who answers can read and write everything",
            {.event = "insecure"});
    }
    if (const std::string& file = policy.key_log_file; !file.empty()) {
        log.warning(
            fmt::format("--tls-keylog: anyone who can read {} can decrypt everything sent and received", escape(file)),
            {.event = "key_log"});
    }
}

void warn_of_exposed_key(const tls::Policy& policy, const Log& log) {
    const tls::Finding exposed = tls::exposed_key(policy);
    if (!exposed.cause.empty()) log.warning(exposed.cause, {.event = "key_exposed", .hint = exposed.cure});
}

}  // namespace mqtts::program
