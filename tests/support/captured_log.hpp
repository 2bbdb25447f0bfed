// SPDX-License-Identifier: Apache-2.0
// What a Log says, taken from standard error while this lives.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "log/log.hpp"

namespace mqtts::test {

class CapturedLog {
public:
    explicit CapturedLog(Log::Level level = Log::Level::normal, Log::Format format = Log::Format::json,
                         Log::Hints hints = Log::Hints::in_line)
        : log("test", level, format, hints) {
        REQUIRE(file_ != nullptr);
        REQUIRE(::fcntl(::fileno(file_), F_SETFD, FD_CLOEXEC) == 0);  // not for programs that a test starts
        REQUIRE(::dup2(::fileno(file_), STDERR_FILENO) == STDERR_FILENO);
    }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;
    ~CapturedLog() {
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
        std::fclose(file_);
    }

    /// All that was written since the last call.
    [[nodiscard]] std::string written() {
        std::string bytes(64 * 1024, '\0');
        const ssize_t count = ::pread(::fileno(file_), bytes.data(), bytes.size(), read_);
        REQUIRE(count >= 0);
        read_ += count;
        bytes.resize(static_cast<std::size_t>(count));
        return bytes;
    }

    /// The sentences of that, each with its hint, without what else is in their lines: "warning: it is cold; put on a
    /// coat; debug: it is not". For JSON.
    [[nodiscard]] std::string told() {
        std::string bytes = written();
        std::string text;
        for (std::size_t end = 0; !bytes.empty(); bytes.erase(0, end + 1)) {
            end = bytes.find('\n');
            REQUIRE(end != bytes.npos);
            const std::string line = bytes.substr(0, end);
            text += (text.empty() ? "" : "; ") + member(line, "level") + ": " + member(line, "message");
            if (line.find("\"hint\":") != line.npos) text += "; " + member(line, "hint");
        }
        return text;
    }

    const Log log;

private:
    static std::string member(const std::string& line, const std::string& name) {
        const std::string before = '"' + name + "\":\"";
        const std::size_t begin = line.find(before);
        REQUIRE(begin != line.npos);
        const std::size_t from = begin + before.size();
        return line.substr(from, line.find('"', from) - from);
    }

    int saved_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    std::FILE* file_ = std::tmpfile();
    off_t read_ = 0;
};

}  // namespace mqtts::test
