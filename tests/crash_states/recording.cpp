// SPDX-License-Identifier: Apache-2.0
#include "crash_states/recording.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace mqtts::test::crash {

namespace {

/// Where the temporary directory is to be: as long as we live, since the tests make no other use of it.
TemporaryDirectory in_memory() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    return {};
}

std::string_view take(std::string_view& from, std::size_t size) {
    if (from.size() < size) throw std::runtime_error("the record of a call is incomplete");
    const std::string_view taken = from.substr(0, size);
    from.remove_prefix(size);
    return taken;
}

}  // namespace

Recording::Recording() : directory_(in_memory()), root_(directory_.path() + "/disk") {
    if (::mkdir(root_.c_str(), 0700) != 0) throw std::runtime_error("cannot make " + root_);
    log_ = directory_.write("calls", "");
    run(recorded({.arguments = {MQTTS_SUB, "--no-such-option"}}));
    const bool is_recorded = !records().empty();  // what it said
    directory_.write("calls", "");
    if (is_recorded) return;
    std::puts("skipped: what is linked into the programs cannot be replaced, and their calls are not seen");
    std::exit(77);
}

std::uint64_t Recording::root_inode() const {
    struct stat status {};
    if (::stat(root_.c_str(), &status) != 0) throw std::runtime_error("cannot look at " + root_);
    return status.st_ino;
}

void Recording::make_safe_directory(const std::string& name) const {
    const char* const script = "mkdir \"$1/$2\" && sync \"$1\"";
    const Outcome made = run(recorded({.arguments = {"sh", "-c", script, "sh", root_, name}}));
    if (made.status != 0) throw std::runtime_error("no directory: " + made.error);
}

Command Recording::recorded(Command command, const std::string& output) const {
    if (!output.empty())
        command.arguments.insert(command.arguments.begin(),
                                 {"sh", "-c", "file=$1; shift; exec \"$@\" >>\"$file\"", "sh", root_ + '/' + output});
    for (const char* const variable : {"LD_PRELOAD=" MQTTS_RECORDER, "ASAN_OPTIONS=verify_asan_link_order=0"})
        command.environment.emplace_back(variable);
    command.environment.push_back("MQTTS_CRASH_LOG=" + log_);
    return command;
}

std::vector<Record> Recording::records() const {
    std::ifstream file(log_, std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    std::vector<Record> records;
    for (std::string_view rest = log; !rest.empty();) {
        RecordHead head;
        std::memcpy(&head, take(rest, sizeof head).data(), sizeof head);
        Record record{.call = head.call,
                      .process = head.process,
                      .directory = head.directory,
                      .inode = head.inode,
                      .offset = head.offset};
        record.name = take(rest, head.name_size);
        record.other_name = take(rest, head.other_name_size);
        record.bytes = take(rest, head.size);
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace mqtts::test::crash
