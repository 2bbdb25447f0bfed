// SPDX-License-Identifier: Apache-2.0
#include "cli/inherited.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "cli/bad_option.hpp"
#include "cli/resolve/network.hpp"
#include "cli/resolve/overrides.hpp"
#include "net/no_proxy.hpp"

namespace mqtts::cli {

namespace {

using wire::ProtocolVersion;

const Given* last_of(const std::vector<Given>& given, std::string_view option) {
    const auto found =
        std::find_if(given.rbegin(), given.rend(), [&](const Given& one) { return one.option->name == option; });
    return found == given.rend() ? nullptr : &*found;
}

/// Was the option given? A default does not count.
bool is_given(const std::vector<Given>& given, std::string_view option) {
    const Given* const last = last_of(given, option);
    return last != nullptr && last->source != from_default;
}

bool is_inherited(const std::vector<Given>& given, std::string_view option) {
    const Given* const last = last_of(given, option);
    return last != nullptr && last->is_inherited;
}

/// Is each host reached without a proxy?
bool all_go_direct(const ConnectionArguments& connection) {
    const auto is_direct = [&](const std::string& host, std::uint16_t port) {
        return net::goes_direct(connection.route.no_proxy, host, port) ||
               net::goes_direct(hosts_without_inherited_proxy(), host, port);
    };
    if (const auto& other = connection.route.connect_to) return is_direct(other->host, other->port);
    return std::ranges::all_of(connection.hosts, [&](const HostAndPort& host) {
        return is_direct(host.host, host.port.value_or(connection.port.value_or(net::Endpoint().port)));
    });
}

/// Does a connection need the port of -p? --connect-to has its own, but the WebSocket request names that of the host.
bool needs_port(const ConnectionArguments& connection) {
    return !all_have_ports(connection.hosts) && (!connection.route.connect_to || connection.websocket);
}

/// Would the program do something else, or nothing, without the value of this option?
bool is_needed(std::string_view option, const Arguments& arguments, const std::vector<Given>& given) {
    const ConnectionArguments& connection = arguments.connection;
    if (is_given(given, option)) return false;
    if (option == "proxy") return !all_go_direct(connection);
    if (option == "host") return !is_given(given, "url");
    if (option == "port") return !is_given(given, "url") && needs_port(connection);
    if (option == "username") return !arguments.session.user_name;
    if (option == "pw") return !arguments.session.password && !arguments.session.prompt_password;
    return option != "early";  // the program does the same without it
}

/// Did Kubernetes or Docker set it, to tell containers of a service: "tcp://10.96.3.4:8883"?
bool is_service_link(const Given& given) {
    return given.option->name == "port" && given.values.front().find("://") != std::string::npos;
}

/// An option that another one, or the lack of another one, excludes.
struct Displaced {
    std::string_view option;
    std::string_view why;
    std::string_view hint;
    bool (*is_displaced)(const Arguments&, const std::vector<Given>&);
    void (*take_back)(Arguments&);
};

bool has_shared_key(const Arguments& arguments, const std::vector<Given>&) {
    return !arguments.tls.shared_key.view().empty();
}

bool has_pin_only(const Arguments& arguments, const std::vector<Given>&) {
    return arguments.tls.pins_suffice;
}

bool has_key_alone(const Arguments& arguments, const std::vector<Given>&) {
    return arguments.tls.certificate_file.empty();
}

/// Is there a password without a user name? Only MQTT 5 allows that.
bool has_password_alone(const Arguments& arguments, const std::vector<Given>& given) {
    const ProtocolVersion version = arguments.session.version.value_or(ProtocolVersion::v5);
    const bool is_from_elsewhere = is_given(given, "pw-file") || is_given(given, "url");
    return version != ProtocolVersion::v5 && !arguments.session.user_name && !is_from_elsewhere;
}

constexpr std::string_view no_certificates = "--psk replaces all certificates";
constexpr std::string_view pin_decides = "with --pin-only the key of --pin decides alone";

constexpr auto displaced = std::to_array<Displaced>({
    {"cafile", no_certificates, "", has_shared_key, [](Arguments& a) { a.tls.ca_file.clear(); }},
    {"capath", no_certificates, "", has_shared_key, [](Arguments& a) { a.tls.ca_path.clear(); }},
    {"cafile", pin_decides, "", has_pin_only, [](Arguments& a) { a.tls.ca_file.clear(); }},
    {"capath", pin_decides, "", has_pin_only, [](Arguments& a) { a.tls.ca_path.clear(); }},
    {"cert", no_certificates, "", has_shared_key, [](Arguments& a) { a.tls.certificate_file.clear(); }},
    {"key", "there is no certificate for the key", "give --cert", has_key_alone,
     [](Arguments& a) { a.tls.key_file.clear(); }},
    {"pw", "only MQTT 5 allows a password without a user name", "give -u", has_password_alone,
     [](Arguments& a) { a.session.password.reset(); }},
});

/// Removes what the environment gave for an option, and applies again what another source gave before.
void take_back(const Displaced& one, Arguments& arguments, std::vector<Given>& given) {
    one.take_back(arguments);
    std::erase_if(given, [&](const Given& all) { return all.is_inherited && all.option->name == one.option; });
    const Given* const before = last_of(given, one.option);
    if (before == nullptr) return;
    const std::vector<std::string_view> values(before->values.begin(), before->values.end());
    static_cast<void>(before->option->apply(arguments, values));  // it was parsed without failure before
}

}  // namespace

void Inheritance::take(std::vector<Given> environment, Arguments& arguments, std::vector<Given>& given) {
    for (Given& variable : environment) {
        Arguments trial = arguments;
        const std::vector<std::string_view> values(variable.values.begin(), variable.values.end());
        if (const auto applied = variable.option->apply(trial, values)) {
            arguments = std::move(trial);
            given.push_back(std::move(variable));
        } else {
            unusable_.push_back({std::move(variable), applied.error()});
        }
    }
}

Result<> Inheritance::keep_what_is_needed(Arguments& arguments, std::vector<Given>& given) {
    for (const auto& [variable, failure] : unusable_) {
        const std::string hint =
            is_service_link(variable)
                ? "give the port with -p: Kubernetes and Docker set this variable for a service named mqtts"
                : failure.hint;
        if (is_needed(variable.option->name, arguments, given))
            return bad(fmt::format("{}: {}", variable.name, failure.cause), hint, {variable.spelling});
        leave_out(variable, failure.cause, hint);
    }
    for (const Displaced& one : displaced) {
        if (!is_inherited(given, one.option) || !one.is_displaced(arguments, given)) continue;
        leave_out(*last_of(given, one.option), one.why, one.hint);
        take_back(one, arguments, given);
    }
    arguments.connection.proxy_inherited = is_inherited(given, "proxy");
    return {};
}

void Inheritance::leave_out(const Given& given, std::string_view why, std::string_view hint) {
    notes_.push_back({fmt::format("{} is left out: {}", given.source, why), std::string(hint)});
}

std::vector<Origin> origins(const Arguments& arguments, const std::vector<Given>& given) {
    std::vector<Origin> result;
    for (const Given& one : given) {
        const std::string_view option = one.option->name;
        if (one.source == from_command_line || one.source == from_default) continue;
        if (!one.option->repeatable && &one != last_of(given, option)) continue;
        const auto behind = std::span(given).subspan(static_cast<std::size_t>(&one - given.data()) + 1);
        if (overriding(behind, option, arguments.command) != nullptr) continue;
        if (option == "port" && all_have_ports(arguments.connection.hosts)) continue;
        result.push_back({.option = std::string(option), .source = one.source, .is_inherited = one.is_inherited});
    }
    return result;
}

}  // namespace mqtts::cli
