#include "stream/file_source.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/system_reason.hpp"

namespace mqtts::stream {

FileSource::FileSource(Descriptor& file, const Extent& extent, std::string name)
    : file_(file), extent_(extent), name_(std::move(name)) {}

Result<> FileSource::read(std::size_t offset, std::span<char> to) {
    if (Result<> there = go_to(offset); !there) return there;
    while (!to.empty()) {
        Descriptor::Error error;
        const std::size_t count = file_.read(to, error);
        if (error) return Failure(Errc::input_failed, fmt::format("cannot read {}: {}", name_, system_reason(error)));
        if (count == 0) return changed();
        position_ += count;
        to = to.subspan(count);
    }
    return {};
}

Result<> FileSource::go_to(std::size_t offset) {
    if (offset == position_) return {};
    const auto now = file_.extent();
    if (!now || now->modified != extent_.modified || !file_.seek(extent_.read + offset)) return changed();
    position_ = offset;
    return {};
}

Failure FileSource::changed() const {
    return {Errc::input_failed, fmt::format("{} changed while it was sent", name_)};
}

}  // namespace mqtts::stream
