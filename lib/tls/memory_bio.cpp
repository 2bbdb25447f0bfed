// SPDX-License-Identifier: Apache-2.0
#include "tls/memory_bio.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace mqtts::tls {

namespace {

MemoryLink& link_of(BIO* bio) {
    return *static_cast<MemoryLink*>(BIO_get_data(bio));
}

// The callbacks are noexcept because no exception may pass through OpenSSL's frames: out of memory ends the program.

int write(BIO* bio, const char* data, std::size_t size, std::size_t* written) noexcept {
    link_of(bio).outgoing.append({data, size});
    *written = size;
    return 1;
}

int read(BIO* bio, char* data, std::size_t size, std::size_t* count) noexcept {
    MemoryLink& link = link_of(bio);
    BIO_clear_retry_flags(bio);
    *count = std::min(size, link.incoming.size());
    if (*count == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    const std::string_view bytes = link.incoming.readable().substr(0, *count);
    std::memcpy(data, bytes.data(), bytes.size());
    if (link.first_bytes.size() < MemoryLink::first_bytes_kept)
        link.first_bytes += bytes.substr(0, MemoryLink::first_bytes_kept - link.first_bytes.size());
    link.incoming.consume(*count);
    return 1;
}

long control(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

OpensslHandle<BIO_METHOD> make_method() {
    OpensslHandle<BIO_METHOD> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory link"));
    BIO_meth_set_write_ex(method.get(), write);
    BIO_meth_set_read_ex(method.get(), read);
    BIO_meth_set_ctrl(method.get(), control);
    return method;
}

}  // namespace

OpensslHandle<BIO> make_bio(MemoryLink& link) {
    static const OpensslHandle<BIO_METHOD> method = make_method();
    OpensslHandle<BIO> bio(BIO_new(method.get()));
    BIO_set_data(bio.get(), &link);
    BIO_set_init(bio.get(), 1);
    return bio;
}

}  // namespace mqtts::tls
