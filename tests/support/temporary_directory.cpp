// SPDX-License-Identifier: Apache-2.0
#include "support/temporary_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace mqtts::test {

namespace {
[[noreturn]] void fail(const std::string& path) {
    throw std::system_error(errno, std::generic_category(), path);
}
}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    const char* parent = std::getenv("TMPDIR");
    path_ = std::string(parent && *parent ? parent : "/tmp") + "/mqtts-test-XXXXXX";
    if (!::mkdtemp(path_.data())) fail(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(std::string_view name, std::string_view content) const {
    std::string file = path_ + '/';
    file += name;
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) fail(file);
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0) fail(file);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(descriptor);
    return file;
}

}  // namespace mqtts::test
