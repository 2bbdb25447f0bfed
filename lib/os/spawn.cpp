// SPDX-License-Identifier: Apache-2.0
#include "os/spawn.hpp"

#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "os/os.hpp"

namespace mqtts::os {

namespace {

/// Undoes what this process set up for itself and a program does not expect: that SIGPIPE is ignored.
class Attributes {
public:
    explicit Attributes(bool own_group) {
        ::posix_spawnattr_init(&attributes_);
        sigset_t defaults;
        ::sigemptyset(&defaults);
        ::sigaddset(&defaults, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        short flags = POSIX_SPAWN_SETSIGDEF;
        if (own_group) flags |= POSIX_SPAWN_SETPGROUP;  // of itself, by default
        ::posix_spawnattr_setflags(&attributes_, flags);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }

    [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

/// What happens to the descriptors between start and program. All others of ours close by themselves.
class Descriptors {
public:
    explicit Descriptors(const Surroundings& wanted) {
        ::posix_spawn_file_actions_init(&actions_);
        replace(STDIN_FILENO, wanted.standard_input);
        replace(STDOUT_FILENO, wanted.standard_output);
        replace(STDERR_FILENO, wanted.standard_error);
        if (wanted.only_standard) close_from(actions_, STDERR_FILENO + 1);
    }
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;
    ~Descriptors() { ::posix_spawn_file_actions_destroy(&actions_); }

    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    void replace(int standard, int ours) {
        if (ours != standard) ::posix_spawn_file_actions_adddup2(&actions_, ours, standard);
    }

    posix_spawn_file_actions_t actions_{};
};

}  // namespace

int spawn(pid_t& id, char* const* arguments, const Surroundings& surroundings) {
    const Attributes attributes(surroundings.own_group);
    const Descriptors descriptors(surroundings);
    char* const* variables = surroundings.environment != nullptr ? surroundings.environment : environment();
    return ::posix_spawnp(&id, arguments[0], descriptors.get(), attributes.get(), arguments, variables);
}

int status_of_spawn_error(int error) noexcept {
    constexpr int not_found = 127;
    constexpr int not_runnable = 126;
    return error == ENOENT ? not_found : not_runnable;
}

}  // namespace mqtts::os
