#include "cli/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace mqtts::cli {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::error_code last_error() {
    return {errno, std::generic_category()};
}

}  // namespace

std::error_code read_file(const std::string& path, std::string& text) {
    const std::unique_ptr<std::FILE, CloseFile> input(std::fopen(path.c_str(), "re"));
    if (!input) return last_error();
    char block[4096];
    while (const std::size_t count = std::fread(block, 1, sizeof block, input.get()))
        text.append(block, count);
    return std::ferror(input.get()) != 0 ? last_error() : std::error_code();
}

}  // namespace mqtts::cli
