// SPDX-License-Identifier: Apache-2.0
// The shared library with everything that connects, where a program is not one file (MQTTS_SPLIT): OpenSSL, SQLite and
// the layers on them. Its 8 MB have twenty thousand pointers, which the dynamic linker adjusts page by page; what needs
// no connection, such as a call that a keeper serves, starts in two thirds of the time without them.
//
// Program and library are of the same build: they share types, and the C++ objects in them. So the program looks at the
// version before anything else.
#pragma once

#include "program/run.hpp"

namespace mqtts::program {

/// What the library has for a program: its only symbol, named library_symbol.
struct Library {
    const char* (*version)();  // of all parts; a library of another version has nothing else that can be used
    Runner publish;
    Runner subscribe;
};

inline constexpr const char* library_symbol = "mqtts_library";

}  // namespace mqtts::program
