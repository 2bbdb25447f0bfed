#include "stream/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <utility>

#include "base/system_reason.hpp"
#include "stream/descriptor.hpp"

namespace mqtts::stream {

namespace {

Failure cannot_write(const Descriptor::Error& error) {
    return {Errc::output_failed, fmt::format("cannot write to standard output: {}", system_reason(error))};
}

}  // namespace

struct Output::Impl {
    Descriptor descriptor;
    Buffer pending;
    Descriptor::Error error;  // sticky: what came after it is not written
};

Output::Output(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;
Output::~Output() = default;

Result<Output> Output::open_stdout(const boost::asio::any_io_executor& executor) {
    auto descriptor = Descriptor::inherited(executor, STDOUT_FILENO, Descriptor::Direction::write);
    if (descriptor) return Output{std::unique_ptr<Impl>(new Impl{std::move(*descriptor), {}, {}})};
    if (descriptor.error() != boost::asio::error::bad_descriptor) return cannot_write(descriptor.error());
    return Failure{Errc::output_failed, "standard output is closed"};
}

Buffer& Output::pending() noexcept {
    return impl_->pending;
}

Awaitable<Result<>> Output::flush() {
    auto& [descriptor, pending, error] = *impl_;
    while (!error && !pending.empty()) {
        pending.consume(descriptor.write(pending.readable(), error));
        if (error != boost::asio::error::would_block) continue;
        error = {};
        if (const auto cancelled = co_await descriptor.ready()) co_return cannot_write(cancelled);
    }
    if (error) co_return cannot_write(error);
    co_return Result<>{};
}

bool Output::broken_pipe() const noexcept {
    return impl_->error == boost::asio::error::broken_pipe || impl_->error == boost::asio::error::connection_reset;
}

bool Output::is_terminal() const noexcept {
    return impl_->descriptor.is_terminal();
}

}  // namespace mqtts::stream
