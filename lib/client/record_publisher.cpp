// SPDX-License-Identifier: Apache-2.0
#include "client/record_publisher.hpp"

#include <fmt/format.h>

#include <utility>

namespace mqtts::client {

namespace {

/// Warnings of skipped records; further records are only counted.
constexpr std::uint64_t most_warnings = 5;

}  // namespace

RecordPublisher::RecordPublisher(Outlet& outlet, PublishTemplate message, PublishSource source, RecordSettings settings,
                                 const Log& log, Timer& timer)
    : Publisher(outlet, std::move(message), std::move(source), log, timer),
      settings_(std::move(settings)),
      reader_(settings_.form, settings_.topic_delimiter),
      pace_(settings_.messages_per_second),
      plain_(settings_.form == record::RecordForm::payload) {
    if (settings_.replay_speed) schedule_.emplace(*settings_.replay_speed);
}

std::optional<Timer::Clock::duration> RecordPublisher::lateness() const noexcept {
    return schedule_ ? std::optional(schedule_->lateness()) : std::nullopt;
}

Awaitable<> RecordPublisher::publish_input() {
    for (;;) {
        const Read got = co_await read();
        if (got == Read::cancelled) co_return;
        if (got == Read::ended) break;
        co_await publish_records();
        outlet_.end_batch();
        if (!result_) co_return;
    }
    input_ended_ = true;
    if (result_ && !outlet_.finishing()) co_await publish_records();
}

Awaitable<> RecordPublisher::publish_records() {
    for (;;) {
        const Step step = publish_available();
        if (step == Step::no_room) {
            co_await wait_for_outlet();
        } else if (step == Step::too_early) {
            outlet_.flush();
            if (!co_await timer_.until(next_time())) co_return;
        } else {
            co_return;
        }
        if (outlet_.finishing()) co_return;
    }
}

/// The hot loop. It is no coroutine, so that its variables stay in registers.
RecordPublisher::Step RecordPublisher::publish_available() {
    for (;;) {
        const Errc error = waiting_.empty() ? fetch_records() : Errc::ok;
        if (error != Errc::ok) {
            if (const Step step = leave_out(error); step != Step::done) return step;
            framer_.skip();
            continue;
        }
        if (waiting_.empty()) return Step::drained;
        if (const Step step = publish_waiting(); step != Step::done) return step;
    }
}

/// Fetches records into `waiting_`. Empty with Errc::ok: there are no more.
Errc RecordPublisher::fetch_records() {
    Errc error = Errc::ok;
    number_ = framer_.number() + 1;
    waiting_ = framer_.next(taken_, error);
    if (waiting_.empty() && error == Errc::ok && input_ended_) {
        if (const auto rest = framer_.last(error)) {
            taken_[0] = *rest;
            waiting_ = std::span(taken_).first(1);
        }
    }
    if (error != Errc::ok) number_ = framer_.number();
    return error;
}

RecordPublisher::Step RecordPublisher::publish_waiting() {
    Step step = Step::done;
    while (!waiting_.empty() && step == Step::done)
        step = plain_ && !pace_.limited() ? publish_payloads() : publish_next();
    return step;
}

void RecordPublisher::published(std::size_t count) noexcept {
    waiting_ = waiting_.subspan(count);
    number_ += count;
}

/// Publishes as many payloads at once as there is room for.
RecordPublisher::Step RecordPublisher::publish_payloads() {
    Errc error = Errc::ok;
    published(outlet_.publish_some(message_, waiting_, number_, error));
    if (waiting_.empty()) return Step::done;
    if (error == Errc::ok) return Step::no_room;
    const Step step = leave_out(refusal(message_, error));
    published(1);
    return step;
}

/// Publishes one record when its time has come.
RecordPublisher::Step RecordPublisher::publish_next() {
    if (!outlet_.can_publish()) return Step::no_room;
    if (schedule_) return replay_next();
    if (pace_.limited() && !pace_.take(timer_.now())) return Step::too_early;
    const Step step = publish_record(waiting_.front());
    if (step != Step::no_room) published(1);
    return step;
}

/// Publishes one record when its own time has come. It is read before, and only once.
RecordPublisher::Step RecordPublisher::replay_next() {
    Step step = Step::done;
    if (const Result<> read = scheduled_ ? Result<>() : schedule_next(); !read) {
        step = leave_out(read.error());
    } else {
        if (scheduled_->due > timer_.now()) return Step::too_early;
        step = publish_read(scheduled_->message);
        if (step == Step::no_room) return step;
        schedule_->published(timer_.now());
    }
    scheduled_.reset();
    published(1);
    return step;
}

/// Reads the first record waiting, and puts it into the schedule.
Result<> RecordPublisher::schedule_next() {
    wire::Publish message = message_;
    if (Result<> read = reader_.read(waiting_.front(), message); !read) return read;
    const auto stamp = reader_.time_stamp();
    if (!stamp) return stamp.error();
    const auto due = schedule_->due(*stamp, timer_.now());
    if (!due)
        return Failure(Errc::bad_record,
                       fmt::format("its time comes more than {} years after the first one", Schedule::longest.count()),
                       "correct tst, or give --replay a higher SPEED", {"--replay"});
    scheduled_.emplace(message, *due);
    return {};
}

/// Returns when to go on after Step::too_early.
Timer::Clock::time_point RecordPublisher::next_time() const noexcept {
    return scheduled_ ? scheduled_->due : pace_.next(timer_.now());
}

RecordPublisher::Step RecordPublisher::publish_record(std::string_view record) {
    wire::Publish message = message_;
    message.payload = record;
    if (plain_) return publish(message);
    if (const Result<> read = reader_.read(record, message); !read) return leave_out(read.error());
    return publish_read(message);
}

RecordPublisher::Step RecordPublisher::publish_read(const wire::Publish& message) {
    const bool has_own_properties = settings_.form == record::RecordForm::json;
    if (has_own_properties && !message.properties.empty() && outlet_.version() != wire::ProtocolVersion::v5)
        return leave_out({Errc::publish_refused, "it has properties, but the broker does not speak MQTT 5"});
    return publish(message);
}

RecordPublisher::Step RecordPublisher::publish(const wire::Publish& message) {
    Errc error = Errc::ok;
    if (!outlet_.publish(message, number_, error)) return Step::no_room;
    return error == Errc::ok ? Step::done : leave_out(refusal(message, error));
}

RecordPublisher::Step RecordPublisher::leave_out(Errc error) {
    if (error == Errc::message_too_large) return leave_out(longer_than_allowed());
    return leave_out({error, "the input ends before the message is complete"});
}

/// Skips a record that is not a message, or not one for this server. done: the others are still to be published.
RecordPublisher::Step RecordPublisher::leave_out(const Failure& failure) {
    const std::string record = fmt::format("{} {}", settings_.name, number_);
    const Failure here = with_cause(failure, fmt::format("{}: {}", record, failure.cause));
    if (!settings_.skip_bad) {
        result_ = here;
        return Step::failed;
    }
    if (!first_left_out_) first_left_out_.emplace(failure.code, record);
    ++left_out_;
    const std::string_view event = describe(failure.code).name;
    if (left_out_ <= most_warnings) log_.warning(here.cause, {.event = event, .hint = here.hint});
    if (left_out_ == most_warnings + 1) log_.warning("further bad records are only counted", {.event = event});
    return Step::done;
}

std::uint64_t RecordPublisher::waiting() const noexcept {
    std::uint64_t size = 0;
    for (const std::string_view record : waiting_)
        size += record.size() + 1;  // and about one byte around it
    return size;
}

/// Makes the whole a failure if records were skipped.
void RecordPublisher::conclude() {
    if (!result_ || left_out_ == 0) return;
    result_ = Failure(first_left_out_->code,
                      left_out_ == 1
                          ? fmt::format("1 record was skipped: {}", first_left_out_->cause)
                          : fmt::format("{} records were skipped, the first: {}", left_out_, first_left_out_->cause));
}

}  // namespace mqtts::client
