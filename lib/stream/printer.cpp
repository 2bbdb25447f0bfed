#include "stream/printer.hpp"

#include <utility>

namespace mqtts::stream {

Printer::Printer(const PrintSettings& settings, Output output)
    : formatter_(settings.format),
      output_(std::move(output)),
      skip_retained_(settings.skip_retained),
      remaining_(settings.count) {}

Wanted Printer::deliver(const wire::Publish& message) {
    if (skip_retained_ && message.retain) return Wanted::more;
    formatter_.format(output_.pending(), message);
    return remaining_ != 0 && --remaining_ == 0 ? Wanted::enough : Wanted::more;
}

Awaitable<Result<>> Printer::flush() {
    return output_.flush();
}

}  // namespace mqtts::stream
