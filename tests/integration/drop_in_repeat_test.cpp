// SPDX-License-Identifier: Apache-2.0
// The same message several times.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("--repeat publishes the same message again, after its acknowledgement") {
    check({
        {.command = "mqtts-pub -t a -m x --repeat 3",
         .packets = {R"(PUBLISH qos0 a "x")", R"(PUBLISH qos0 a "x")", R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -n -q 1 --repeat=2 --repeat-delay 0.05",
         .packets = {R"(PUBLISH 1 qos1 a "")", R"(PUBLISH 2 qos1 a "")"}},
        {.command = "mqtts-pub -t a -s -q 2 --repeat 2 --repeat-delay=0",
         .input = "x",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "x")", R"(PUBLISH 2 qos2 a "x")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -f $dir/file --repeat 2 -r",
         .files = {{"file", "x"}},
         .packets = {R"(PUBLISH qos0 retain a "x")", R"(PUBLISH qos0 retain a "x")"}},
        {.command = "mqtts-pub -t a -l --repeat 3 --quiet", .input = "1\n", .packets = {R"(PUBLISH qos0 a "1")"}},
        {.command = "mqtts-pub -t a -m x --repeat 1", .packets = {R"(PUBLISH qos0 a "x")"}},
    });
    check_refused({
        {"mqtts-pub -t a -m x --repeat 0", {"--repeat", "'0'"}},
        {"mqtts-pub -t a -m x --repeat-delay -1", {"--repeat-delay", "'-1'"}},
        {"mqtts-pub -t a -m x --repeat-delay soon", {"--repeat-delay", "'soon'"}},
    });
}
