// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace mqtts::cli {

namespace {

constexpr Variable table[] = {
    {"MQTTS_HOST", "host"},   {"MQTTS_PORT", "port"},   {"MQTTS_CAFILE", "cafile"},      {"MQTTS_CAPATH", "capath"},
    {"MQTTS_CERT", "cert"},   {"MQTTS_KEY", "key"},     {"MQTTS_KEY_PASS", "key-pass"},  {"MQTTS_USERNAME", "username"},
    {"MQTTS_PASSWORD", "pw"}, {"MQTTS_EARLY", "early"}, {"SSLKEYLOGFILE", "tls-keylog"}, {"ALL_PROXY", "proxy"},
    {"all_proxy", "proxy"},   {"NO_PROXY", "no-proxy"}, {"no_proxy", "no-proxy"},        {"MQTTS_SHARE", "share"},
};

}  // namespace

const char* process_environment(const char* name) {
    return std::getenv(name);
}

std::span<const Variable> variables() noexcept {
    return table;
}

std::vector<Given> read_environment(Command command, const Environment& environment) {
    std::vector<Given> given;
    for (const Variable& variable : table) {
        const char* const value = environment(variable.name);
        const Option* const option = find(command, variable.option);
        if (option == nullptr || value == nullptr || *value == '\0') continue;
        const std::string source = fmt::format("environment variable {}", variable.name);
        given.push_back({option, {value}, variable.name, source, source, true});
    }
    return given;
}

}  // namespace mqtts::cli
