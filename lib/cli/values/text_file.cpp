// SPDX-License-Identifier: Apache-2.0
#include "cli/values/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>

#include "os/c_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

std::error_code last_error() {
    return {errno, std::generic_category()};
}

}  // namespace

std::error_code read_file(const std::string& path, std::string& text) {
    const os::CFile input(std::fopen(path.c_str(), "re"));
    if (!input) return last_error();
    char block[4096];
    while (const std::size_t count = std::fread(block, 1, sizeof block, input.get()))
        text.append(block, count);
    return std::ferror(input.get()) != 0 ? last_error() : std::error_code();
}

Result<Secret> read_secret(const std::string& path) {
    std::string text;
    const auto unusable = [&](std::string_view reason) {
        return Failure{Errc::unusable_password_file, fmt::format("{}: {}", escape(path), reason)};
    };
    if (const auto error = read_file(path, text)) return unusable(os::system_reason(error));
    const Secret all(std::move(text));
    if (all.view().empty()) return unusable("it is empty");
    std::string_view line = all.view().substr(0, all.view().find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return Secret(std::string(line));
}

}  // namespace mqtts::cli
