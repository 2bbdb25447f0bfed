// SPDX-License-Identifier: Apache-2.0
#include "program/state_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "cli/unique.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace {

struct OutputFile {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
};

Failure unusable_output() {
    return {Errc::output_failed, "cannot use standard output: " + os::system_reason(errno)};
}

/// Without an output there is nothing to inspect: its inode is 0, as no file has it.
Result<OutputFile> inspect(std::optional<int> descriptor) {
    if (!descriptor) return OutputFile{};
    struct stat status {};
    if (::fstat(*descriptor, &status) != 0) return unusable_output();
    if (!S_ISREG(status.st_mode))
        return Failure(Errc::bad_option, "--state needs a file as standard output", "append to a file with >> FILE",
                       {"--state"});
    return OutputFile{status.st_ino, static_cast<std::uint64_t>(status.st_size)};
}

/// Cuts off what was written and not recorded: those messages come again.
Result<> cut_back(std::optional<int> descriptor, const OutputFile& output, const store::Receipts& receipts,
                  const std::string& path) {
    const std::uint64_t remembered = receipts.output_size();
    if ((output.inode == 0) != (receipts.output_inode() == 0))
        return Failure(Errc::store_failed,
                       fmt::format("{} belongs to a run that {}", escape(path),
                                   descriptor ? "handles messages with commands" : "prints messages"),
                       "begin anew with another --state", {path});
    if (output.inode != receipts.output_inode())
        return Failure(Errc::store_failed, fmt::format("{} belongs to another file than standard output", escape(path)),
                       "append to that file, or begin anew with another --state", {path});
    if (output.size < remembered)
        return Failure(
            Errc::store_failed,
            fmt::format("standard output has {} bytes, but {} recorded {}", output.size, escape(path), remembered),
            "append to the file with >>, or begin anew with another --state", {path});
    if (output.size > remembered && ::ftruncate(*descriptor, static_cast<off_t>(remembered)) != 0)
        return unusable_output();
    return {};
}

}  // namespace

StateFile::StateFile(store::Receipts receipts, std::string path, std::optional<int> output, bool has_session,
                     const Log& log)
    : receipts_(std::move(receipts)), path_(std::move(path)), output_(output), has_session_(has_session), log_(&log) {}

Result<StateFile> StateFile::open(const std::string& path, store::Durability durability, std::string& client_identifier,
                                  std::optional<int> output, const Log& log) {
    const auto file = inspect(output);
    if (!file) return file.error();
    auto receipts = store::Receipts::open(path, durability);
    if (!receipts) return receipts.error();
    const std::string& own = receipts->client_identifier();
    const bool has_session = !own.empty();
    if (client_identifier.empty()) client_identifier = has_session ? own : cli::random_client_identifier();
    if (has_session && client_identifier != own)
        return Failure(Errc::store_failed,
                       fmt::format("{} belongs to the session of client identifier {}", escape(path), escape(own)),
                       "leave out -i, or begin anew with another --state", {path});
    const auto begun = has_session ? cut_back(output, *file, *receipts, path)
                                   : receipts->begin(client_identifier, file->inode, file->size);
    if (!begun) return begun.error();
    if (output && ::lseek(*output, 0, SEEK_END) < 0) return unusable_output();
    return StateFile(std::move(*receipts), path, output, has_session, log);
}

std::span<const wire::PacketIdentifier> StateFile::identifiers() const noexcept {
    return receipts_.identifiers();
}

Result<> StateFile::connected(bool session_present) {
    const bool lost = has_session_ && !session_present;
    has_session_ = true;
    if (session_present) return {};
    if (lost)
        log_->warning(
            fmt::format("the broker lost the session of {}, so messages may be missing or arrive twice", escape(path_)),
            {.event = "session_lost"});
    return receipts_.forget_identifiers();
}

Result<> StateFile::keep(std::span<const wire::Acknowledgement> owed) {
    const auto file = inspect(output_);
    if (!file) return file.error();
    return receipts_.save(owed, file->size);
}

}  // namespace mqtts::program
