// SPDX-License-Identifier: Apache-2.0
// Everything that decides whom a connection trusts and who it is, as one string of bytes.
//
// A keeper serves a call only if the strings of both are the same, byte for byte. Each item has a label and the length
// of each of its parts, so that no two different lists of items give the same bytes. The order of the items counts:
// all callers add them with the same code. No item is sent anywhere but through the socket of the keeper.
//
// The bytes contain secrets, and are in locked memory (os/secret_bytes.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/secret_bytes.hpp"

namespace mqtts::share {

class Identity {
public:
    /// The most bytes that a keeper compares. A bundle of all CAs has a quarter of a megabyte.
    static constexpr std::size_t limit = std::size_t{4} * 1024 * 1024;

    /// Adds a setting.
    void add(std::string_view label, std::string_view value);
    /// Adds an option that may be missing, which is another thing than an empty value.
    void add_optional(std::string_view label, const std::optional<std::string>& value);
    /// Adds a list, in its order.
    void add_all(std::string_view label, std::span<const std::string> values);
    /// Adds a number or a choice.
    void add_number(std::string_view label, std::uint64_t value);

    /// Adds the content of a file, not its name. A file that cannot be read counts as such, with the reason. A pipe, a
    /// terminal or a device is a problem(), and nothing is read from it: its bytes come only once, and the connection
    /// needs them.
    void add_file(std::string_view label, const std::string& path);
    /// Adds a file or a directory that is too large to be read each time, the system's store: the name, the device, the
    /// inode, the size and the times of modification and of the last change of each file. Links are followed. The order
    /// is that of the names, whatever the file system returns.
    void add_files_of_store(std::string_view label, const std::string& path);

    /// Returns the bytes to compare. Valid until the next add.
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_.view(); }
    /// Tells why no connection may be shared under this identity: it is too large, or a file of it can be read only
    /// once.
    [[nodiscard]] const std::optional<Failure>& problem() const noexcept { return problem_; }

    /// Locks the memory once more, after fork(2). See os/secret_bytes.hpp.
    void lock() noexcept { bytes_.lock(); }

private:
    enum class Kind : std::uint8_t { nothing, value, list, number, content, unreadable, store };

    void begin(std::string_view label, Kind kind);
    void append_number(std::uint64_t number);
    void append_text(std::string_view text);
    void append_status(int directory, const std::string& name);
    void check_size();

    os::SecretBytes bytes_;
    std::optional<Failure> problem_;
};

}  // namespace mqtts::share
