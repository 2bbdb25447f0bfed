// Diagnostics for people, on stderr: one line each, beginning with the program's name. stdout carries data only.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts {

class Log {
public:
    enum class Level : unsigned char { quiet, normal, debug };

    Log(std::string program, Level level) : program_(std::move(program)), level_(level) {}

    /// Why the program ends; shown whatever the level.
    void error(const Failure& failure) const;
    /// What people should know while it goes on (a connection lost and found, no verification).
    void warning(std::string_view text) const;
    /// What the -d option asks for, with a time stamp.
    void debug(std::string_view text) const;

    [[nodiscard]] bool debugging() const noexcept { return level_ == Level::debug; }

private:
    std::string program_;
    Level level_;
};

}  // namespace mqtts
