// SPDX-License-Identifier: Apache-2.0
// Where a keeper may have its socket: directories that are not the user's alone, disks that take nothing, and what
// cron(8) and units leave out of the environment.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "integration/sharing.hpp"
#include "os/os.hpp"
#include "support/another_user.hpp"
#include "support/small_disk.hpp"

namespace {

using namespace mqtts::test;

/// Publishes all the same, and says why on a connection of its own.
void check_alone(const Mosquitto& broker, const Words& environment, std::string_view why) {
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, with({"--share", "-d"}, message("1"))), .environment = environment});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "--share: "));
    CHECK(contains(outcome.error, why));
    CHECK(contains(outcome.error, "DISCONNECT"));  // nobody keeps it
}

Words runtime_directory(const std::string& path) {
    return {"XDG_RUNTIME_DIR=" + path};
}

/// The socket of the only keeper.
std::string socket_of(const Sharing& sharing) {
    for (const auto& entry : std::filesystem::directory_iterator(sharing.path() + "/mqtts"))
        if (entry.is_socket()) return entry.path().string();
    FAIL("there is no socket");
    return {};
}

/// Connects, asks something, and returns what came: nothing at all; -1: it may not even connect.
ssize_t answer_from(const std::string& path) {
    sockaddr_un address{};
    const socklen_t size = mqtts::os::local_address(path, address);
    const FileDescriptor socket(mqtts::os::make_socket(AF_UNIX, SOCK_STREAM));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return -1;
    static_cast<void>(mqtts::os::send(socket.get(), "mqtts/"));
    char bytes[64];
    return std::max<ssize_t>(::recv(socket.get(), bytes, sizeof bytes, 0), 0);
}

}  // namespace

TEST_CASE("a directory that is a link, or that is not closed to others, is not used") {
    const Mosquitto broker;
    const TemporaryDirectory elsewhere;
    const Sharing link;
    std::filesystem::create_directory_symlink(elsewhere.path(), link.path() + "/mqtts");
    check_alone(broker, link.environment(), "a link to one");
    CHECK(std::filesystem::is_empty(elsewhere.path()));
    const Sharing open_to_all;
    REQUIRE(::mkdir((open_to_all.path() + "/mqtts").c_str(), 0700) == 0);
    REQUIRE(::chmod((open_to_all.path() + "/mqtts").c_str(), 0755) == 0);
    check_alone(broker, open_to_all.environment(), "it is not closed to all others");
    const Sharing writable;
    REQUIRE(::chmod(writable.path().c_str(), 0777) == 0);
    check_alone(broker, writable.environment(), "others can write to it");
}

TEST_CASE("a directory of another user, and one that another user could replace, are not used") {
    if (!is_root()) return skipped_without_root();
    const Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, message("1")).status == 0);
    const std::string directory = sharing.path() + "/mqtts";
    for (const std::string& path : {directory, sharing.path()}) {
        REQUIRE(::chown(path.c_str(), another_user, another_user) == 0);
        check_alone(broker, sharing.environment(), "it belongs to another user");
        REQUIRE(::chown(path.c_str(), ::geteuid(), ::getegid()) == 0);
    }
    std::filesystem::rename(directory, sharing.path() + "/moved");
    REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
    REQUIRE(::chown(directory.c_str(), another_user, another_user) == 0);
    check_alone(broker, sharing.environment(), "it belongs to another user");
    std::filesystem::remove(directory);
    std::filesystem::rename(sharing.path() + "/moved", directory);
    CHECK(sharing.publish(broker, message("1")).status == 0);
    CHECK(sharing.keeper().messages == 1);
}

TEST_CASE("a keeper says nothing to another user, even if the directory lets them in") {
    if (!is_root()) return skipped_without_root();
    const Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, message("1")).status == 0);
    const std::string socket = socket_of(sharing);
    as_another_user([&] { return answer_from(socket) == -1; });
    const auto let_in = [&](mode_t directories, mode_t sockets) {
        for (const std::string& path : {sharing.path(), sharing.path() + "/mqtts"})
            REQUIRE(::chmod(path.c_str(), directories) == 0);
        REQUIRE(::chmod(socket.c_str(), sockets) == 0);
    };
    let_in(0755, 0666);
    as_another_user([&] { return answer_from(socket) == 0; });
    const Outcome asked =
        run({.arguments = by_another_user(mqtts_pub({"--share-status"})), .environment = sharing.environment()});
    CHECK(asked.status != 0);
    CHECK(asked.output == "");
    let_in(0700, 0600);
    CHECK(sharing.publish(broker, message("1")).status == 0);
    CHECK(sharing.keeper().messages == 1);
}

TEST_CASE("a disk that is full, or read-only, takes no keeper, and the message arrives") {
    const Mosquitto broker;
    const SmallDisk full;
    if (!full) {
        MESSAGE("skipped: this user may not mount a disk");
        return;
    }
    full.fill();
    check_alone(broker, runtime_directory(full.path()), "o space left on device");
    const SmallDisk new_one;
    REQUIRE(new_one.make_read_only());
    check_alone(broker, runtime_directory(new_one.path()), "ead-only file system");
    const SmallDisk used;
    const Words environment = runtime_directory(used.path());
    for (const char* seconds : {"--share", "--share=0"})
        REQUIRE(
            run({.arguments = mqtts_pub(broker, with({seconds}, message("1"))), .environment = environment}).status ==
            0);
    REQUIRE(used.make_read_only());
    check_alone(broker, environment, "ead-only file system");
}

TEST_CASE("without any directory of the user, as in some units and containers, the message arrives") {
    const Mosquitto broker;
    const Outcome outcome =
        run({.arguments = with({"env", "-i"}, mqtts_pub(broker, with({"--share", "-d"}, message("1"))))});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "XDG_RUNTIME_DIR, XDG_CACHE_HOME and HOME are not set"));
}

TEST_CASE("jobs of cron, each with a session of its own, share through the cache in the home") {
    const Mosquitto broker;
    const TemporaryDirectory home;
    const auto job = [&](const Words& options) {
        const Words minimal{"setsid",
                            "--wait",
                            "env",
                            "-i",
                            "HOME=" + home.path(),
                            "LOGNAME=me",
                            "SHELL=/bin/sh",
                            "PATH=/usr/bin:/bin"};
        return run({.arguments = with(minimal, mqtts_pub(broker, options))});
    };
    CHECK(job(with({"--share"}, message("1"))).status == 0);
    const Outcome second = job(with({"--share", "-d"}, message("1")));
    CHECK(second.status == 0);
    CHECK_FALSE(contains(second.error, "CONNECT"));
    CHECK(std::filesystem::exists(home.path() + "/.cache/mqtts/share/key"));
    CHECK(job({"--share=0"}).status == 0);
}
