// SPDX-License-Identifier: Apache-2.0
#include "cli/unique.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <random>
#include <string_view>

#include "base/entropy.hpp"

namespace mqtts::cli {

std::string process_identifier() {
    return std::to_string(::getpid());
}

std::string random_client_identifier() {
    constexpr std::string_view characters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device random = entropy();
    std::uniform_int_distribution<std::size_t> index(0, characters.size() - 1);
    std::string identifier = "mqtts-";
    while (identifier.size() < 23)
        identifier += characters[index(random)];
    return identifier;
}

std::string random_name() {
    std::random_device random = entropy();
    std::string name;
    for (int i = 0; i < 4; ++i)
        name += fmt::format("{:08x}", random());
    return name;
}

}  // namespace mqtts::cli
