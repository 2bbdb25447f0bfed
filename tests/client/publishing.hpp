// SPDX-License-Identifier: Apache-2.0
// A publisher between an input that the test writes and an outlet that the test gives room.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include "client/publisher.hpp"
#include "support/captured_log.hpp"
#include "support/fake_outlet.hpp"
#include "support/loop.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::test {

/// What is published: a file that is there, or a pipe that the test writes to.
class PublisherInput {
public:
    explicit PublisherInput(Loop& loop) : loop_(loop) {}
    PublisherInput(const PublisherInput&) = delete;
    PublisherInput& operator=(const PublisherInput&) = delete;
    ~PublisherInput() { end(); }

    stream::Input file(std::string_view content) { return opened(directory_.write("file", content)); }
    stream::Input pipe() {
        const std::string path = directory_.path() + "/pipe";
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        writing_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        REQUIRE(writing_ >= 0);
        return opened(path);
    }
    void write(std::string_view bytes) {
        REQUIRE(::write(writing_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
        loop_.settle();
    }
    void end() {
        if (writing_ >= 0) ::close(writing_);
        writing_ = -1;
        loop_.settle();
    }

private:
    stream::Input opened(const std::string& path) {
        auto input = stream::Input::open(loop_.executor(), path);
        REQUIRE(input.has_value());
        return std::move(*input);
    }

    Loop& loop_;
    TemporaryDirectory directory_;
    int writing_ = -1;
};

/// The sentence of a result; empty: a success.
inline std::string sentence_of(const Result<>& result) {
    return result ? "" : std::to_string(exit_status(result.error().code)) + ' ' + one_line(result.error());
}

}  // namespace mqtts::test
