// SPDX-License-Identifier: Apache-2.0
#include "program/open_keys.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "program/exposure.hpp"
#include "program/inherited.hpp"

namespace mqtts::program {

namespace {

/// A file or pass phrase from the environment that the run may do without, given what came from elsewhere.
struct Spare {
    std::string_view option;
    bool (*is_spare)(const cli::Settings&);
    void (*drop)(tls::Policy&);
};

constexpr auto spares = std::to_array<Spare>({
    {"cafile",
     [](const cli::Settings& s) {
         return s.tls.system_trust || (!s.tls.ca_path.empty() && !is_inherited(s, "capath"));
     },
     [](tls::Policy& policy) { policy.ca_file.clear(); }},
    {"capath",
     [](const cli::Settings& s) {
         return s.tls.system_trust || (!s.tls.ca_file.empty() && !is_inherited(s, "cafile"));
     },
     [](tls::Policy& policy) { policy.ca_path.clear(); }},
    {"key-pass", [](const cli::Settings&) { return true; },  // the key may have none, or somebody can be asked
     [](tls::Policy& policy) { policy.key_passphrase.reset(); }},
    {"key",
     [](const cli::Settings& s) { return !is_inherited(s, "cert"); },  // the certificate may have its key with it
     [](tls::Policy& policy) { policy.key_file.clear(); }},
});

/// Removes from the settings what is left out, and notes the reason at its origin.
Result<tls::Context> open_context(cli::Settings& settings, Deadline deadline, const Log& log) {
    const tls::AskPassphrase ask = passphrase_prompt(deadline);
    Result<tls::Context> context = tls::Context::create(settings.tls, ask);
    if (context) return context;
    for (const Spare& one : spares) {
        if (!is_inherited(settings, one.option) || !one.is_spare(settings)) continue;
        if (!is_about(context.error().code, one.option)) continue;
        cli::Settings without = settings;
        one.drop(without.tls);
        leave_out(without, one.option, context.error());
        Result<tls::Context> second = open_context(without, deadline, log);  // it may not be the only one
        if (!second) continue;
        tell_left_out(without, one.option, log);
        settings = std::move(without);
        return second;
    }
    return context;
}

}  // namespace

Result<tls::Context> open_keys(cli::Settings& settings, Deadline deadline, const Log& log) {
    settings.tls.reading_deadline = deadline;
    Result<tls::Context> context = open_context(settings, deadline, log);
    if (!context) return with_origins(context.error(), settings);
    if (const std::string expiry = context->expiry_warning(); !expiry.empty())
        log.warning(expiry, {.event = context->has_expired_certificate() ? "own_certificate_expired"
                                                                         : "own_certificate_expires_soon"});
    warn_of_exposed_key(settings.tls, log);
    settings.tls.key_passphrase.reset();
    return context;
}

}  // namespace mqtts::program
