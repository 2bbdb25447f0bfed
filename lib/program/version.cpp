// SPDX-License-Identifier: Apache-2.0
#include "program/version.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "json/writer.hpp"
#include "program/revision.hpp"  // written by revision.cmake
#include "tls/library.hpp"

namespace mqtts::program {

namespace {

/// Returns the choices of the build, and those of OpenSSL.
std::vector<std::string> features() {
    std::vector<std::string> names = tls::library_features();
    for (const std::string_view name : {MQTTS_LINKED, MQTTS_SANITIZERS})
        if (!name.empty()) names.emplace_back(name);
    return names;
}

}  // namespace

std::string version_of_all_parts() {
    const std::string commit = revision.empty() ? "" : fmt::format(" ({})", revision);
    return fmt::format("{}{}, OpenSSL {}", MQTTS_VERSION, commit, tls::library_version());
}

std::string version_line(cli::Command command) {
    std::string list;
    for (const std::string& name : features())
        list += (list.empty() ? ", features: " : " ") + name;
    return fmt::format("{} {}{}\n", cli::program_name(command), version_of_all_parts(), list);
}

std::string version_json(cli::Command command) {
    Buffer text;
    json::Writer json(text, {});
    json.begin_object();
    json.text_member("program", cli::program_name(command));
    json.text_member("version", MQTTS_VERSION);
    if (!revision.empty()) json.text_member("revision", revision);
    json.text_member("openssl", tls::library_version());
    json.verbatim_key("features");
    json.begin_array();
    for (const std::string& name : features()) {
        json.element();
        json.text(name);
    }
    json.end_array();
    json.end_object();
    return std::string(text.readable()) + '\n';
}

}  // namespace mqtts::program
