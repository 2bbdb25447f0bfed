// SPDX-License-Identifier: Apache-2.0
#include "client/work.hpp"

#include <fmt/format.h>

#include <utility>

#include "client/receipt_keeper.hpp"
#include "client/refusal.hpp"

namespace mqtts::client {

Work::Work(const boost::asio::any_io_executor& executor, Settings of_client, std::unique_ptr<Link> over, Timer& time,
           output::MessageSink* to, const Log& told)
    : settings(std::move(of_client)),
      link(std::move(over)),
      timer(time),
      sink(to),
      log(told),
      session(settings.session),
      authentication(
          settings.authentication.method.empty()
              ? nullptr
              : std::make_unique<Authentication>(executor, settings.authentication, session, *link, timer, log)),
      subscriptions(settings.subscriptions, settings.unsubscriptions),
      grants(settings.demands, told),
      output_wanted(executor),
      publish_ready(executor),
      stopped(executor),
      lingering(executor),
      watchers(executor) {
    if (sink == nullptr) session.stop_receiving();
    if (handles_later()) session.wait_for_handling();
    if (settings.receipts != nullptr) session.restore_received(settings.receipts->identifiers());
    if (settings.remove_retained_except) retained_removal.emplace(*settings.remove_retained_except);
    looks_at_messages = settings.remove_retained_except || settings.end_after_retained;
    if (!settings.end_after_retained) return;
    if (settings.retained_settle == std::chrono::milliseconds::zero())
        catch_up.emplace(CatchUp::Awaited::retained);
    else
        settling.emplace(settings.retained_settle);
}

void Work::finish() {
    ends = true;
    session.stop_receiving();
    publish_ready.notify();
}

void Work::finish_soon() {
    if (!linger_until) linger_until = timer.now() + settings.patience.linger;
    lingering.notify();
    finish();
}

bool Work::done() const noexcept {
    const bool removed = !retained_removal || retained_removal->done();
    return finishing() && !delivering && removed && is_handled() && session.all_acknowledged();
}

void Work::refuse(Failure failure) {
    const bool is_first = !first_refusal;
    note_refusal(std::move(failure));
    if (is_first && !finishing() && !expects_no_more)
        log.warning(first_refusal->cause, {.event = describe(first_refusal->code).name, .hint = first_refusal->hint});
}

void Work::refuse(const session::InFlight::GivenUp& given_up) {
    refuse(totals.connections > 1 ? cannot_send_again(given_up) : sent_too_early(given_up));
    refused += given_up.messages - 1;
}

void Work::note_refusal(Failure failure) {
    ++refused;
    if (first_refusal) return;
    first_refusal = std::move(failure);
    if (!settings.open_ended) finish();
}

void Work::name_record(Failure& failure, std::uint64_t number) const {
    if (number != 0) failure.cause = fmt::format("{} {}: {}", settings.record_name, number, failure.cause);
}

Result<> Work::keep_progress() {
    std::vector<session::InFlight::Progress>& progress = session.progress();
    if (progress.empty()) return {};
    Result<> kept = on_progress(progress);
    progress.clear();
    if (!kept) link->give_up();
    return kept;
}

void Work::stop(Result<> result) {
    ended_from_outside = true;
    stop_result = std::move(result);
    stopped.notify();
}

// What leaves

Status Work::send(Send what) {
    const Result<Status> sent = link->send(session.output(), session.settings().version, what);
    if (sent) return *sent;
    link->give_up();  // the server must not take the next bytes for the rest of a packet
    stop(sent.error());
    return Status::failed;
}

void Work::flush() {
    if (link->is_open() && send(Send::all) != Status::ok) output_wanted.notify();
}

/// Makes room for more messages. If only the output is full, sending full TLS records makes room. If the send window is
/// closed, sends everything so that the server can acknowledge it.
void Work::make_room() {
    if (link->is_open() && send(Send::blocks) != Status::ok) output_wanted.notify();
    if (!can_publish()) flush();
}

Awaitable<Result<>> Work::rest() {
    while (rests && !session.awaits_answers())
        if (Result<> changed = co_await watchers.wait(); !changed) co_return changed;
    co_return Result<>();
}

void Work::ping() {
    session.ping(timer.now());
    flush();
}

}  // namespace mqtts::client
