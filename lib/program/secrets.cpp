// SPDX-License-Identifier: Apache-2.0
#include "program/secrets.hpp"

#include <fmt/format.h>

#include "auth/token.hpp"
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

Result<> read_authentication_data(cli::Settings& settings, Deadline deadline) {
    auth::Settings& authentication = settings.client.authentication;
    if (authentication.data_file.empty()) return {};
    auto data = auth::read_data_file(authentication.data_file, deadline);
    if (!data)
        return Failure(data.error().code, "--auth-data-file: " + data.error().cause, data.error().hint,
                       {"--auth-data-file", authentication.data_file});
    authentication.data = *std::move(data);
    return {};
}

namespace {

/// Keeps a password that was typed for SCRAM, which takes no other characters.
Result<> take_for_scram(auth::Settings& authentication, const Secret& password) {
    if (password.view().empty() || !auth::is_prepared(password.view()))
        return Failure(Errc::bad_option,
                       fmt::format("--pw-prompt: the password must be of printable ASCII characters for {}",
                                   authentication.method),
                       "change the password", {"--pw-prompt", "--auth-method"});
    authentication.password = password;
    return {};
}

}  // namespace

Result<> ask_for_password(cli::Settings& settings, Deadline deadline) {
    session::Settings& session = settings.client.session;
    auth::Settings& authentication = settings.client.authentication;
    if (!settings.prompt_password || session.password || !authentication.password.view().empty()) return {};
    const bool is_scram = auth::scram_hash(authentication.method).has_value();
    const std::string name = is_scram ? authentication.user_name : session.user_name.value_or("");
    const std::string user = name.empty() ? "" : fmt::format(" of {}", name);
    const auto typed =
        os::ask({.question = escape(fmt::format("password{} at {}: ", user, settings.client.endpoints.front().host)),
                 .otherwise = "give the password with --pw-file or in MQTTS_PASSWORD",
                 .deadline = deadline});
    if (!typed)
        return Failure(typed.error().code, "--pw-prompt: " + typed.error().cause, typed.error().hint, {"--pw-prompt"});
    if (is_scram) return take_for_scram(authentication, *typed);
    session.password = typed->view();
    return {};
}

}  // namespace mqtts::program
