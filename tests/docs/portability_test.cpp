// SPDX-License-Identifier: Apache-2.0
// What only Linux has is behind lib/os/os.hpp: no other file names it, and a portable build does not use it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path source = MQTTS_SOURCE_DIR;

/// Calls that a program for Linux makes, through lib/os and Asio.
const std::array calls = {"epoll_create1", "epoll_ctl", "pipe2", "fdatasync", "posix_fallocate"};

/// Other names that macOS or FreeBSD does not have: of calls, flags, headers, and what the compiler defines.
const std::set<std::string, std::less<>> names = {
    "epoll_wait",     "eventfd",       "timerfd_create",  "signalfd",          "accept4",
    "SOCK_CLOEXEC",   "SOCK_NONBLOCK", "MSG_NOSIGNAL",    "MSG_MORE",          "st_mtim",
    "st_atim",        "st_ctim",       "ptsname_r",       "TCP_QUICKACK",      "TCP_CORK",
    "prctl",          "memfd_create",  "splice",          "sendfile",          "getrandom",
    "gettid",         "ppoll",         "O_PATH",          "O_TMPFILE",         "secure_getenv",
    "explicit_bzero", "fallocate",     "sync_file_range", "SO_PEERCRED",       "umount2",
    "MNT_DETACH",     "syscall",       "__linux__",       "__gnu_linux__",     "__GLIBC__",
    "environ",        "F_SETPIPE_SZ",  "F_GETPIPE_SZ",    "sched_setaffinity", "TCP_INFO",
    "getauxval"};

/// Parts of names, and names of files.
constexpr std::array parts = {"EPOLL", "inotify_", "<linux/", "<sys/epoll", "<sys/prctl", "<sys/sendfile", "<sys/auxv"};
/// The programs do not look there; what a test finds out there about a program, it leaves out where there is no /proc.
constexpr std::array files_of_linux = {"/proc/", "/sys/class/", "/sys/fs/"};

bool is_code(const fs::path& path) {
    return path.extension() == ".hpp" || path.extension() == ".cpp";
}

bool may_name_them(const fs::path& file) {
    const std::set<std::string> of_the_platform{"lib/os/os.hpp", "lib/os/common.cpp", "lib/os/linux.cpp",
                                                "lib/os/linux_round_trip.cpp"};
    return of_the_platform.contains(file.generic_string()) || file.filename() == "portability_test.cpp" ||
           file.stem().string().ends_with("_linux_test") || file.filename() == "ack_order_test.cpp" ||  // reads traces
           file.filename() == "sharing.hpp" ||  // waits for the end of processes that are no children
           file.filename() == "recorder.cpp";   // replaces all calls that change a file
}

bool is_in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> result;
    while (!line.empty()) {
        const auto size =
            static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_in_name) - line.begin());
        if (size != 0) result.push_back(line.substr(0, size));
        line.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

template <class Parts>
std::string part_in(std::string_view line, const Parts& all) {
    for (const std::string_view part : all)
        if (line.find(part) != std::string_view::npos) return std::string(part);
    return {};
}

/// Empty: there is none.
std::string finding(std::string_view line, bool in_programs) {
    for (const std::string_view word : words(line))
        if (names.contains(word) || std::ranges::find(calls, word) != calls.end()) return std::string(word);
    std::string found = part_in(line, parts);
    if (found.empty() && in_programs) found = part_in(line, files_of_linux);
    return found;
}

/// "lib/a.cpp:12: pipe2"
std::vector<std::string> findings(const fs::path& file, bool in_programs) {
    std::ifstream input(source / file);
    REQUIRE_MESSAGE(input, file.string());
    std::vector<std::string> found;
    int number = 0;
    for (std::string line; std::getline(input, line);) {
        ++number;
        if (const std::string name = finding(line, in_programs); !name.empty())
            found.push_back(file.generic_string() + ":" + std::to_string(number) + ": " + name);
    }
    return found;
}

/// What the programs take from shared libraries, one name a line.
std::string undefined_names() {
    std::string names_of_both;
    for (const char* program : {"mqtts-pub", "mqtts-sub"}) {
        const std::string command = std::string("nm --undefined-only -D '") + MQTTS_PROGRAMS + "/" + program + "'";
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.c_str(), "r"), ::pclose);
        REQUIRE(output);
        std::array<char, 4096> block;
        while (const std::size_t count = std::fread(block.data(), 1, block.size(), output.get()))
            names_of_both.append(block.data(), count);
    }
    return names_of_both;
}

}  // namespace

TEST_CASE("no name that only Linux has is outside of what is behind lib/os/os.hpp") {
    for (const char* folder : {"lib", "apps", "tests"}) {
        for (const auto& entry : fs::recursive_directory_iterator(source / folder)) {
            const fs::path file = fs::relative(entry.path(), source);
            if (!is_code(file) || may_name_them(file)) continue;
            for (const std::string& found : findings(file, std::string_view(folder) != "tests"))
                FAIL_CHECK(found);
        }
    }
}

TEST_CASE("a name that only Linux has is noticed") {
    CHECK(finding("    if (::pipe2(ends, O_CLOEXEC) != 0)", false) == "pipe2");
    CHECK(finding("#include <sys/epoll.h>", false) == "<sys/epoll");
    CHECK(finding("#include <linux/tcp.h>", false) == "<linux/");
    CHECK(finding("#ifdef __linux__", false) == "__linux__");
    CHECK(finding("open(\"/proc/self/fd/1\")", true) == "/proc/");
    CHECK(finding("open(\"/proc/self/fd/1\")", false).empty());
    CHECK(finding("::pipe(ends); my_pipe2_end; SOCK_STREAM", true).empty());
    CHECK_FALSE(findings("lib/os/linux.cpp", true).empty());
}

TEST_CASE("the programs call what only Linux has if, and only if, they are built for it") {
    const std::string undefined = undefined_names();
    REQUIRE(undefined.find("poll") != std::string::npos);
    for (const std::string call : calls) {
        CAPTURE(call);
        CHECK((undefined.find(call) != std::string::npos) == (MQTTS_PORTABLE == 0));
    }
}
