// SPDX-License-Identifier: Apache-2.0
// What the recorder writes down for each call, one record behind the other: the head, one or two names, and the bytes.
#pragma once

#include <cstdint>

namespace mqtts::test::crash {

enum class Call : std::uint32_t {
    create_file,       // `name` in the directory `directory` is the new file `inode`
    create_directory,  // the same
    create_socket,     // the same
    link,              // the same, of a file that has another name
    unlink,            // `name` in `directory` is no more
    rename,            // `name` in `directory` is now `other_name` in `inode`, which is a directory
    write,             // the bytes are in the file `inode`, from `offset` on
    truncate,          // the file `inode` has `offset` bytes
    allocate,          // the file `inode` has at least `offset` bytes
    sync,              // the file or directory `inode` is on the disk
    say,               // the bytes are about to be written to standard error
    encrypt,           // the bytes are about to be encrypted for the broker
    decrypt,           // the bytes have come from the broker
    send,              // something is about to be sent
};

struct RecordHead {
    Call call{};
    std::int32_t process = 0;
    std::uint64_t directory = 0;  // its inode
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // of the bytes
    std::uint32_t name_size = 0;
    std::uint32_t other_name_size = 0;
};

}  // namespace mqtts::test::crash
