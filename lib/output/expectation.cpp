// SPDX-License-Identifier: Apache-2.0
#include "output/expectation.hpp"

#include <fmt/format.h>

#include "text/escape.hpp"

namespace mqtts::output {

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

Result<> Expectation::verdict(Result<> ended, std::string_view missed) const {
    const bool time_is_up = !ended && ended.error().code == Errc::timed_out;
    if (!ended && !time_is_up) return ended;
    if (unwanted_)
        return Failure(Errc::not_matched,
                       fmt::format("a message came to '{}', and none was expected", escape(*unwanted_)));
    if (until_ && !met_)
        return Failure(Errc::not_matched, fmt::format("no message matched '{}': {} came{}", escape(expression_), count_,
                                                      time_is_up ? ", then " + ended.error().what : ""));
    if (none_ && !missed.empty())
        return Failure(Errc::not_matched, fmt::format("messages may have been missed: {}", missed));
    if (none_ || until_) return {};
    return ended;
}

}  // namespace mqtts::output
