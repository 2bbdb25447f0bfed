// SPDX-License-Identifier: Apache-2.0
// A method of one message, which comes from a file: a token, such as a JWT. The file is watched, because tokens expire:
// what renews them writes them anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/mechanism.hpp"

namespace mqtts::auth {

/// Reads a file of Authentication Data: all of it but one newline at its end. Fails with unusable_password_file, also
/// if it is empty or longer than MQTT allows, or with timed_out; waits for a pipe until the deadline.
[[nodiscard]] Result<Secret> read_data_file(const std::string& path,
                                            const std::optional<std::chrono::steady_clock::time_point>& deadline);

class Token final : public Mechanism {
public:
    /// `data`: what the file contained when it was read for the first time. A pipe is not read again.
    Token(std::string path, Secret data);

    /// Returns what the file contains now; if it cannot be read any more, what it contained before, and a warning().
    [[nodiscard]] Secret first(std::string_view nonce) override;
    [[nodiscard]] Result<> take(std::string_view challenge) override;
    [[nodiscard]] std::optional<Secret> answer() override { return Secret(); }
    [[nodiscard]] Result<> conclude(std::string_view /*data*/) override { return {}; }
    [[nodiscard]] std::string warning() const override { return trouble_; }
    [[nodiscard]] bool watches() const noexcept override { return is_regular_; }
    [[nodiscard]] Result<bool> new_data() override;

private:
    /// What shows that a file has changed.
    struct State {
        std::uintmax_t device = 0;
        std::uintmax_t file = 0;
        std::intmax_t size = 0;
        std::chrono::nanoseconds modified{};
        std::chrono::nanoseconds changed{};

        bool operator==(const State&) const = default;
    };
    [[nodiscard]] std::optional<State> look() const;
    [[nodiscard]] Result<Secret> read_regular() const;

    const std::string path_;
    Secret data_;
    std::string trouble_;
    std::optional<State> sent_;  // when data_ was read
    std::optional<State> seen_;  // at the last look
    bool is_regular_ = false;
};

}  // namespace mqtts::auth
