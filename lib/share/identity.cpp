// SPDX-License-Identifier: Apache-2.0
#include "share/identity.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/names_in.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"
#include "os/read_file.hpp"
#include "text/escape.hpp"

namespace mqtts::share {

namespace {

constexpr std::size_t number_size = 8;

/// Writes a number of eight bytes.
void write_number(char* to, std::uint64_t number) noexcept {
    for (unsigned i = 0; i < number_size; ++i)
        to[i] = static_cast<char>(number >> (56 - 8 * i));
}

}  // namespace

void Identity::append_number(std::uint64_t number) {
    write_number(bytes_.prepare(number_size).data(), number);
    bytes_.commit(number_size);
}

void Identity::append_text(std::string_view text) {
    append_number(text.size());
    bytes_.append(text);
    check_size();
}

void Identity::begin(std::string_view label, Kind kind) {
    append_text(label);
    append_number(static_cast<std::uint64_t>(kind));
}

void Identity::check_size() {
    if (bytes_.size() <= limit || problem_) return;
    problem_ = Failure(Errc::bad_option, "the settings and files of the connection are too large to be compared");
}

void Identity::add(std::string_view label, std::string_view value) {
    begin(label, Kind::value);
    append_text(value);
}

void Identity::add_optional(std::string_view label, const std::optional<std::string>& value) {
    if (value) return add(label, std::string_view(*value));
    begin(label, Kind::nothing);
}

void Identity::add_all(std::string_view label, std::span<const std::string> values) {
    begin(label, Kind::list);
    append_number(values.size());
    for (const std::string& value : values)
        append_text(value);
}

void Identity::add_number(std::string_view label, std::uint64_t value) {
    begin(label, Kind::number);
    append_number(value);
}

/// Reads the content to where it stays, behind its length, which is known afterwards.
void Identity::add_file(std::string_view label, const std::string& path) {
    const std::size_t before = bytes_.size();
    begin(label, Kind::content);
    append_number(0);
    const std::size_t behind_length = bytes_.size();
    const std::error_code error = os::read_regular_file(path, bytes_, limit);
    if (!error) {
        write_number(bytes_.mutable_bytes().data() + behind_length - number_size, bytes_.size() - behind_length);
        return check_size();
    }
    bytes_.shorten(before);
    begin(label, Kind::unreadable);
    append_number(static_cast<std::uint64_t>(error.value()));
    if (problem_) return;
    if (error == std::errc::invalid_seek)
        problem_ = Failure(Errc::bad_option, fmt::format("{} can be read only once", escape(path)),
                           "give a regular file", {path});
    else if (error == std::errc::file_too_large)
        problem_ = Failure(Errc::bad_option, fmt::format("{} is too large to be compared", escape(path)), {}, {path});
}

void Identity::append_status(int directory, const std::string& name) {
    struct stat status {};
    const bool exists = ::fstatat(directory, name.c_str(), &status, 0) == 0;
    append_number(exists ? 0U : static_cast<std::uint64_t>(errno));
    if (!exists) return;  // a link to nothing
    append_number(static_cast<std::uint64_t>(status.st_dev));
    append_number(status.st_ino);
    append_number(status.st_mode);
    append_number(static_cast<std::uint64_t>(status.st_size));
    append_number(static_cast<std::uint64_t>(os::modified(status).count()));
    append_number(static_cast<std::uint64_t>(os::changed(status).count()));
}

void Identity::add_files_of_store(std::string_view label, const std::string& path) {
    begin(label, Kind::store);
    append_text(path);
    append_status(AT_FDCWD, path);
    const os::OpenFile directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    if (!directory.is_open() && errno == ENOTDIR) return append_number(0);
    const auto names = directory.is_open() ? os::names_in(directory.get()) : std::nullopt;
    if (!names) {
        append_number(1);
        return append_number(static_cast<std::uint64_t>(errno));
    }
    append_number(2);
    append_number(names->size());
    for (const std::string& name : *names) {
        if (problem_) return;
        append_text(name);
        append_status(directory.get(), name);
    }
}

}  // namespace mqtts::share
