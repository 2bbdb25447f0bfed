// SPDX-License-Identifier: Apache-2.0
// The main of a fuzz target that is not linked with libFuzzer: feeds it each file of the corpus folders given.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::size_t replay(const std::filesystem::path& folder) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::cout << entry.path().string() << std::endl;  // flushed: the last line names the input that crashed
        const std::vector<std::uint8_t> input = read_file(entry.path());
        LLVMFuzzerTestOneInput(input.data(), input.size());
        ++files;
    }
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: " << argv[0] << " CORPUS-FOLDER...\n";
        return 2;
    }
    for (int i = 1; i < argc; ++i) {
        if (replay(argv[i]) == 0) {
            std::cerr << argv[i] << ": no input to replay\n";
            return 1;
        }
    }
    return 0;
}
