// SPDX-License-Identifier: Apache-2.0
#include "cli/values/text_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <string_view>
#include <system_error>

#include "os/read_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

/// Is this the path of a file, and not a password? The file exists, or the directory that should contain it.
bool is_path(const std::string& text) {
    struct stat status {};
    if (::lstat(text.c_str(), &status) == 0) return true;
    const std::size_t slash = text.rfind('/');
    if (slash == 0 || slash == text.npos) return false;
    return ::stat(text.substr(0, slash).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Result<Secret> read_secret(const std::string& path,
                           const std::optional<std::chrono::steady_clock::time_point>& deadline) {
    const std::string name = escape(path);
    const auto unusable = [&](std::string_view reason, std::string_view hint = {}) {
        return Failure{Errc::unusable_password_file, fmt::format("{}: {}", name, reason), std::string(hint), {path}};
    };
    std::string text;
    const std::error_code error = os::read_file(path, text, deadline);
    const Secret all(std::move(text));
    if (error == std::errc::timed_out)
        return Failure{Errc::timed_out,
                       fmt::format("timed out while reading {}: {}", name, os::waiting_reason(!all.view().empty()))};
    if (error && !is_path(path))
        return Failure{Errc::unusable_password_file, os::system_reason(error),
                       "give the name of a file, not the secret itself"};
    if (error) return unusable(os::system_reason(error));
    if (all.view().empty()) return unusable("the file is empty");
    if (is_utf16(all.view())) return unusable(it_is_utf16, how_to_convert_utf16);
    std::string_view line = without_utf8_mark(all.view());
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return Secret(std::string(line));
}

bool is_utf16(std::string_view bytes) noexcept {
    return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

std::string_view without_utf8_mark(std::string_view text) noexcept {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

}  // namespace mqtts::cli
