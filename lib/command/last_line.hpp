// SPDX-License-Identifier: Apache-2.0
// Remembers the last line of a stream, however long the stream is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mqtts::command {

class LastLine {
public:
    /// The most bytes kept of a line: its beginning.
    static constexpr std::size_t longest = 1024;

    void append(std::string_view bytes);
    /// Returns the last line that is not empty, without its end.
    [[nodiscard]] const std::string& text() const noexcept { return current_.empty() ? complete_ : current_; }

private:
    std::string complete_;
    std::string current_;
};

}  // namespace mqtts::command
