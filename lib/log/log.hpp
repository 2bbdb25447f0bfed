// SPDX-License-Identifier: Apache-2.0
// Diagnostics on stderr, one line each: for people, beginning with the program's name, or for machines, as a JSON
// object. stdout carries data only.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts {

/// What machines are told besides the sentence.
struct LogNote {
    std::string_view event;         // a fixed word: what kind of line this is
    std::string_view host = {};     // "host:port" it is about
    std::string_view members = {};  // of the JSON object, in addition: "\"count\":3,\"rate\":0.5"
};

class Log {
public:
    enum class Level : unsigned char { quiet, normal, debug };
    enum class Format : unsigned char { text, json };

    Log(std::string program, Level level, Format format = Format::text)
        : program_(std::move(program)), level_(level), format_(format) {}

    /// Why the program ends; shown whatever the level. `host`: "host:port" it was about, where that is known.
    void error(const Failure& failure, std::string_view host = {}) const;
    /// What people should know while it goes on (a connection lost and found, no verification).
    void warning(std::string_view text, const LogNote& note = {.event = "warning"}) const;
    /// What an option asks for (--stats); shown whatever the level.
    void information(std::string_view text, const LogNote& note) const;
    /// The same, whole lines as they are, in either format.
    void print(std::string_view lines) const;
    /// What the -d option asks for, with a time stamp.
    void debug(std::string_view text, const LogNote& note = {.event = "debug"}) const;

    /// A line at a terminal that tells how far the work is: the next one, or whatever else is said, replaces it. Empty:
    /// nothing any more. Neither machines nor --quiet get it.
    void progress(std::string_view text) const;

    [[nodiscard]] bool debugging() const noexcept { return level_ == Level::debug; }
    [[nodiscard]] Format format() const noexcept { return format_; }
    /// Does progress() show anything?
    [[nodiscard]] bool shows_progress() const noexcept { return level_ != Level::quiet && format_ == Format::text; }

private:
    void write_line(std::string line) const;
    void write_object(std::string_view level, std::string_view text, const LogNote& note) const;

    std::string program_;
    Level level_;
    Format format_;
    mutable bool progress_stands_ = false;  // in the terminal's last line
};

}  // namespace mqtts
