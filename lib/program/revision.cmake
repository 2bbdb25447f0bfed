# SPDX-License-Identifier: Apache-2.0
# Writes which commit the sources are of into a header, and touches that only when it changes. Arguments: SOURCE, HEADER.
#
# Only the work tree that SOURCE is the top of counts: an unpacked archive in somebody else's repository is no part of it.
# A commit hook of that one would name it in these variables.
foreach(variable GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX)
    unset(ENV{${variable}})
endforeach()

set(revision "")
find_program(git git)
if(git)
    execute_process(COMMAND ${git} -C ${SOURCE} rev-parse --show-prefix
        RESULT_VARIABLE failed OUTPUT_VARIABLE below_top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed AND below_top STREQUAL "")
        execute_process(COMMAND ${git} -C ${SOURCE} --no-optional-locks describe --tags --always --dirty
            OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
endif()
string(REGEX REPLACE "[^A-Za-z0-9._/+-]" "_" revision "${revision}")  # what else a tag may have ends no string of C++

file(CONFIGURE OUTPUT ${HEADER} @ONLY CONTENT [[
// Written by revision.cmake.
#pragma once

#include <string_view>

namespace mqtts::program {

/// What `git describe` says of the sources; empty: they are no work tree of git.
inline constexpr std::string_view revision = "@revision@";

}  // namespace mqtts::program
]])
