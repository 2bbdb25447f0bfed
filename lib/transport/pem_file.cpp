#include "transport/pem_file.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/system_reason.hpp"

namespace mqtts::transport {

namespace {

constexpr std::string_view begin_marker = "-----BEGIN ";

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Result<std::string> read_text(const PemFile& file) {
    const std::unique_ptr<std::FILE, CloseFile> input(std::fopen(file.path.c_str(), "re"));
    if (!input) return unusable(file, system_reason(errno));
    struct stat status {};
    if (::fstat(::fileno(input.get()), &status) == 0 && S_ISDIR(status.st_mode))
        return unusable(file, "it is a directory");
    std::string text;
    char block[16 * 1024];
    while (const std::size_t count = std::fread(block, 1, sizeof block, input.get()))
        text.append(block, count);
    if (std::ferror(input.get())) return unusable(file, system_reason(errno));
    if (text.empty()) return unusable(file, "it is empty");
    return text;
}

// What stands after "-----BEGIN " at `position`: "CERTIFICATE", "EC PRIVATE KEY".
std::string_view label_at(std::string_view text, std::size_t position) {
    text.remove_prefix(position + begin_marker.size());
    return text.substr(0, text.find_first_of("-\r\n"));
}

std::size_t find_label(std::string_view text, std::size_t from, std::string_view label_end) {
    for (std::size_t at = text.find(begin_marker, from); at != text.npos; at = text.find(begin_marker, at + 1))
        if (label_at(text, at).ends_with(label_end)) return at;
    return text.npos;
}

std::ptrdiff_t line_number(std::string_view text, std::size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return 1 + std::count(text.begin(), end, '\n');
}

// Why a file without any block that ends in `wanted` ("CERTIFICATE") is not what was asked for.
Failure nothing_found(const PemFile& file, std::string_view text, std::string_view wanted) {
    if (const std::size_t other = text.find(begin_marker); other != text.npos)
        return unusable(file,
                        fmt::format("line {}: {}, not a {}", line_number(text, other), label_at(text, other), wanted));
    const bool binary = text.front() == '\x30';  // DER begins with a SEQUENCE
    return unusable(file, binary ? "it is DER or PKCS#12, not PEM: convert it with openssl"
                                 : fmt::format("line 1: not PEM: no \"{}{}-----\"", begin_marker, wanted));
}

// The reason OpenSSL gives, with its queue of errors emptied.
std::string take_openssl_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    std::string text = reason ? reason : "it cannot be decoded";
    ERR_clear_error();
    return text;
}

Failure damaged(const PemFile& file, std::string_view text, std::size_t block) {
    return unusable(
        file, fmt::format("line {}: {}: {}", line_number(text, block), label_at(text, block), take_openssl_reason()));
}

OpensslHandle<BIO> open_memory(std::string_view text) {
    return OpensslHandle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int refuse_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

}  // namespace

Failure unusable(const PemFile& file, std::string_view reason) {
    return {file.unusable, fmt::format("cannot use {} {}: {}", file.purpose, file.path, reason)};
}

Result<std::vector<OpensslHandle<X509>>> read_certificates(const PemFile& file) {
    const auto text = read_text(file);
    if (!text) return text.error();
    const auto memory = open_memory(*text);
    std::vector<OpensslHandle<X509>> certificates;
    std::size_t block = find_label(*text, 0, "CERTIFICATE");
    if (block == text->npos) return nothing_found(file, *text, "CERTIFICATE");
    for (; block != text->npos; block = find_label(*text, block + 1, "CERTIFICATE")) {
        OpensslHandle<X509> certificate(PEM_read_bio_X509_AUX(memory.get(), nullptr, nullptr, nullptr));
        if (!certificate) return damaged(file, *text, block);
        certificates.push_back(std::move(certificate));
    }
    return certificates;
}

Result<OpensslHandle<EVP_PKEY>> read_private_key(const PemFile& file) {
    const auto text = read_text(file);
    if (!text) return text.error();
    const std::size_t block = find_label(*text, 0, "PRIVATE KEY");
    if (block == text->npos) return nothing_found(file, *text, "PRIVATE KEY");
    const auto memory = open_memory(std::string_view(*text).substr(block));
    bool passphrase_asked = false;
    OpensslHandle<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, refuse_passphrase, &passphrase_asked));
    if (passphrase_asked) {
        ERR_clear_error();
        return unusable(file, fmt::format("line {}: the key is encrypted: decrypt it with openssl pkey",
                                          line_number(*text, block)));
    }
    if (!key) return damaged(file, *text, block);
    return key;
}

}  // namespace mqtts::transport
