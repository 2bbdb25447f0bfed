// SPDX-License-Identifier: Apache-2.0
// The way of one message through its commands. See runner.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "async/race.hpp"
#include "command/backoff.hpp"
#include "command/runner.hpp"
#include "json/writer.hpp"
#include "text/escape.hpp"

namespace mqtts::command {

namespace {

using Id = wire::PropertyIdentifier;

/// "the command for 'jobs/1'". One of several commands is known by its subscription.
std::string name_of(const Settings& settings, std::size_t rule, const Job& job) {
    const std::vector<std::string>& filters = settings.rules[rule].topic_filters;
    const std::string of =
        settings.rules.size() > 1 && !filters.empty() ? fmt::format(" of '{}'", escape_beginning(filters.front())) : "";
    return fmt::format("the command{} for '{}'", of, escape_beginning(job.topic_name));
}

double in_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

void Runner::enqueue(Job& job) {
    queue_.push_back(&job);
    if (idle_workers_.empty()) return;
    idle_workers_.back()->wake.notify();
    idle_workers_.pop_back();
}

Awaitable<Result<>> Runner::work(Worker& self) {
    for (;;) {
        if (queue_.empty()) {
            idle_workers_.push_back(&self);
            Result<> woken = co_await self.wake.wait();
            std::erase(idle_workers_, &self);
            if (!woken) co_return woken;
            continue;
        }
        Job& job = *queue_.front();
        queue_.pop_front();
        ++running_;
        if (Result<> done = co_await handle(self, job); !done) co_return done;
        --running_;
        last_end_ = Clock::now();
        job.in_work = false;
        held_ += job.output.size();
        conclude(job);
        if (settings_.acknowledges_first) co_await async::yield();
    }
}

/// Runs the commands of a message, again and again those that fail, as far as the settings want it. Fails only when
/// cancelled.
Awaitable<Result<>> Runner::handle(Worker& self, Job& job) {
    do {
        if (job.retries != 0 && !stopping_) {
            const auto pause = pause_after(job.retries - 1);
            const Result<> waited = (co_await async::race(async::until(Clock::now() + pause), self.wake.wait())).result;
            if (!waited) co_return waited;
        }
        const std::vector<std::size_t> commands = std::exchange(job.commands, {});
        for (const std::size_t rule : commands) {
            if (stopping_) job.given_up = true;
            if (job.given_up) break;
            if (Result<> ran = co_await execute(job, rule); !ran) co_return ran;
        }
    } while (!job.given_up && !job.failed.empty() && try_again(job));
    co_return Result<>();
}

Awaitable<Result<>> Runner::execute(Job& job, std::size_t rule) {
    const Execution::Plan plan = plan_for(job, settings_.rules[rule]);
    Execution execution(shop_, job, plan);
    if (Result<> ran = co_await execution.run(); !ran) co_return ran;
    Outcome& outcome = execution.outcome();
    if (!outcome.fault.empty() && terminated_) {
        job.given_up = true;  // it was we who ended it
    } else if (!outcome.fault.empty()) {
        take_failure(job, failed(job, rule, outcome));
    } else if (plan.output == Execution::Output::reply) {
        send_reply(job, rule, std::move(outcome.output), std::nullopt);
    }
    co_return Result<>();
}

Execution::Plan Runner::plan_for(const Job& job, const Rule& rule) {
    Execution::Plan plan{.command = rule.command, .timeout = settings_.timeout};
    if (!settings_.reply) {
        plan.output = settings_.jobs == 1 ? Execution::Output::ours : Execution::Output::job;
        return plan;
    }
    const bool is_request = job.message().properties.find(Id::response_topic).has_value();
    plan.output = is_request ? Execution::Output::reply : Execution::Output::nowhere;
    plan.keeps_last_line = is_request && settings_.reply_failure;
    if (!is_request && !std::exchange(told_no_response_topic_, true))
        log_.warning(fmt::format("a message on '{}' has no Response Topic", escape_beginning(job.topic_name)),
                     {.event = "no_response_topic", .next = "such messages get no reply"});
    return plan;
}

FailedCommand Runner::failed(const Job& job, std::size_t rule, Outcome& outcome) const {
    return {.rule = rule,
            .failure = Failure(outcome.error, fmt::format("{} {}", name_of(settings_, rule, job), outcome.fault),
                               std::move(outcome.hint)),
            .status = outcome.status,
            .last_line = std::move(outcome.last_line)};
}

void Runner::take_failure(Job& job, FailedCommand failed) {
    switch (settings_.on_failure) {
        case OnFailure::retry:
            job.failed.push_back(std::move(failed));
            return;
        case OnFailure::go_on:
            ++failures_;
            warn(failed, job, "going on");
            send_failure(job, failed);
            return;
        case OnFailure::end:
            job.given_up = true;
            send_failure(job, failed);
            fail(std::move(failed.failure));
            return;
    }
}

/// Prepares another run of the commands that have failed, unless there were enough.
bool Runner::try_again(Job& job) {
    std::vector<FailedCommand> all = std::exchange(job.failed, {});
    if (stopping_) {
        job.given_up = true;
        for (const FailedCommand& one : all)
            warn(one, job, "leaving the message unacknowledged");
        return false;
    }
    if (job.retries == settings_.retries) {
        job.given_up = true;
        for (FailedCommand& one : all)
            send_failure(job, one);
        fail(std::move(all.front().failure));
        return false;
    }
    const std::string next = fmt::format("trying again in {:g} s", in_seconds(pause_after(job.retries)));
    ++job.retries;
    for (const FailedCommand& one : all) {
        warn(one, job, next);
        job.commands.push_back(one.rule);
    }
    return true;
}

void Runner::warn(const FailedCommand& failed, const Job& job, std::string_view next) const {
    Buffer members;
    json::Writer json(members, {});
    json.text_member("topic", escape(job.topic_name));
    json.number_member("status", static_cast<std::uint64_t>(failed.status));
    log_.warning(failed.failure.cause,
                 {.event = "command_failed", .members = members.readable(), .hint = failed.failure.hint, .next = next});
}

/// Judges a message when its last command has ended, and when a reply has arrived.
void Runner::conclude(Job& job) {
    if (!job.in_work && job.unanswered == 0 && !job.handled) {
        if (!job.given_up && !job.failed.empty() && try_again(job)) {
            job.in_work = true;
            return enqueue(job);
        }
        job.handled = !job.given_up;
        if (job.handled) job.release();
    }
    advance();
}

void Runner::send_reply(Job& job, std::size_t rule, std::string payload, std::optional<int> status) {
    const wire::PropertiesView request = job.message().properties;
    Reply reply{.topic_name = std::string(request.find(Id::response_topic)->text),
                .payload = std::move(payload),
                .qos = job.qos,
                .ticket = next_ticket_++};
    if (const auto data = request.find(Id::correlation_data)) reply.properties.add(Id::correlation_data, data->text);
    if (status) reply.properties.add(Id::user_property, "status", std::to_string(*status));
    ++job.unanswered;
    // Only of QoS 0: what acknowledges the others may lie behind the next message, which must be taken then; and the
    // Receive Maximum limits their number.
    const bool is_acknowledged = job.qos != wire::Qos::at_most_once;
    const std::size_t held = is_acknowledged ? 0 : reply.payload.size();
    held_ += held;
    if (is_acknowledged) ++unacknowledged_;
    unanswered_.emplace(reply.ticket,
                        Unanswered{.job = &job, .rule = rule, .size = held, .of_failure = status.has_value()});
    replies_->send(std::move(reply));
}

/// Tells the requester that the command has failed, if that is wanted.
void Runner::send_failure(Job& job, FailedCommand& failed) {
    if (!settings_.reply_failure || !failed.replies) return;
    if (!job.message().properties.find(Id::response_topic)) return;
    send_reply(job, failed.rule, std::move(failed.last_line), failed.status);
}

void Runner::reply_done(std::uint64_t ticket, Result<> result) {
    const auto found = unanswered_.find(ticket);
    if (found == unanswered_.end()) return;
    const Unanswered reply = found->second;
    unanswered_.erase(found);
    Job& job = *reply.job;
    --job.unanswered;
    if (job.qos != wire::Qos::at_most_once) --unacknowledged_;
    held_ -= reply.size;
    if (!result) {
        Failure failure =
            with_cause(result.error(), fmt::format("the reply of {} was not taken: {}",
                                                   name_of(settings_, reply.rule, job), result.error().cause));
        FailedCommand refused{.rule = reply.rule,
                              .failure = std::move(failure),
                              .status = exit_status(result.error().code),
                              .replies = false};
        if (reply.of_failure)
            warn(refused, job, "going on");
        else
            take_failure(job, std::move(refused));
    }
    conclude(job);
}

}  // namespace mqtts::command
