// SPDX-License-Identifier: Apache-2.0
#include "os/system_reason.hpp"

#include <doctest/doctest.h>

#include <boost/system/error_code.hpp>
#include <cerrno>

using namespace mqtts;

TEST_CASE("the system's words begin like a part of a sentence") {
    CHECK(os::system_reason(ECONNREFUSED) == "connection refused");
    CHECK(os::system_reason(std::make_error_code(std::errc::is_a_directory)) == "is a directory");
    CHECK(os::system_reason(boost::system::error_code(ENOSPC, boost::system::system_category())) ==
          "no space left on device");
}

TEST_CASE("an abbreviation at the beginning keeps its capitals") {
    CHECK(os::system_reason(EDOTDOT) == "RFS specific error");
}
