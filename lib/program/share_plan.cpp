// SPDX-License-Identifier: Apache-2.0
#include "program/share_plan.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "os/os.hpp"
#include "os/read_file.hpp"
#include "program/version.hpp"
#include "tls/system_store.hpp"

namespace mqtts::program {

namespace {

/// The largest message that is handed on: it fits a frame with its topic and properties.
constexpr std::size_t largest_message = std::size_t{48} * 1024;

/// What OpenSSL, the resolver and the loader read without an option.
constexpr const char* variables[] = {
    "SSL_CERT_FILE",   "SSL_CERT_DIR", "OPENSSL_CONF",    "OPENSSL_CONF_INCLUDE", "OPENSSL_MODULES",
    "OPENSSL_ENGINES", "RES_OPTIONS",  "LOCALDOMAIN",     "HOSTALIASES",          "RESOLV_HOST_CONF",
    "LD_LIBRARY_PATH", "LD_PRELOAD",   "OPENSSL_ia32cap",
};

std::optional<std::string> environment(const char* variable) {
    const char* const value = std::getenv(variable);
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

void add_options(share::Identity& identity, const cli::Settings& settings) {
    for (const cli::CountedOption& option : settings.share.counted) {
        if (option.is_file)
            identity.add_file(option.name, option.values.front());
        else
            identity.add_all(option.name, option.values);
    }
}

void add_stores(share::Identity& identity, const tls::Policy& policy) {
    if (!policy.ca_path.empty()) identity.add_files_of_store("capath", policy.ca_path);
    const tls::TrustPlaces places = tls::trust_places();
    identity.add_files_of_store("configuration", places.configuration);
    const bool needs_store = policy.verify && !policy.pins_suffice && policy.shared_key.view().empty();
    if (!needs_store || !policy.uses_system_store()) return;
    for (const std::string& place : places.system_store)
        identity.add_files_of_store("store", place);
}

Failure own_connection(std::string reason) {
    return {Errc::bad_option, std::move(reason)};
}

}  // namespace

const std::string& share_version() {
    static const std::string version = version_of_all_parts();
    return version;
}

share::Identity identity_of(const cli::Settings& settings) {
    share::Identity identity;
    add_options(identity, settings);
    add_stores(identity, settings.tls);
    identity.add_number("network", os::network());
    for (const char* const variable : variables)
        identity.add_optional(variable, environment(variable));
    return identity;
}

void hold_file(cli::Settings& settings) {
    cli::PublishSettings& publish = settings.publish;
    if (publish.source != cli::Source::file || publish.records) return;
    os::SecretBytes content;
    if (os::read_regular_file(publish.text, content, largest_message)) return;
    if (content.size() > publish.framing.maximum_message_size) return;
    publish.text = content.view();
    publish.source = cli::Source::message;
}

Result<SharePlan> plan_to_share(const cli::Settings& settings) {
    if (!settings.share.obstacle.empty()) return own_connection(settings.share.obstacle);
    const cli::PublishSettings& publish = settings.publish;
    if (publish.source == cli::Source::file) return own_connection("-f names no small regular file");
    if (publish.source == cli::Source::message && publish.text.size() > largest_message)
        return own_connection("the message is larger than 48 KiB");
    auto directory = share::Directory::make();
    if (!directory) return directory.error();
    auto identity = std::make_unique<share::Identity>(identity_of(settings));
    if (const auto& problem = identity->problem()) return *problem;
    auto name = directory->name_for(*identity, share_version());
    if (!name) return name.error();
    return SharePlan{std::move(*directory), std::move(*name), std::move(identity)};
}

std::optional<SharePlan> plan_or_say_why_not(cli::Settings& settings, const Log& log) {
    if (!settings.share.idle) return std::nullopt;
    hold_file(settings);
    auto plan = plan_to_share(settings);
    if (plan) return std::move(*plan);
    log.debug(fmt::format("--share: this run has a connection of its own: {}", plan.error().cause),
              {.event = "not_shared", .hint = plan.error().hint});
    return std::nullopt;
}

}  // namespace mqtts::program
