// SPDX-License-Identifier: Apache-2.0
// mqtts-sub: subscribes, prints the messages it receives, and acknowledges each once it is written.
#include "program/start.hpp"
#include "program/subscribe.hpp"

int main(int argc, char** argv) {
    return mqtts::program::start(mqtts::cli::Command::subscribe, argc, argv, mqtts::program::subscribe);
}
