// SPDX-License-Identifier: Apache-2.0
#include "stream/file_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "os/system_reason.hpp"

namespace mqtts::stream {

FileSource::FileSource(Descriptor& file, const Extent& extent, std::string name)
    : file_(file), extent_(extent), name_(std::move(name)) {}

Result<> FileSource::read(std::size_t offset, std::span<char> to) {
    const bool again = offset < known_;
    if (offset != position_ && !file_.seek(extent_.read + offset)) return changed();
    position_ = offset;
    while (!to.empty()) {
        Descriptor::Error error;
        const std::size_t count = file_.read(to, error);
        if (error)
            return Failure(Errc::input_failed, fmt::format("cannot read {}: {}", name_, os::system_reason(error)));
        if (count == 0) return changed();
        position_ += count;
        to = to.subspan(count);
    }
    known_ = std::max(known_, position_);
    return again && !is_unmodified() ? changed() : Result<>();
}

bool FileSource::is_unmodified() const noexcept {
    const auto now = file_.extent();
    return now && now->size == extent_.size && now->modified == extent_.modified;
}

Failure FileSource::changed() const {
    return {Errc::input_failed, fmt::format("{} changed while it was being sent", name_)};
}

}  // namespace mqtts::stream
