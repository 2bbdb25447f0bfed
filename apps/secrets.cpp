#include "secrets.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "cli/prompt.hpp"
#include "transport/settings.hpp"

namespace mqtts {

transport::AskPassphrase passphrase_prompt(Deadline deadline) {
    return [deadline](const std::string& path) -> Result<Secret> {
        auto typed = cli::ask({.question = fmt::format("pass phrase of {}: ", escape(path)),
                               .otherwise = "give its pass phrase with --key-pass-file or in MQTTS_KEY_PASS",
                               .deadline = deadline});
        if (typed || typed.error().code == Errc::timed_out) return typed;
        return Failure(Errc::unusable_key, fmt::format("{} is encrypted, and {}", path, typed.error().what));
    };
}

Result<> ask_for_password(cli::Settings& settings, Deadline deadline) {
    session::Settings& session = settings.session;
    if (!settings.prompt_password || session.password) return {};
    const std::string user = session.user_name ? fmt::format(" of {}", *session.user_name) : "";
    const auto typed =
        cli::ask({.question = escape(fmt::format("password{} at {}: ", user, settings.transport.endpoint.host)),
                  .otherwise = "give the password with --pw-file or in MQTTS_PASSWORD",
                  .deadline = deadline});
    if (!typed) return Failure(typed.error().code, "--pw-prompt: " + typed.error().what);
    session.password = typed->view();
    return {};
}

}  // namespace mqtts
