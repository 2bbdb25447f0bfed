// SPDX-License-Identifier: Apache-2.0
// The programs under valgrind, as users run them: nothing invalid is read or written, and nothing is lost.
#include <doctest/doctest.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

Words under_valgrind(const Words& command_line) {
    Words words{MQTTS_VALGRIND, "--quiet", "--error-exitcode=99", "--leak-check=full",
                "--errors-for-leak-kinds=definite"};
    words.insert(words.end(), command_line.begin(), command_line.end());
    return words;
}

}  // namespace

TEST_CASE("mqtts-pub -l and mqtts-sub make no error that valgrind sees") {
    Mosquitto broker({.configuration = lossless});
    Process subscriber({.arguments = under_valgrind(mqtts_sub(broker, {"-q", "1", "-t", "a", "-C", "200"}))});
    wait_for_subscription(broker, "a");
    const Outcome published = run(
        {.arguments = under_valgrind(mqtts_pub(broker, {"-q", "1", "-t", "a", "-l"})), .input = Text{numbers(200)}});
    const Outcome received = subscriber.wait();
    CHECK(published.error == "");
    CHECK(published.status == 0);
    CHECK(received.error == "");
    CHECK(received.status == 0);
    CHECK(received.output == numbers(200));
}
