// SPDX-License-Identifier: Apache-2.0
// A terminal for a program that asks at its terminal, with the test at the keyboard.
//
//     PseudoTerminal terminal;
//     Process program({.arguments = terminal.of({"mqtts-pub", ...}), .input = File{terminal.path()}});
//     terminal.wait_for("password: ");
//     terminal.type("secret\n");
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/file_descriptor.hpp"

namespace mqtts::test {

/// The command line that starts a program without any terminal.
std::vector<std::string> without_terminal(std::vector<std::string> command_line);

class PseudoTerminal {
public:
    PseudoTerminal();

    /// What has to be the program's standard input.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The command line that starts a program in a session of its own, with its standard input as its terminal.
    [[nodiscard]] static std::vector<std::string> of(std::vector<std::string> command_line);

    /// Waits until the terminal has shown `text`; std::runtime_error if it never does.
    void wait_for(std::string_view text);
    /// It shows it within this time.
    [[nodiscard]] bool shows(std::string_view text, std::chrono::milliseconds limit = {});
    /// All that was shown until the last of these.
    [[nodiscard]] const std::string& shown() const noexcept { return shown_; }
    /// Whether it shows what is typed.
    [[nodiscard]] bool echoes() const;
    void type(std::string_view keys) const;

private:
    FileDescriptor keyboard_;
    FileDescriptor screen_;  // keeps the terminal there while no program has it open
    std::string path_;
    std::string shown_;
};

}  // namespace mqtts::test
