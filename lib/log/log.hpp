// SPDX-License-Identifier: Apache-2.0
// Diagnostics on stderr: for people, a line that begins with the program's name, and at a terminal a second line for
// the hint; for machines, one JSON object each. stdout carries data only.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "json/writer.hpp"

namespace mqtts {

/// What machines get besides the sentence.
struct LogNote {
    std::string_view event;         // a fixed word: what kind of line this is
    std::string_view host = {};     // the "host:port" that it is about
    std::string_view members = {};  // more of the JSON object: "\"count\":3,\"rate\":0.5"
    std::string_view hint = {};     // what people can do about it
    std::string_view next = {};     // what the program does about it: "trying again"; ends the message
};

/// Writes the members "message", "hint" and "about" of a failure, the last two only if they are not empty.
void write_parts(json::Writer& json, const Failure& failure);

/// Takes the lines of a process that nobody watches, and hands them to those whom they are about.
class LogSink {
public:
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;
    virtual ~LogSink() = default;

    [[nodiscard]] virtual bool wants_debug() const noexcept = 0;
    virtual void warning(std::string_view text, const LogNote& note) = 0;
    virtual void debug(std::string_view text, const LogNote& note) = 0;

protected:
    LogSink() = default;
};

class Log {
public:
    enum class Level : unsigned char { quiet, normal, debug };
    enum class Format : unsigned char { text, json };
    /// Where a text shows the hint. At a terminal it has a line of its own; a log file, where the lines of many
    /// programs mix, gets one line.
    enum class Hints : unsigned char { in_line, own_line };

    Log(std::string program, Level level, Format format = Format::text, Hints hints = Hints::in_line);

    /// Says why the program ends; shown at every level. `host`: the "host:port" it was about, if known.
    void error(const Failure& failure, std::string_view host = {}) const;
    /// Says what people should know during the run (a connection lost and found, no verification).
    void warning(std::string_view text, const LogNote& note = {.event = "warning"}) const;
    /// Says what an option asks for (--stats); shown at every level.
    void information(std::string_view text, const LogNote& note) const;
    /// Prints whole lines unchanged, in either format.
    void print(std::string_view lines) const;
    /// Says what -d asks for, with a time stamp.
    void debug(std::string_view text, const LogNote& note = {.event = "debug"}) const;

    /// Shows the progress in the last line of a terminal: the next progress, or any other line, replaces it. Empty:
    /// clears it. Not shown to machines or with --quiet.
    void progress(std::string_view text) const;

    /// Hands warnings and what -d asks for to `sink` from now on, which must outlive the log. Nothing is written any
    /// more.
    void divert(LogSink& sink) noexcept { sink_ = &sink; }

    [[nodiscard]] bool debugging() const noexcept {
        return sink_ != nullptr ? sink_->wants_debug() : level_ == Level::debug;
    }
    [[nodiscard]] Format format() const noexcept { return format_; }
    /// Tells whether progress() shows anything.
    [[nodiscard]] bool shows_progress() const noexcept {
        return sink_ == nullptr && level_ != Level::quiet && format_ == Format::text;
    }

private:
    void write_text(std::string_view cause, std::string_view hint, std::string_view next = {}) const;
    void write_line(std::string line) const;
    void write_object(std::string_view level, std::string_view text, const LogNote& note) const;

    std::string program_;
    Level level_;
    Format format_;
    Hints hints_;
    LogSink* sink_ = nullptr;
    mutable bool progress_shown_ = false;  // in the terminal's last line
};

}  // namespace mqtts
