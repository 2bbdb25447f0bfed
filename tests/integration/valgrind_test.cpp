// The programs under valgrind, as users run them: nothing invalid is read or written, and nothing is lost.
#include <doctest/doctest.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;

/// What takes no time otherwise takes seconds.
constexpr auto patience = 120s;

Words under_valgrind(const Words& command_line) {
    Words words{MQTTS_VALGRIND, "--quiet", "--error-exitcode=99", "--leak-check=full",
                "--errors-for-leak-kinds=definite"};
    words.insert(words.end(), command_line.begin(), command_line.end());
    words.insert(words.end(), {"--connect-timeout", "100"});
    return words;
}

}  // namespace

TEST_CASE("mqtts-pub -l and mqtts-sub make no error that valgrind sees") {
    Mosquitto broker({.configuration = lossless});
    Process subscriber({.arguments = under_valgrind(mqtts_sub(broker, {"-q", "1", "-t", "a", "-C", "200"}))});
    wait_for_subscription(broker, "a");
    const Outcome published =
        run({.arguments = under_valgrind(mqtts_pub(broker, {"-q", "1", "-t", "a", "-l"})), .input = Text{numbers(200)}},
            patience);
    const Outcome received = subscriber.wait(patience);
    CHECK(published.error == "");
    CHECK(published.status == 0);
    CHECK(received.error == "");
    CHECK(received.status == 0);
    CHECK(received.output == numbers(200));
}
