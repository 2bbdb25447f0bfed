// SPDX-License-Identifier: Apache-2.0
#include "output/selection.hpp"

#include <algorithm>

#include "base/entropy.hpp"
#include "wire/topic.hpp"

namespace mqtts::output {

namespace {

constexpr double everything = 100;  // per cent

}  // namespace

Selection::Selection(const PrintSettings& settings)
    : expectation_(settings),
      filter_out_(settings.filter_out),
      skip_retained_(settings.skip_retained),
      retained_only_(settings.retained_only),
      remaining_(settings.count),
      percentage_(settings.random_filter),
      random_(percentage_ < everything ? entropy()() : 0) {}

Selection::Verdict Selection::judge(const wire::Publish& message) {
    if (retained_only_ && !message.retain) return {.print = false, .wanted = Wanted::enough};
    if (is_left_out(message)) return {};
    bool last = false;
    if (remaining_ != 0) last = --remaining_ == 0;
    const Wanted wanted = expectation_.take(message);
    return {.print = chance(), .wanted = last ? Wanted::enough : wanted};
}

bool Selection::is_left_out(const wire::Publish& message) const {
    if (skip_retained_ && message.retain) return true;
    return std::any_of(filter_out_.begin(), filter_out_.end(),
                       [&](const std::string& filter) { return wire::matches(filter, message.topic_name); });
}

bool Selection::chance() {
    return percentage_ >= everything || std::uniform_real_distribution(0.0, everything)(random_) < percentage_;
}

}  // namespace mqtts::output
