// SPDX-License-Identifier: Apache-2.0
#include "output/printer.hpp"

#include <chrono>
#include <utility>

#include "async/race.hpp"
#include "text/number.hpp"

namespace mqtts::output {

namespace {

format::Reader reader_of(const stream::Output& output, const PrintSettings& settings) {
    if (settings.raw || !output.is_terminal()) return format::Reader::program;
    return settings.watch ? format::Reader::single_line : format::Reader::terminal;
}

}  // namespace

Printer::Printer(const PrintSettings& settings, stream::Output output, const Log& log)
    : output_(std::move(output)),
      selection_(settings),
      formatter_(settings.format, log, reader_of(output_, settings)),
      only_count_(settings.message_rate) {
    if (settings.watch && !only_count_) watch_.emplace(output_.pending().buffer(), "Broker: " + settings.broker);
}

Wanted Printer::deliver(const wire::Publish& message) {
    if (only_count_) {
        ++received_;
        return Wanted::more;
    }
    const auto [is_printed, wanted] = selection_.judge(message);
    if (is_printed) print(message);
    return wanted;
}

bool Printer::show_unasked(const wire::Publish& message) {
    if (only_count_) {
        ++received_;
        return false;
    }
    if (!selection_.shows(message)) return false;
    print(message);
    return true;
}

void Printer::print(const wire::Publish& message) {
    Gather& to = output_.pending();
    if (watch_) watch_->begin(to.buffer(), message.topic_name);
    formatter_.format(to, message);
    if (watch_) watch_->end(to.buffer());
}

/// Flushes, unless report_rate() does it itself: two must not write at the same time.
Awaitable<Result<>> Printer::flush() {
    if (only_count_) co_return Result<>();
    co_return co_await output_.flush();
}

Awaitable<Result<>> Printer::report_rate() {
    if (!only_count_) co_return co_await async::until();
    for (auto next = std::chrono::steady_clock::now();;) {
        if (Result<> reached = co_await async::until(next += std::chrono::seconds(1)); !reached) co_return reached;
        append_number(output_.pending().buffer(), std::exchange(received_, 0));
        output_.pending().buffer().append(" msgs/s\n");
        if (Result<> written = co_await output_.flush(); !written) co_return written;
    }
}

}  // namespace mqtts::output
