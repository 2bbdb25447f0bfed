// SPDX-License-Identifier: Apache-2.0
#include "command/last_line.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::command {

void LastLine::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        current_.append(bytes.substr(0, std::min(end, longest - current_.size())));
        if (end == bytes.size()) return;
        if (!current_.empty()) complete_ = std::exchange(current_, {});
        bytes.remove_prefix(end + 1);
    }
}

}  // namespace mqtts::command
