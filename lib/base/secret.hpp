// SPDX-License-Identifier: Apache-2.0
// A password or passphrase, overwritten in memory as soon as nobody needs it. It cannot be printed.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace mqtts {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) noexcept : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    Secret& operator=(Secret other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~Secret() { wipe(); }

    // The view is valid as long as the secret.
    [[nodiscard]] std::string_view view() const noexcept { return text_; }
    [[nodiscard]] const char* c_str() const noexcept { return text_.c_str(); }

private:
    void wipe() noexcept;

    std::string text_;
};

}  // namespace mqtts
