// SPDX-License-Identifier: Apache-2.0
#include "command/window.hpp"

#include <utility>

namespace mqtts::command {

Job& Window::add(std::unique_ptr<Job> job) {
    return *jobs_.emplace_back(std::move(job));
}

void Window::add_handled() {
    jobs_.emplace_back();
    settle();
}

Job* Window::next_output() const noexcept {
    return next_output_ < jobs_.size() ? jobs_[next_output_].get() : nullptr;
}

void Window::settle() noexcept {
    while (next_output_ < jobs_.size() && !held_) {
        const Job* job = jobs_[next_output_].get();
        if (job != nullptr && (job->in_work || !job->output.empty())) break;
        ++next_output_;
    }
    while (!jobs_.empty() && next_output_ > 0 && (!jobs_.front() || jobs_.front()->handled)) {
        jobs_.pop_front();
        --next_output_;
        ++handled_;
    }
}

}  // namespace mqtts::command
