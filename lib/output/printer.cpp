// SPDX-License-Identifier: Apache-2.0
#include "output/printer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "text/number.hpp"

namespace mqtts::output {

namespace asio = boost::asio;

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

/// What report_rate() prints it flushes itself: two must not write at the same time.
Awaitable<Result<>> Printer::flush() {
    if (only_count_) co_return Result<>();
    co_return co_await output_.flush();
}

Awaitable<Result<>> Printer::report_rate() {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    if (!only_count_) co_await timer.async_wait(asio::use_awaitable);
    for (auto next = std::chrono::steady_clock::now();;) {
        timer.expires_at(next += std::chrono::seconds(1));
        co_await timer.async_wait(asio::use_awaitable);
        append_number(output_.pending().buffer(), std::exchange(received_, 0));
        output_.pending().buffer().append(" msgs/s\n");
        if (Result<> written = co_await output_.flush(); !written) co_return written;
    }
}

}  // namespace mqtts::output
