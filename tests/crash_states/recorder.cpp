// SPDX-License-Identifier: Apache-2.0
// Loaded into a program with LD_PRELOAD: appends a record to the file that MQTTS_CRASH_LOG names for each call that
// changes a file or a directory or waits for the disk, for what is said on standard error, and for what passes between
// the program and its broker, as plaintext. A call is recorded when it has succeeded; what is about to leave, before it
// does. Both are the strict side: what the disk has is not believed too early, and an acknowledgement not too late.
//
// The system names files by their inodes here, and so does the record: the reader knows which of them concern it.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "record.hpp"

namespace {

using mqtts::test::crash::Call;
using mqtts::test::crash::RecordHead;

/// The function that we stand in front of.
template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

using Open = int(const char*, int, ...);
using OpenAt = int(int, const char*, int, ...);
using Write = ssize_t(int, const void*, size_t);
using WriteVector = ssize_t(int, const iovec*, int);
using WriteAt = ssize_t(int, const void*, size_t, off_t);
using OfDescriptor = int(int);
using Resize = int(int, off_t);
using Allocate = int(int, off_t, off_t);

/// Appends a record with one write, so that those of several processes do not mix. Nobody looks at errno between the
/// call and us.
void record(RecordHead head, std::string_view bytes = {}, std::string_view name = {}, std::string_view other = {}) {
    static auto* const open_file = next<Open>("open");
    static auto* const write_vector = next<WriteVector>("writev");
    const int error = errno;
    const char* const path = std::getenv("MQTTS_CRASH_LOG");
    if (path == nullptr) return;
    head.process = ::getpid();
    head.size = bytes.size();
    head.name_size = static_cast<std::uint32_t>(name.size());
    head.other_name_size = static_cast<std::uint32_t>(other.size());
    const int log = open_file(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    iovec parts[] = {{&head, sizeof head},
                     {const_cast<char*>(name.data()), name.size()},
                     {const_cast<char*>(other.data()), other.size()},
                     {const_cast<char*>(bytes.data()), bytes.size()}};
    const size_t all = sizeof head + name.size() + other.size() + bytes.size();
    if (log < 0 || write_vector(log, parts, 4) != static_cast<ssize_t>(all)) std::abort();
    ::close(log);
    errno = error;
}

/// Tells whether it lies on the file system of the record: those of others may have the same inodes.
bool concerns_us(const struct stat& status) {
    const char* const path = std::getenv("MQTTS_CRASH_LOG");
    struct stat log {};
    return path != nullptr && ::stat(path, &log) == 0 && log.st_dev == status.st_dev;
}

/// A name in a directory that is known by its inode.
struct Place {
    Place(int directory, std::string_view path) {
        const size_t slash = path.rfind('/');
        name = path.substr(slash == path.npos ? 0 : slash + 1);
        const std::string above(slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
        struct stat status {};
        if (::fstatat(directory, above.c_str(), &status, 0) == 0 && concerns_us(status)) inode = status.st_ino;
    }
    ino_t inode = 0;
    std::string name;
};

/// What lies there, 0: nothing.
ino_t inode_at(int directory, const char* path) {
    struct stat status {};
    return ::fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino : 0;
}

/// 0: no regular file, or none that concerns us.
ino_t file_of(int descriptor) {
    struct stat status {};
    const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    return is_file && concerns_us(status) ? status.st_ino : 0;
}

void created(Call call, int directory, const char* path, ino_t inode) {
    const Place place(directory, path);
    record({.call = call, .directory = place.inode, .inode = inode}, {}, place.name);
}

/// The call, with what it has created or emptied.
template <class Call_>
int opened(int directory, const char* path, int flags, Call_ call) {
    const bool is_new = (flags & O_CREAT) != 0 && inode_at(directory, path) == 0;
    const int descriptor = call();
    if (descriptor < 0) return descriptor;
    const ino_t inode = file_of(descriptor);
    if (inode == 0) return descriptor;
    if (is_new)
        created(Call::create_file, directory, path, inode);
    else if ((flags & O_TRUNC) != 0)
        record({.call = Call::truncate, .inode = inode});
    return descriptor;
}

ssize_t written(int descriptor, ssize_t count, std::string_view bytes, off_t offset) {
    if (count <= 0) return count;
    const std::string_view taken = bytes.substr(0, static_cast<size_t>(count));
    const ino_t inode = file_of(descriptor);
    if (inode == 0) return count;
    if (offset < 0) offset = ::lseek(descriptor, 0, SEEK_CUR) - count;
    record({.call = Call::write, .inode = inode, .offset = static_cast<std::uint64_t>(offset)}, taken);
    return count;
}

int resized(Call call, int descriptor, int result, off_t size) {
    if (result == 0) record({.call = call, .inode = file_of(descriptor), .offset = static_cast<std::uint64_t>(size)});
    return result;
}

int synced(int descriptor, int result) {
    struct stat status {};
    if (result == 0 && ::fstat(descriptor, &status) == 0 && concerns_us(status))
        record({.call = Call::sync, .inode = status.st_ino});
    return result;
}

int renamed(int result, int from, const char* old_path, int to, const char* new_path) {
    if (result != 0) return result;
    const Place before(from, old_path);
    const Place after(to, new_path);
    record({.call = Call::rename, .directory = before.inode, .inode = after.inode}, {}, before.name, after.name);
    return result;
}

int unlinked(int result, int directory, const char* path) {
    if (result != 0) return result;
    const Place place(directory, path);
    record({.call = Call::unlink, .directory = place.inode}, {}, place.name);
    return result;
}

std::string_view view(const void* data, size_t size) {
    return {static_cast<const char*>(data), size};
}

}  // namespace

// The mode is there only if a file may be created.
#define MQTTS_MODE_BEHIND(last)        \
    mode_t mode = 0;                   \
    if ((flags & O_CREAT) != 0) {      \
        va_list more;                  \
        va_start(more, last);          \
        mode = va_arg(more, unsigned); \
        va_end(more);                  \
    }

extern "C" {

int open(const char* path, int flags, ...) {
    static auto* const call = next<Open>("open");
    MQTTS_MODE_BEHIND(flags)
    return opened(AT_FDCWD, path, flags, [&] { return call(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
    static auto* const call = next<Open>("open64");
    MQTTS_MODE_BEHIND(flags)
    return opened(AT_FDCWD, path, flags, [&] { return call(path, flags, mode); });
}

int openat(int directory, const char* path, int flags, ...) {
    static auto* const call = next<OpenAt>("openat");
    MQTTS_MODE_BEHIND(flags)
    return opened(directory, path, flags, [&] { return call(directory, path, flags, mode); });
}

int openat64(int directory, const char* path, int flags, ...) {
    static auto* const call = next<OpenAt>("openat64");
    MQTTS_MODE_BEHIND(flags)
    return opened(directory, path, flags, [&] { return call(directory, path, flags, mode); });
}

ssize_t write(int descriptor, const void* data, size_t size) {
    static auto* const call = next<Write>("write");
    return written(descriptor, call(descriptor, data, size), view(data, size), -1);
}

size_t fwrite(const void* data, size_t size, size_t count, FILE* file) {
    static auto* const call = next<size_t(const void*, size_t, size_t, FILE*)>("fwrite");
    if (file == stderr) record({.call = Call::say}, view(data, size * count));
    return call(data, size, count, file);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
    static auto* const call = next<WriteVector>("writev");
    const ssize_t done = call(descriptor, parts, count);
    std::string bytes;
    for (int i = 0; done > 0 && i < count; ++i)
        bytes += view(parts[i].iov_base, parts[i].iov_len);
    return written(descriptor, done, bytes, -1);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
    static auto* const call = next<WriteAt>("pwrite");
    return written(descriptor, call(descriptor, data, size, offset), view(data, size), offset);
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
    static auto* const call = next<WriteAt>("pwrite64");
    return written(descriptor, call(descriptor, data, size, offset), view(data, size), offset);
}

int ftruncate(int descriptor, off_t size) noexcept {
    static auto* const call = next<Resize>("ftruncate");
    return resized(Call::truncate, descriptor, call(descriptor, size), size);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
    static auto* const call = next<Resize>("ftruncate64");
    return resized(Call::truncate, descriptor, call(descriptor, size), size);
}

int posix_fallocate(int descriptor, off_t offset, off_t size) {
    static auto* const call = next<Allocate>("posix_fallocate");
    return resized(Call::allocate, descriptor, call(descriptor, offset, size), offset + size);
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t size) {
    static auto* const call = next<Allocate>("posix_fallocate64");
    return resized(Call::allocate, descriptor, call(descriptor, offset, size), offset + size);
}

int fsync(int descriptor) {
    static auto* const call = next<OfDescriptor>("fsync");
    return synced(descriptor, call(descriptor));
}

int fdatasync(int descriptor) {
    static auto* const call = next<OfDescriptor>("fdatasync");
    return synced(descriptor, call(descriptor));
}

int rename(const char* old_path, const char* new_path) noexcept {
    static auto* const call = next<int(const char*, const char*)>("rename");
    return renamed(call(old_path, new_path), AT_FDCWD, old_path, AT_FDCWD, new_path);
}

int renameat(int from, const char* old_path, int to, const char* new_path) noexcept {
    static auto* const call = next<int(int, const char*, int, const char*)>("renameat");
    return renamed(call(from, old_path, to, new_path), from, old_path, to, new_path);
}

int unlink(const char* path) noexcept {
    static auto* const call = next<int(const char*)>("unlink");
    return unlinked(call(path), AT_FDCWD, path);
}

int unlinkat(int directory, const char* path, int flags) noexcept {
    static auto* const call = next<int(int, const char*, int)>("unlinkat");
    return unlinked(call(directory, path, flags), directory, path);
}

int linkat(int from, const char* old_path, int to, const char* new_path, int flags) noexcept {
    static auto* const call = next<int(int, const char*, int, const char*, int)>("linkat");
    const int result = call(from, old_path, to, new_path, flags);
    if (result == 0) created(Call::link, to, new_path, inode_at(to, new_path));
    return result;
}

int mkdir(const char* path, mode_t mode) noexcept {
    static auto* const call = next<int(const char*, mode_t)>("mkdir");
    const int result = call(path, mode);
    if (result == 0) created(Call::create_directory, AT_FDCWD, path, inode_at(AT_FDCWD, path));
    return result;
}

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
    static auto* const call = next<int(int, const char*, mode_t)>("mkdirat");
    const int result = call(directory, path, mode);
    if (result == 0) created(Call::create_directory, directory, path, inode_at(directory, path));
    return result;
}

int bind(int socket, const sockaddr* address, socklen_t size) noexcept {
    static auto* const call = next<int(int, const sockaddr*, socklen_t)>("bind");
    const int result = call(socket, address, size);
    const char* const path = reinterpret_cast<const sockaddr_un*>(address)->sun_path;
    if (result == 0 && address->sa_family == AF_UNIX && path[0] != '\0')
        created(Call::create_socket, AT_FDCWD, path, inode_at(AT_FDCWD, path));
    return result;
}

ssize_t send(int socket, const void* data, size_t size, int flags) {
    static auto* const call = next<ssize_t(int, const void*, size_t, int)>("send");
    record({.call = Call::send});
    return call(socket, data, size, flags);
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
    static auto* const call = next<ssize_t(int, const msghdr*, int)>("sendmsg");
    record({.call = Call::send});
    return call(socket, message, flags);
}

int SSL_write_ex(void* ssl, const void* data, size_t size, size_t* written_size) {
    static auto* const call = next<int(void*, const void*, size_t, size_t*)>("SSL_write_ex");
    record({.call = Call::encrypt}, view(data, size));
    return call(ssl, data, size, written_size);
}

int SSL_read_ex(void* ssl, void* data, size_t size, size_t* read_size) {
    static auto* const call = next<int(void*, void*, size_t, size_t*)>("SSL_read_ex");
    const int result = call(ssl, data, size, read_size);
    if (result == 1) record({.call = Call::decrypt}, view(data, *read_size));
    return result;
}

}  // extern "C"
