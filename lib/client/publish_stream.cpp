// SPDX-License-Identifier: Apache-2.0
#include "client/publish_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/escape.hpp"

namespace mqtts::client {

namespace {

/// Of records left out; further ones are only counted.
constexpr std::uint64_t most_warnings = 5;

}  // namespace

PublishStream::PublishStream(Outlet& outlet, PublishTemplate message, record::Framer framer,
                             std::optional<stream::Input> input, const Log& log)
    : outlet_(outlet), template_(std::move(message)), framer_(std::move(framer)), input_(std::move(input)), log_(log) {}

void PublishStream::take_records(const RecordSettings& settings) {
    records_ = settings;
    plain_ = settings.form == record::RecordForm::payload;
    reader_ = record::RecordReader(settings.form, settings.topic_delimiter);
    pace_ = Pace(settings.messages_per_second);
}

Awaitable<Result<>> PublishStream::run() {
    message_ = {.topic_name = template_.topic_name,
                .properties = template_.properties.view(),
                .qos = template_.qos,
                .retain = template_.retain};
    co_await outlet_.wait_to_publish();  // no input is read before the server has accepted us
    co_await publish_input();
    conclude();
    if (!leave_open_ || !result_) outlet_.finish();
    co_return co_await async::until();
}

/// What is held is read into one block, which never grows: growing moves it, and holds it twice.
void PublishStream::make_room_for_file() {
    const auto extent = input_ && !records_ && !source_ ? input_->extent() : std::nullopt;
    if (!extent || extent->size <= stream::Input::most_at_once) return;
    const auto size = std::min<std::uint64_t>(extent->size - extent->read, wire::largest_packet);
    static_cast<void>(framer_.input().prepare(static_cast<std::size_t>(size) + stream::Input::most_at_once));
}

Awaitable<> PublishStream::publish_input() {
    // The next time it might be another file.
    if (input_ && !records_ && repetition_.times == 1) source_ = input_->source();
    make_room_for_file();
    const auto before_waiting = [this] {
        outlet_.flush();
        return !outlet_.finishing();
    };
    while (input_ && !source_ && !outlet_.finishing()) {
        co_await wait_for_outlet();  // reading moves what it still refers to
        if (outlet_.finishing()) break;
        const Result<bool> read = co_await input_->read(framer_.input(), before_waiting);
        if (!read && read.error().code == Errc::ok) co_return;  // cancelled
        if (!read) result_ = read.error();
        if (!read || !*read) break;
        co_await publish_records();
        outlet_.end_batch();
        if (!result_) co_return;
    }
    input_ended_ = true;
    if (!result_ || outlet_.finishing()) co_return;
    if (records_)
        co_await publish_records();
    else
        co_await publish_whole();
    if (leave_open_) outlet_.flush();  // otherwise it leaves with what finish() has to send
}

/// All of an input that is one message is but looked at.
Awaitable<> PublishStream::publish_records() {
    for (;;) {
        const Step step = publish_available();
        if (step == Step::no_room) {
            co_await wait_for_outlet();
        } else if (step == Step::too_early) {
            outlet_.flush();
            if (!co_await async::until(pace_.next(Clock::now()))) co_return;
        } else {
            co_return;
        }
        if (outlet_.finishing()) co_return;
    }
}

/// The hot loop: no coroutine, so that what it works with stays in registers.
PublishStream::Step PublishStream::publish_available() {
    for (;;) {
        const Errc error = waiting_.empty() ? take_records() : Errc::ok;
        if (error != Errc::ok) {
            if (const Step step = leave_out(error); step != Step::done) return step;
            framer_.skip();
            continue;
        }
        if (waiting_.empty()) return Step::drained;
        if (const Step step = publish_waiting(); step != Step::done) return step;
    }
}

/// None, with `error` ok: there are no more.
Errc PublishStream::take_records() {
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

PublishStream::Step PublishStream::publish_waiting() {
    Step step = Step::done;
    while (!waiting_.empty() && step == Step::done)
        step = plain_ && !pace_.limited() ? publish_payloads() : publish_next();
    return step;
}

void PublishStream::published(std::size_t count) noexcept {
    waiting_ = waiting_.subspan(count);
    number_ += count;
}

/// As many as there is room for, at once.
PublishStream::Step PublishStream::publish_payloads() {
    Errc error = Errc::ok;
    published(outlet_.publish_some(message_, waiting_, number_, error));
    if (waiting_.empty()) return Step::done;
    if (error == Errc::ok) return Step::no_room;
    const Step step = refuse(message_, error);
    published(1);
    return step;
}

/// A single one, when it is its time.
PublishStream::Step PublishStream::publish_next() {
    if (!outlet_.can_publish()) return Step::no_room;
    if (pace_.limited() && !pace_.take(Clock::now())) return Step::too_early;
    const Step step = publish_record(waiting_.front());
    if (step != Step::no_room) published(1);
    return step;
}

/// There is room then, or no need for it.
Awaitable<> PublishStream::wait_for_outlet() {
    if (outlet_.can_publish()) co_return;
    outlet_.make_room();
    co_await outlet_.wait_to_publish();
}

Awaitable<> PublishStream::publish_whole() {
    result_ = take_whole();
    for (std::uint64_t time = 1; result_ && !outlet_.finishing(); ++time) {
        co_await outlet_.wait_to_publish();
        if (outlet_.finishing() || publish_once() != Step::done) co_return;
        published_at_ = Clock::now();
        if (time == repetition_.times) co_return;
        outlet_.flush();
        co_await outlet_.wait_for_acknowledgement();
        co_await async::until(Clock::now() + repetition_.delay);
    }
}

Result<> PublishStream::take_whole() {
    Errc error = Errc::ok;
    if (!source_)
        message_.payload = framer_.last(error).value_or("");
    else if (source_->size() > framer_.maximum_message_size())
        error = Errc::message_too_large;
    if (error != Errc::ok) return Failure(error, "the message is longer than --max-message-size");
    if (!source_ && message_.payload.empty() && !template_.may_be_empty)
        return Failure(Errc::input_failed, "standard input is empty: -n publishes an empty message");
    return {};
}

PublishStream::Step PublishStream::publish_once() {
    if (!source_) return publish(message_);
    Errc error = Errc::ok;
    if (!outlet_.publish_from(*source_, message_, error)) return Step::no_room;
    return error == Errc::ok ? Step::done : refuse(message_, error);
}

std::optional<double> PublishStream::part_published() noexcept {
    const auto extent = input_ ? input_->extent() : std::nullopt;
    if (!extent) return std::nullopt;
    std::uint64_t waiting = framer_.input().size();
    for (const std::string_view record : waiting_)
        waiting += record.size() + 1;  // and what is around it, about
    return static_cast<double>(extent->read - std::min(waiting, extent->read)) / static_cast<double>(extent->size);
}

PublishStream::Step PublishStream::publish_record(std::string_view record) {
    wire::Publish message = message_;
    message.payload = record;
    if (plain_) return publish(message);
    if (const Result<> read = reader_.read(record, message); !read) return leave_out(read.error());
    const bool has_own_properties = records_->form == record::RecordForm::json;
    if (has_own_properties && !message.properties.empty() && outlet_.version() != wire::ProtocolVersion::v5)
        return leave_out({Errc::publish_refused, "it has properties, and the broker does not speak MQTT 5"});
    return publish(message);
}

PublishStream::Step PublishStream::publish(const wire::Publish& message) {
    Errc error = Errc::ok;
    if (!outlet_.publish(message, records_ ? number_ : 0, error)) return Step::no_room;
    return error == Errc::ok ? Step::done : refuse(message, error);
}

/// The server does not take it.
PublishStream::Step PublishStream::refuse(const wire::Publish& message, Errc error) {
    return leave_out({error, fmt::format("cannot publish to '{}': {}", escape_beginning(message.topic_name),
                                         describe(error).sentence)});
}

PublishStream::Step PublishStream::leave_out(Errc error) {
    return leave_out({error, error == Errc::message_too_large ? "longer than --max-message-size"
                                                              : "the input ends before the length is reached"});
}

/// The record is no message, or none for this server. done: the others still are to be published.
PublishStream::Step PublishStream::leave_out(const Failure& failure) {
    const std::string record = records_ ? fmt::format("{} {}", records_->name, number_) : "";
    const std::string what = records_ ? fmt::format("{}: {}", record, failure.what) : failure.what;
    if (!records_ || !records_->skip_bad) {
        result_ = Failure(failure.code, what);
        return Step::failed;
    }
    if (!first_left_out_) first_left_out_.emplace(failure.code, record);
    ++left_out_;
    const LogNote note{.event = describe(failure.code).name};
    if (left_out_ <= most_warnings) log_.warning(what, note);
    if (left_out_ == most_warnings + 1) log_.warning("further bad records are only counted", note);
    return Step::done;
}

/// Records that were left out make the whole a failure.
void PublishStream::conclude() {
    if (!result_ || left_out_ == 0) return;
    result_ = Failure(first_left_out_->code,
                      left_out_ == 1
                          ? fmt::format("1 record was left out: {}", first_left_out_->what)
                          : fmt::format("{} records were left out, the first: {}", left_out_, first_left_out_->what));
}

}  // namespace mqtts::client
