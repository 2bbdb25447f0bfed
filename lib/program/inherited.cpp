// SPDX-License-Identifier: Apache-2.0
#include "program/inherited.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tls/key_log_file.hpp"

namespace mqtts::program {

namespace {

/// The options that a failure may be about. The failure itself cannot name them: it is made where only files and
/// addresses are known.
struct About {
    Errc code;
    std::array<std::string_view, 4> options;
};

constexpr auto subjects = std::to_array<About>({
    {Errc::unusable_ca, {"cafile", "capath"}},
    {Errc::unusable_certificate, {"cert", "key-pass", "key-pass-file"}},
    {Errc::unusable_key, {"cert", "key", "key-pass", "key-pass-file"}},
    {Errc::key_mismatch, {"cert", "key"}},
    {Errc::name_not_found, {"host", "url", "connect-to"}},
    {Errc::connection_refused, {"host", "port", "url", "connect-to"}},
    {Errc::unreachable, {"host", "port", "url", "connect-to"}},
    {Errc::connect_timeout, {"host", "port", "url", "connect-to"}},
    {Errc::proxy_failed, {"proxy"}},
    {Errc::proxy_refused, {"proxy"}},
    {Errc::unusable_proxy, {"proxy"}},
    {Errc::untrusted_issuer, {"cafile", "capath"}},
    {Errc::client_certificate_refused, {"cert", "key"}},
    {Errc::bad_credentials, {"username", "pw", "pw-file", "url"}},
    {Errc::not_authorized, {"username", "pw", "pw-file", "url"}},
});

/// Tells whether --connect-to makes the option irrelevant: it goes elsewhere than the broker's name and port say.
bool is_on_another_way(Errc code, std::string_view option, const cli::Settings& settings) {
    const bool is_about_the_way = exit_status(code) == exit_status(Errc::unreachable);
    return is_about_the_way && settings.client.route.connect_to && option != "connect-to" && option != "proxy";
}

}  // namespace

bool is_inherited(const cli::Settings& settings, std::string_view option) {
    return std::ranges::any_of(settings.origins, [&](const cli::Origin& one) {
        return one.is_inherited && one.option == option && one.left_out.empty();
    });
}

void leave_out(cli::Settings& settings, std::string_view option, const Failure& failure) {
    for (cli::Origin& one : settings.origins)
        if (one.is_inherited && one.option == option) one.left_out = one_line(failure);
}

void tell_left_out(const cli::Settings& settings, std::string_view option, const Log& log) {
    for (const cli::Origin& one : settings.origins)
        if (!one.left_out.empty() && one.option == option)
            log.debug(fmt::format("{} is left out: {}", one.source, one.left_out), {.event = "left_out"});
}

bool is_about(Errc code, std::string_view option) {
    const auto found = std::ranges::find(subjects, code, &About::code);
    return found != subjects.end() && std::ranges::find(found->options, option) != found->options.end();
}

void drop_unusable_key_log(cli::Settings& settings, const Log& log) {
    if (!is_inherited(settings, "tls-keylog")) return;
    const Result<> usable = tls::check_key_log(settings.tls.key_log_file);
    if (usable) return;
    leave_out(settings, "tls-keylog", usable.error());
    tell_left_out(settings, "tls-keylog", log);
    settings.tls.key_log_file.clear();
}

Failure with_origins(Failure failure, const cli::Settings& settings) {
    std::string places;
    for (const cli::Origin& one : settings.origins) {
        if (!is_about(failure.code, one.option) || is_on_another_way(failure.code, one.option, settings)) continue;
        places += fmt::format("{}--{}: {}", places.empty() ? "" : "; ", one.option, one.source);
        if (!one.left_out.empty()) places += fmt::format(", left out: {}", one.left_out);
    }
    if (!places.empty()) failure.cause += fmt::format(" ({})", places);
    return failure;
}

}  // namespace mqtts::program
