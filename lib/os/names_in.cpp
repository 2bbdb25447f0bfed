// SPDX-License-Identifier: Apache-2.0
#include "os/names_in.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

#include "os/open_file.hpp"

namespace mqtts::os {

namespace {

struct CloseListing {
    void operator()(DIR* listing) const noexcept {
        const int error = errno;
        ::closedir(listing);
        errno = error;
    }
};

}  // namespace

std::optional<std::vector<std::string>> names_in(int directory) {
    OpenFile again(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // with a position of its own
    if (!again.is_open()) return std::nullopt;
    const std::unique_ptr<DIR, CloseListing> listing(::fdopendir(again.get()));
    if (!listing) return std::nullopt;
    static_cast<void>(again.release());  // the listing closes it
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(listing.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return std::nullopt;
    std::ranges::sort(names);
    return names;
}

}  // namespace mqtts::os
