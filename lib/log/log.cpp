// SPDX-License-Identifier: Apache-2.0
#include "log/log.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <utility>

#include "base/buffer.hpp"
#include "json/writer.hpp"
#include "text/escape.hpp"

namespace mqtts {

namespace {

constexpr std::string_view erase_line = "\r\x1b[K";

/// Formats this moment with strftime, taken apart by `split`, with `digits` decimal places of its second.
std::string time_stamp(const char* pattern, std::tm* (*split)(const std::time_t*, std::tm*), int digits) {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm date{};
    split(&seconds, &date);
    char text[sizeof "YYYY-MM-DDTHH:MM:SS" + 16];
    const std::size_t length = std::strftime(text, sizeof text, pattern, &date);
    const auto since_second = now - std::chrono::floor<std::chrono::seconds>(now);
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(since_second).count();
    std::snprintf(text + length, sizeof text - length, ".%06ld", static_cast<long>(microseconds));
    return {text, length + 1 + static_cast<std::size_t>(digits)};
}

/// Returns "14:03:59.123456", in the local time zone.
std::string local_time() {
    return time_stamp("%H:%M:%S", localtime_r, 6);
}

/// Returns "2026-10-01T14:03:59.123Z" [RFC 3339].
std::string universal_time() {
    return time_stamp("%Y-%m-%dT%H:%M:%S", gmtime_r, 3) + "Z";
}

/// Adds a text, with control characters and bytes that are not UTF-8 as people would see them, \xNN.
void add(json::Writer& json, std::string_view name, std::string_view text) {
    json.text_member(name, escape(text));
}

void write_about(json::Writer& json, const std::vector<std::string>& about) {
    json.verbatim_key("about");
    json.begin_array();
    for (const std::string& one : about) {
        json.element();
        json.text(escape(one));
    }
    json.end_array();
}

}  // namespace

void write_parts(json::Writer& json, const Failure& failure) {
    add(json, "message", failure.cause);
    if (!failure.hint.empty()) add(json, "hint", failure.hint);
    if (!failure.about.empty()) write_about(json, failure.about);
}

Log::Log(std::string program, Level level, Format format, Hints hints)
    : program_(std::move(program)), level_(level), format_(format), hints_(hints) {}

void Log::error(const Failure& failure, std::string_view host) const {
    if (sink_ != nullptr) return;
    if (format_ == Format::text) return write_text(failure.cause, failure.hint);
    Buffer members;
    json::Writer json(members, {});
    json.number_member("code", static_cast<std::uint64_t>(failure.code));
    json.number_member("exit", static_cast<std::uint64_t>(exit_status(failure.code)));
    if (!failure.about.empty()) write_about(json, failure.about);
    write_object("error", failure.cause, {describe(failure.code).name, host, members.readable(), failure.hint});
}

void Log::warning(std::string_view text, const LogNote& note) const {
    if (sink_ != nullptr) return sink_->warning(text, note);
    if (level_ == Level::quiet) return;
    if (format_ == Format::text) return write_text(text, note.hint, note.next);
    write_object("warning", text, note);
}

void Log::information(std::string_view text, const LogNote& note) const {
    if (sink_ != nullptr) return;
    if (format_ == Format::text) return write_line(program_ + ": " + std::string(text));
    write_object("info", text, note);
}

void Log::debug(std::string_view text, const LogNote& note) const {
    if (!debugging()) return;
    if (sink_ != nullptr) return sink_->debug(text, note);
    if (format_ == Format::text) return write_line(local_time() + " " + one_line(one_line(text, note.hint), note.next));
    write_object("debug", text, note);
}

void Log::progress(std::string_view text) const {
    if (!shows_progress() || (text.empty() && !progress_shown_)) return;
    const std::string line = std::string(erase_line) += text;
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
    progress_shown_ = !text.empty();
}

void Log::print(std::string_view lines) const {
    if (sink_ != nullptr) return;
    progress({});
    static_cast<void>(std::fwrite(lines.data(), 1, lines.size(), stderr));
}

/// Writes a hint of its own line last, where the eye looks for it. In one line "trying again" is the last word.
void Log::write_text(std::string_view cause, std::string_view hint, std::string_view next) const {
    if (hint.empty() || hints_ == Hints::in_line)
        return write_line(program_ + ": " + one_line(one_line(cause, hint), next));
    write_line(program_ + ": " + one_line(cause, next) + "\n" + program_ + ": hint: " + std::string(hint));
}

/// Writes the whole line with one call, so that lines of several processes do not mix.
void Log::write_line(std::string line) const {
    if (progress_shown_) line.insert(0, erase_line);
    progress_shown_ = false;
    line += '\n';
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

void Log::write_object(std::string_view level, std::string_view text, const LogNote& note) const {
    Buffer object;
    json::Writer json(object, {});
    json.begin_object();
    add(json, "time", universal_time());
    add(json, "level", level);
    add(json, "event", note.event);
    add(json, "message", one_line(text, note.next));
    if (!note.hint.empty()) add(json, "hint", note.hint);
    if (!note.members.empty()) {
        json.verbatim(",");
        json.verbatim(note.members);
    }
    if (!note.host.empty()) add(json, "host", note.host);
    json.end_object();
    write_line(std::string(object.readable()));
}

}  // namespace mqtts
