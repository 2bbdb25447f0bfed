// SPDX-License-Identifier: Apache-2.0
// A regular expression, for payloads of any length with any byte in them.
//
// POSIX extended, as in grep -E, by RE2: payloads come from strangers, and RE2 needs time in proportion to their
// length, whatever the expression. The C library's matcher took minutes for a megabyte, std::regex needs stack for each
// byte. Back references, which cannot be had at that price, are refused, and so is everything that RE2 would understand
// differently.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts::output {

class Pattern {
public:
    /// Compiles the expression. The failure (bad_option) says what is wrong with it.
    static Result<Pattern> compile(const std::string& expression);
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    /// Tells whether it matches somewhere in `bytes`. `^` and `$` are the ends of all of it. Each byte is a character,
    /// NUL too.
    [[nodiscard]] bool matches(std::string_view bytes) const;

private:
    struct Compiled;
    explicit Pattern(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace mqtts::output
