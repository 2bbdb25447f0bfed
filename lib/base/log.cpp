#include "base/log.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace mqtts {

namespace {

/// One call for the whole line, so that lines of several processes do not mix.
void write_line(std::string line) {
    line += '\n';
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

std::string time_stamp() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto since_second = now - std::chrono::floor<std::chrono::seconds>(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    char text[sizeof "HH:MM:SS.uuuuuu" + 8];
    const std::size_t length = std::strftime(text, sizeof text, "%H:%M:%S", &local);
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(since_second).count();
    std::snprintf(text + length, sizeof text - length, ".%06ld", static_cast<long>(microseconds));
    return text;
}

}  // namespace

void Log::error(const Failure& failure) const {
    write_line(program_ + ": " + failure.what);
}

void Log::warning(std::string_view text) const {
    if (level_ != Level::quiet) write_line(program_ + ": " + std::string(text));
}

void Log::debug(std::string_view text) const {
    if (debugging()) write_line(time_stamp() + " " + std::string(text));
}

}  // namespace mqtts
