// SPDX-License-Identifier: Apache-2.0
// mqtts-pub: publishes a message, a file, or each line of standard input, and exits when all of it is acknowledged; or
// sends a request, and prints the response.
#include "program/publish.hpp"
#include "program/start.hpp"

int main(int argc, char** argv) {
    return mqtts::program::start(mqtts::cli::Command::publish, argc, argv, mqtts::program::publish);
}
