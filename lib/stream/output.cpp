// SPDX-License-Identifier: Apache-2.0
#include "stream/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <utility>

#include "async/race.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "stream/descriptor.hpp"

namespace mqtts::stream {

namespace {

Failure cannot_write(const Descriptor::Error& error) {
    return {Errc::output_failed, fmt::format("cannot write to standard output: {}", os::system_reason(error))};
}

}  // namespace

struct Output::Impl {
    Descriptor descriptor;
    Gather pending;
    Descriptor::Error error;  // sticky: nothing is written after it
    bool sync = false;
};

Output::Output(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Output::Output(Output&&) noexcept = default;
Output::~Output() = default;

Result<Output> Output::open_stdout(const boost::asio::any_io_executor& executor) {
    auto descriptor = Descriptor::inherited(executor, STDOUT_FILENO, Descriptor::Direction::write);
    if (descriptor) return Output{std::unique_ptr<Impl>(new Impl{std::move(*descriptor), {}, {}, false})};
    if (descriptor.error() != boost::asio::error::bad_descriptor) return cannot_write(descriptor.error());
    return Failure{Errc::output_failed, "standard output is closed"};
}

Gather& Output::pending() noexcept {
    return impl_->pending;
}

Awaitable<Result<>> Output::flush() {
    auto& [descriptor, pending, error, sync] = *impl_;
    const bool must_sync = sync && !pending.empty();
    while (!error && !pending.empty()) {
        pending.consume(descriptor.write(pending.readable(), error));
        if (error != boost::asio::error::would_block) continue;
        error = {};
        if (const auto cancelled = co_await descriptor.ready()) co_return cannot_write(cancelled);
    }
    if (!error && must_sync && !os::sync_data(STDOUT_FILENO)) error = {errno, boost::system::system_category()};
    if (error) co_return cannot_write(error);
    co_return Result<>{};
}

Awaitable<Result<>> Output::reader_gone() {
    const Descriptor::Error cancelled = co_await impl_->descriptor.reader_gone();
    if (cancelled) co_return async::cancelled();
    impl_->error = boost::asio::error::broken_pipe;
    co_return cannot_write(impl_->error);
}

void Output::sync_when_flushed() noexcept {
    impl_->sync = true;
}

/// Opens the file once more to look, because the descriptor is for writing only.
bool Output::continues_line() const {
    const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
    if (!is_file() || flags < 0 || (flags & O_APPEND) == 0) return false;
    const os::OpenFile file{os::open_to_read(STDOUT_FILENO)};
    if (!file.is_open()) return false;
    char last = '\n';
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    return size > 0 && ::pread(file.get(), &last, 1, size - 1) == 1 && last != '\n';
}

bool Output::broken_pipe() const noexcept {
    return impl_->error == boost::asio::error::broken_pipe || impl_->error == boost::asio::error::connection_reset;
}

bool Output::is_file() const noexcept {
    struct stat status {};
    return ::fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

bool Output::is_terminal() const noexcept {
    return impl_->descriptor.is_terminal();
}

bool Output::is_awaited() const noexcept {
    return impl_->descriptor.is_awaited();
}

}  // namespace mqtts::stream
