// SPDX-License-Identifier: Apache-2.0
#include "output/expectation.hpp"

#include <fmt/format.h>

#include "text/escape.hpp"

namespace mqtts::output {

namespace {

std::string others(std::uint64_t count) {
    if (count == 0) return "no other message";
    return fmt::format("{} other message{}", count, count == 1 ? "" : "s");
}

}  // namespace

Expectation::Expectation(const PrintSettings& settings)
    : expression_(settings.until.value_or("")),
      none_(settings.expect_none),
      note_time_(settings.note_time),
      looks_(settings.until || none_ || note_time_) {
    if (settings.until) until_ = Pattern::compile(expression_).value();
}

Wanted Expectation::look(const wire::Publish& message) {
    if (note_time_) last_time_ = Clock::now();
    if (none_ && !unwanted_) unwanted_ = message.topic_name;
    if (until_ && !met_) met_ = until_->matches(message.payload);
    return none_ || met_ ? Wanted::enough : Wanted::more;
}

Result<> Expectation::verdict(Result<> ended, const std::optional<Failure>& missed) const {
    const bool time_is_up = !ended && ended.error().code == Errc::timed_out;
    if (!ended && !time_is_up) return ended;
    if (unwanted_)
        return Failure(Errc::not_matched,
                       fmt::format("received a message for '{}', but none was expected", escape(*unwanted_)));
    if (until_ && !met_)
        return Failure(Errc::not_matched,
                       fmt::format("no message matched '{}': {} came{}", escape(expression_), others(count_),
                                   time_is_up ? ", then " + ended.error().cause : ""));
    if (none_ && missed) return *missed;
    if (none_ || until_) return {};
    return ended;
}

}  // namespace mqtts::output
