// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/authentication.hpp"

#include <fmt/format.h>

#include "cli/quote.hpp"

namespace mqtts::cli {

using wire::PropertyIdentifier;

namespace {

/// Refuses properties that say the same as the options.
Result<> check_properties(wire::PropertiesView connect) {
    for (const auto identifier : {PropertyIdentifier::authentication_method, PropertyIdentifier::authentication_data})
        if (connect.find(identifier))
            return bad(fmt::format("--auth-method and -D connect {} exclude each other", wire::info(identifier).name),
                       fmt::format("leave out -D connect {}", wire::info(identifier).name), {"--auth-method", "-D"});
    return {};
}

/// Refuses a text that the server may know in another form than the one typed.
Result<> check_prepared(std::string_view text, std::string_view what, std::string_view option,
                        const std::string& method) {
    if (auth::is_prepared(text)) return {};
    return bad(fmt::format("{} takes only printable ASCII characters, and the {} has others", method, what),
               fmt::format("use a {} of printable ASCII characters", what), {"--auth-method", option});
}

Result<auth::Settings> resolve_scram(const SessionArguments& typed, const std::string& method) {
    if (typed.authentication_data_file)
        return bad(fmt::format("--auth-data-file is for other methods than {}, which proves the password", method),
                   "leave out --auth-data-file", {"--auth-method", "--auth-data-file"});
    const std::string user_name = typed.user_name.value_or("");
    const std::string password = typed.password.value_or("");
    if (user_name.empty())
        return bad(fmt::format("--auth-method {} needs a user name", method), "give -u", {"--auth-method", "-u"});
    if (password.empty() && !typed.prompt_password)
        return bad(fmt::format("--auth-method {} needs a password", method),
                   "give --pw-file, --pw-prompt or MQTTS_PASSWORD", {"--auth-method"});
    if (const auto checked = check_prepared(user_name, "user name", "-u", method); !checked) return checked.error();
    if (const auto checked = check_prepared(password, "password", "-P", method); !checked) return checked.error();
    return auth::Settings{.method = method, .user_name = user_name, .password = Secret(password)};
}

}  // namespace

Result<auth::Settings> resolve_authentication(const SessionArguments& typed) {
    if (!typed.authentication_method) {
        if (typed.authentication_data_file)
            return bad("--auth-data-file needs the method that it is for", "give --auth-method",
                       {"--auth-data-file", "--auth-method"});
        return auth::Settings();
    }
    const std::string& method = *typed.authentication_method;
    if (const auto checked = check_properties(typed.connect_properties.view()); !checked) return checked.error();
    if (auth::scram_hash(method)) return resolve_scram(typed, method);
    if (!typed.authentication_data_file)
        return bad(fmt::format("--auth-method {} needs its data", quoted(method)), "give --auth-data-file",
                   {"--auth-method", "--auth-data-file"});
    return auth::Settings{.method = method, .data_file = *typed.authentication_data_file};
}

}  // namespace mqtts::cli
