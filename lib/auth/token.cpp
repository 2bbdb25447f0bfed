// SPDX-License-Identifier: Apache-2.0
#include "auth/token.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <system_error>
#include <utility>

#include "os/os.hpp"
#include "os/read_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::auth {

namespace {

/// Authentication Data is Binary Data [MQTT-1.5.6].
constexpr std::size_t longest_data = 65'535;

std::string_view without_newline(std::string_view text) noexcept {
    if (!text.ends_with('\n')) return text;
    text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

Failure unusable(const std::string& path, std::string_view reason) {
    return {Errc::unusable_password_file, fmt::format("{}: {}", escape(path), reason), {}, {path}};
}

}  // namespace

Result<Secret> read_data_file(const std::string& path,
                              const std::optional<std::chrono::steady_clock::time_point>& deadline) {
    std::string text;
    const std::error_code error = os::read_file(path, text, deadline);
    const Secret all(std::move(text));
    if (error == std::errc::timed_out)
        return Failure(Errc::timed_out, fmt::format("timed out while reading {}: {}", escape(path),
                                                    os::waiting_reason(!all.view().empty())));
    if (error) return unusable(path, os::system_reason(error));
    const std::string_view data = without_newline(all.view());
    if (data.empty()) return unusable(path, "the file is empty");
    if (data.size() > longest_data) return unusable(path, fmt::format("it is longer than {} bytes", longest_data));
    return Secret(std::string(data));
}

Token::Token(std::string path, Secret data) : path_(std::move(path)), data_(std::move(data)) {
    struct stat status {};
    is_regular_ = ::stat(path_.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::optional<Token::State> Token::look() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return State{.device = status.st_dev,
                 .file = status.st_ino,
                 .size = status.st_size,
                 .modified = os::modified(status),
                 .changed = os::changed(status)};
}

/// Does not wait for a pipe that has taken the place of the file.
Result<Secret> Token::read_regular() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        return unusable(path_, "it is no regular file any more");
    return read_data_file(path_, std::nullopt);
}

Secret Token::first(std::string_view /*nonce*/) {
    trouble_.clear();
    if (!is_regular_) return data_;
    const auto state = look();  // before it is read: a later change is another one
    auto data = read_regular();
    if (data)
        data_ = *std::move(data);
    else
        trouble_ = fmt::format("{}; sending what the file contained before", data.error().cause);
    sent_ = seen_ = state;
    return data_;
}

Result<> Token::take(std::string_view /*challenge*/) {
    return Failure(Errc::authentication_unsupported,
                   "asks for more than the data of --auth-data-file, the only message of this method",
                   "check --auth-method");
}

/// A file that is still being written would be refused, and the connection with it.
Result<bool> Token::new_data() {
    if (!is_regular_) return false;
    const auto state = look();
    const bool is_steady = state == seen_;
    seen_ = state;
    if (state == sent_ || !is_steady) return false;
    if (auto data = read_regular(); !data) return data.error();
    return true;
}

}  // namespace mqtts::auth
