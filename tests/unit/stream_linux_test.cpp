// SPDX-License-Identifier: Apache-2.0
// Input that only Linux has.
#include <sys/eventfd.h>

#include "stream_input.hpp"

using namespace mqtts;
using namespace mqtts::test;
using stream::Input;
using Loop = InputLoop;

TEST_CASE("input from anything else that can be waited for") {
    Loop loop;
    const OpenFile counter{::eventfd(0, EFD_CLOEXEC)};
    Input input = loop.standard_input(counter);
    Started<Result<bool>> reading(loop.io, input.read(loop.bytes));
    CHECK_FALSE(reading.is_complete());
    CHECK_FALSE(is_non_blocking(counter));
    constexpr std::uint64_t count =
        0x0100'0000'0000'0001;  // the same in both orders of bytes: an emulator may mix them
    const std::string_view bytes(reinterpret_cast<const char*>(&count), sizeof count);
    write_all(counter, bytes);
    CHECK(reading.wait().value());
    CHECK(loop.taken() == bytes);
}

TEST_CASE("input that cannot be read is named with the reason") {
    Loop loop;
    Input input = loop.open("/proc/self/mem");  // nothing is mapped at its beginning
    Started<Result<bool>> reading(loop.io, input.read(loop.bytes));
    const auto result = reading.wait();
    REQUIRE(result.has_error());
    CHECK(result.error().code == Errc::input_failed);
    CHECK(result.error().cause == "cannot read /proc/self/mem: input/output error");
}
