// SPDX-License-Identifier: Apache-2.0
#include "session/early.hpp"

#include <algorithm>
#include <utility>

#include "base/sizes.hpp"

namespace mqtts::session {

void Early::sent(std::size_t size) noexcept {
    size_ = std::max(size_, size);
    here_ = true;
}

bool Early::keep_answer(std::string_view packet) {
    if (!here_ || answers_.size() + packet.size() > sizes::early_answers) return false;
    answers_.append(packet);
    return true;
}

void Early::hand_back_answers(Buffer& input, std::size_t connack) {
    if (answers_.empty()) return;
    Buffer in_order;
    in_order.append(input.readable().substr(0, connack));
    in_order.append(answers_.readable());
    in_order.append(input.readable().substr(connack));
    input = std::move(in_order);
    answers_.clear();
}

bool Early::take_unexpected() noexcept {
    if (unexpected_ == 0) return false;
    --unexpected_;
    return true;
}

void Early::connection_lost() noexcept {
    here_ = false;
    answers_.clear();
    unexpected_ = 0;
}

}  // namespace mqtts::session
