#include "client/publish_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace mqtts::client {

namespace {

/// Of records left out; further ones are only counted.
constexpr std::uint64_t most_warnings = 5;

}  // namespace

PublishStream::PublishStream(Outlet& outlet, PublishTemplate message, stream::Framer framer,
                             std::optional<stream::Input> input, const Log& log)
    : outlet_(outlet), template_(std::move(message)), framer_(std::move(framer)), input_(std::move(input)), log_(log) {}

void PublishStream::take_records(const RecordSettings& settings) {
    records_ = settings;
    plain_ = settings.form == stream::RecordForm::payload;
    reader_ = stream::RecordReader(settings.form, settings.topic_delimiter);
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
    co_return co_await until();
}

/// A file that is one message is read into one block, which never grows: growing moves it, and holds it twice.
void PublishStream::make_room_for_file() {
    const auto extent = input_ && !records_ ? input_->extent() : std::nullopt;
    if (!extent || extent->size <= stream::Input::most_at_once) return;
    const auto size = std::min<std::uint64_t>(extent->size - extent->read, wire::largest_packet);
    static_cast<void>(framer_.input().prepare(static_cast<std::size_t>(size) + stream::Input::most_at_once));
}

Awaitable<> PublishStream::publish_input() {
    make_room_for_file();
    const auto before_waiting = [this] {
        outlet_.flush();
        return !outlet_.finishing();
    };
    while (input_ && !outlet_.finishing()) {
        co_await wait_for_outlet();  // reading moves what it still refers to
        if (outlet_.finishing()) break;
        const Result<bool> read = co_await input_->read(framer_.input(), before_waiting);
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
    outlet_.flush();
}

/// All of an input that is one message is but looked at.
Awaitable<> PublishStream::publish_records() {
    Step step = publish_available();
    while (step == Step::no_room) {
        co_await wait_for_room();
        if (outlet_.finishing()) co_return;
        step = publish(*waiting_);
        if (step == Step::done) step = publish_available();
    }
}

/// The hot loop: no coroutine, so that what it works with stays in registers.
PublishStream::Step PublishStream::publish_available() {
    for (;;) {
        Errc error = Errc::ok;
        const auto record = input_ended_ ? framer_.last(error) : framer_.next(error);
        if (record && plain_ && !pace_.limited()) {  // nearly always; whatever else it is, the rest finds out
            message_.payload = *record;
            if (outlet_.publish(message_, framer_.number(), error) && error == Errc::ok) continue;
            error = Errc::ok;
        }
        if (!record && error == Errc::ok) return Step::drained;
        // To read the next record may overwrite what the outlet still refers to.
        const bool must_wait = record && !(outlet_.can_publish() && is_due());
        const Step step = must_wait ? Step::no_room : record ? publish(*record) : leave_out(error);
        if (step == Step::no_room) waiting_ = record;
        if (step != Step::done) return step;
        if (!record) framer_.skip();
    }
}

/// There is room then, or no need for it.
Awaitable<> PublishStream::wait_for_outlet() {
    if (outlet_.can_publish()) co_return;
    outlet_.make_room();
    co_await outlet_.wait_to_publish();
}

/// There is room for the record that waits, and it is its time.
Awaitable<> PublishStream::wait_for_room() {
    co_await wait_for_outlet();
    while (!outlet_.finishing() && !(outlet_.can_publish() && is_due())) {
        outlet_.flush();
        if (pace_.limited()) co_await until(pace_.next(Clock::now()));
        co_await outlet_.wait_to_publish();
    }
}

Awaitable<> PublishStream::publish_whole() {
    Errc error = Errc::ok;
    const auto payload = framer_.last(error);
    if (!payload) {
        result_ = Failure(error, "the message is longer than --max-message-size");
        co_return;
    }
    if (payload->empty() && !template_.may_be_empty) {
        result_ = Failure(Errc::input_failed, "standard input is empty: -n publishes an empty message");
        co_return;
    }
    for (std::uint64_t time = 1; !outlet_.finishing(); ++time) {
        co_await outlet_.wait_to_publish();
        if (outlet_.finishing() || publish(*payload) != Step::done) co_return;
        published_at_ = Clock::now();
        outlet_.flush();
        if (time == repetition_.times) co_return;
        co_await outlet_.wait_for_acknowledgement();
        co_await until(Clock::now() + repetition_.delay);
    }
}

std::optional<double> PublishStream::part_published() noexcept {
    const auto extent = input_ ? input_->extent() : std::nullopt;
    if (!extent) return std::nullopt;
    const std::uint64_t waiting = std::min<std::uint64_t>(framer_.input().size(), extent->read);
    return static_cast<double>(extent->read - waiting) / static_cast<double>(extent->size);
}

PublishStream::Step PublishStream::publish(std::string_view record) {
    if (!plain_) return publish_record(record);
    message_.payload = record;
    return publish_message(message_);
}

PublishStream::Step PublishStream::publish_record(std::string_view record) {
    wire::Publish message = message_;
    if (const Result<> read = reader_.read(record, message); !read) return leave_out(read.error());
    const bool has_own_properties = records_->form == stream::RecordForm::json;
    if (has_own_properties && !message.properties.empty() && outlet_.version() != wire::ProtocolVersion::v5)
        return leave_out({Errc::publish_refused, "it has properties, and the broker does not speak MQTT 5"});
    return publish_message(message);
}

PublishStream::Step PublishStream::publish_message(const wire::Publish& message) {
    Errc error = Errc::ok;
    if (!outlet_.publish(message, records_ ? framer_.number() : 0, error)) return Step::no_room;
    if (error == Errc::ok) return Step::done;
    return leave_out({error, fmt::format("cannot publish to '{}': {}", escape_beginning(message.topic_name),
                                         describe(error).sentence)});
}

PublishStream::Step PublishStream::leave_out(Errc error) {
    return leave_out({error, error == Errc::message_too_large ? "longer than --max-message-size"
                                                              : "the input ends before the length is reached"});
}

/// The record is no message, or none for this server. done: the others still are to be published.
PublishStream::Step PublishStream::leave_out(const Failure& failure) {
    const std::string record = records_ ? fmt::format("{} {}", records_->name, framer_.number()) : "";
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
