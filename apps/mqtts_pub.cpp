// SPDX-License-Identifier: Apache-2.0
// mqtts-pub: publishes a message, a file, or each line of standard input, and ends when all of it is acknowledged; or
// asks, and prints the answer.
#include "program/publish.hpp"
#include "program/start.hpp"

int main(int argc, char** argv) {
    return mqtts::program::start(mqtts::cli::Command::publish, argc, argv, mqtts::program::publish);
}
