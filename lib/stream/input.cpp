// SPDX-License-Identifier: Apache-2.0
#include "stream/input.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "os/system_reason.hpp"
#include "stream/descriptor.hpp"
#include "stream/file_source.hpp"

namespace mqtts::stream {

namespace asio = boost::asio;

struct Input::Impl {
    asio::any_io_executor executor;
    std::string name;
    Descriptor descriptor;
};

Input::Input(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Input::Input(Input&&) noexcept = default;
Input::~Input() = default;

Result<Input> Input::standard_input(asio::any_io_executor executor) {
    auto descriptor = Descriptor::inherited(executor, STDIN_FILENO, Descriptor::Direction::read);
    if (descriptor)
        return Input{std::unique_ptr<Impl>(new Impl{std::move(executor), "standard input", std::move(*descriptor)})};
    const bool closed = descriptor.error() == asio::error::bad_descriptor;
    return Failure{Errc::input_failed, closed ? "standard input is closed"
                                              : "cannot open standard input: " + os::system_reason(descriptor.error())};
}

Result<Input> Input::open(asio::any_io_executor executor, const std::string& path) {
    if (path == "-" || path == "/dev/stdin") return standard_input(std::move(executor));
    auto descriptor = Descriptor::open(executor, path);
    if (descriptor) return Input{std::unique_ptr<Impl>(new Impl{std::move(executor), path, std::move(*descriptor)})};
    return Failure{
        Errc::input_failed, fmt::format("cannot open {}: {}", path, os::system_reason(descriptor.error())), {}, {path}};
}

Awaitable<Result<bool>> Input::read(Buffer& to, std::function<bool()> before_waiting) {
    co_await asio::post(impl_->executor, asio::use_awaitable);
    for (;;) {
        Descriptor::Error error;
        const std::size_t count = impl_->descriptor.read(to.prepare(most_at_once).first(most_at_once), error);
        to.commit(count);
        if (error == asio::error::would_block) {
            if (before_waiting && !before_waiting()) co_return true;
            error = co_await impl_->descriptor.ready();
        } else if (!error) {
            co_return count != 0;
        }
        if (error == asio::error::operation_aborted) co_return Failure(Errc::ok);
        if (error)
            co_return Failure{Errc::input_failed,
                              fmt::format("cannot read {}: {}", impl_->name, os::system_reason(error))};
    }
}

std::unique_ptr<ByteSource> Input::source() {
    const auto extent = impl_->descriptor.extent();
    if (!extent || extent->size - extent->read <= most_at_once) return nullptr;
    return std::make_unique<FileSource>(impl_->descriptor, *extent, impl_->name);
}

std::optional<Extent> Input::extent() const noexcept {
    return impl_->descriptor.extent();
}

bool Input::is_terminal() const noexcept {
    return impl_->descriptor.is_terminal();
}

}  // namespace mqtts::stream
