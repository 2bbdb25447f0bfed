// SPDX-License-Identifier: Apache-2.0
#include "os/spawn.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include "os/open_file.hpp"
#include "os/os.hpp"

using namespace mqtts;

namespace {

/// Runs a script of sh to its end, with a pipe as standard output, and returns what it wrote.
std::string output_of(std::string script, os::Surroundings surroundings = {}) {
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    const os::OpenFile reader{ends[0]};
    os::OpenFile writer{ends[1]};
    surroundings.standard_output = writer.get();
    std::array<std::string, 3> words = {"sh", "-c", std::move(script)};
    const std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    pid_t id = 0;
    REQUIRE(os::spawn(id, arguments.data(), surroundings) == 0);
    writer.close();
    std::string output;
    char bytes[512];
    for (ssize_t count = 0; (count = ::read(reader.get(), bytes, sizeof bytes)) > 0;)
        output.append(bytes, static_cast<std::size_t>(count));
    int status = 0;
    REQUIRE(::waitpid(id, &status, 0) == id);
    CHECK(status == 0);
    return output;
}

int error_of_start(std::string program) {
    const std::array<char*, 2> arguments = {program.data(), nullptr};
    pid_t id = 0;
    return os::spawn(id, arguments.data());
}

}  // namespace

TEST_CASE("a program starts with these descriptors") {
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    const os::OpenFile reader{ends[0]};
    os::OpenFile writer{ends[1]};
    REQUIRE(::write(writer.get(), "hello\n", 6) == 6);
    writer.close();
    const os::OpenFile nobody{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    CHECK(output_of("cat; echo to nobody >&2", {.standard_input = reader.get(), .standard_error = nobody.get()}) ==
          "hello\n");
}

TEST_CASE("a program starts with this environment, or with ours") {
    std::string variable = "ONLY=this one";
    const std::array<char*, 2> environment = {variable.data(), nullptr};
    CHECK(output_of("echo \"$ONLY\" ${HOME-none}", {.environment = environment.data()}) == "this one none\n");
    ::setenv("MQTTS_SPAWN_TEST", "ours", 1);
    CHECK(output_of("echo $MQTTS_SPAWN_TEST") == "ours\n");
    ::unsetenv("MQTTS_SPAWN_TEST");
}

TEST_CASE("a program leads its own process group only if it is to") {
    const std::string own_group = "kill -0 -$$ 2>/dev/null && echo own || echo ours";
    CHECK(output_of(own_group) == "ours\n");
    CHECK(output_of(own_group, {.own_group = true}) == "own\n");
}

TEST_CASE("the error of a program that cannot be started, and its status") {
    CHECK(error_of_start("/nowhere/no-such-program") == ENOENT);
    CHECK(os::status_of_spawn_error(ENOENT) == 127);
    CHECK(error_of_start("/") == EACCES);
    CHECK(os::status_of_spawn_error(EACCES) == 126);
    CHECK(os::status_of_spawn_error(E2BIG) == 126);
}
