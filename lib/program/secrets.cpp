// SPDX-License-Identifier: Apache-2.0
#include "program/secrets.hpp"

#include <fmt/format.h>

#include "os/prompt.hpp"
#include "text/escape.hpp"
#include "tls/pkcs11.hpp"

namespace mqtts::program {

tls::AskPassphrase passphrase_prompt(Deadline deadline) {
    return [deadline](const std::string& path) -> Result<Secret> {
        const bool in_token = tls::is_pkcs11_uri(path);
        const char* secret = in_token ? "PIN" : "pass phrase";
        auto typed = os::ask({.question = fmt::format("{} of {}: ", secret, escape(path)),
                              .otherwise = fmt::format("give its {} with --key-pass-file or in MQTTS_KEY_PASS", secret),
                              .deadline = deadline});
        if (typed || typed.error().code == Errc::timed_out) return typed;
        const char* obstacle = in_token ? "wants a PIN" : "is encrypted";
        return Failure(Errc::unusable_key, fmt::format("{} {}, and {}", path, obstacle, typed.error().cause),
                       typed.error().hint, {path});
    };
}

Result<> ask_for_password(cli::Settings& settings, Deadline deadline) {
    session::Settings& session = settings.client.session;
    if (!settings.prompt_password || session.password) return {};
    const std::string user = session.user_name ? fmt::format(" of {}", *session.user_name) : "";
    const auto typed =
        os::ask({.question = escape(fmt::format("password{} at {}: ", user, settings.client.endpoints.front().host)),
                 .otherwise = "give the password with --pw-file or in MQTTS_PASSWORD",
                 .deadline = deadline});
    if (!typed)
        return Failure(typed.error().code, "--pw-prompt: " + typed.error().cause, typed.error().hint, {"--pw-prompt"});
    session.password = typed->view();
    return {};
}

}  // namespace mqtts::program
