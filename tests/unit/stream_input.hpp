// SPDX-License-Identifier: Apache-2.0
// An Input in an event loop of its own.
#pragma once

#include <string>
#include <utility>

#include "stream/input.hpp"
#include "stream_files.hpp"

namespace mqtts::test {

struct InputLoop {
    boost::asio::io_context io{1};
    Buffer bytes;

    stream::Input standard_input(const OpenFile& file) {
        const Replaced replaced(STDIN_FILENO, file.get());
        return opened(stream::Input::standard_input(io.get_executor()));
    }
    stream::Input open(const std::string& path) { return opened(stream::Input::open(io.get_executor(), path)); }
    static stream::Input opened(Result<stream::Input> input) {
        REQUIRE(input.has_value());
        return std::move(*input);
    }
    /// What one read brings; "(end)" at the end of the input.
    std::string read(stream::Input& input) {
        Started<Result<bool>> reading(io, input.read(bytes));
        const auto more = reading.wait();
        REQUIRE(more.has_value());
        return *more ? taken() : "(end)";
    }
    std::string taken() {
        std::string text(bytes.readable());
        bytes.clear();
        return text;
    }
    std::string failure(const std::string& path) {
        const auto input = stream::Input::open(io.get_executor(), path);
        REQUIRE(input.has_error());
        CHECK(input.error().code == Errc::input_failed);
        return input.error().cause;
    }
};

}  // namespace mqtts::test
