// SPDX-License-Identifier: Apache-2.0
#include "tls/trust.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "os/system_reason.hpp"
#include "text/shell_word.hpp"
#include "tls/file_kind.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/pem_file.hpp"
#include "tls/system_store.hpp"

namespace mqtts::tls {

namespace {

namespace fs = std::filesystem;

// Is this a name that `openssl rehash` gives a certificate, "9d66eef0.0"?
bool is_hash_name(std::string_view name) {
    return name.size() >= 10 && name[8] == '.' && name.find_first_not_of("0123456789abcdef") == 8 &&
           name.find_first_not_of("0123456789", 9) == name.npos;
}

bool has_hashed_certificates(const std::string& directory, std::error_code& error) {
    fs::directory_iterator entry(directory, error);
    while (!error && entry != fs::directory_iterator()) {
        if (is_hash_name(entry->path().filename().native())) return true;
        entry.increment(error);
    }
    return false;
}

bool any_hashed_directory(std::string_view directories) {
    while (!directories.empty()) {
        const std::size_t separator = std::min(directories.find(':'), directories.size());
        std::error_code unreadable;
        if (has_hashed_certificates(std::string(directories.substr(0, separator)), unreadable)) return true;
        directories.remove_prefix(std::min(separator + 1, directories.size()));
    }
    return false;
}

Result<> add_file(X509_STORE* store, const PemFile& file) {
    const auto certificates = read_certificates(file);
    if (!certificates) return certificates.error();
    for (const auto& certificate : *certificates)
        if (X509_STORE_add_cert(store, certificate.get()) != 1) return unusable(file, {"out of memory"});
    return {};
}

Result<> add_directories(X509_STORE* store, const std::string& directories) {
    X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    if (!lookup || X509_LOOKUP_add_dir(lookup, directories.c_str(), X509_FILETYPE_PEM) != 1) {
        ERR_clear_error();
        return Failure(Errc::unusable_ca, fmt::format("cannot use CA directory {}", directories), {}, {directories});
    }
    return {};
}

/// Finds a pipe with the name of a certificate: OpenSSL would wait for it in the handshake, without a time limit.
/// Empty: there is no pipe.
std::string pipe_among(const std::string& directory) {
    std::error_code error;
    for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename().native();
        if (!entry->is_symlink(error) && entry->is_fifo(error) && is_hash_name(name)) return name;
    }
    return {};
}

Result<> add_chosen_directory(X509_STORE* store, const PemFile& directory) {
    std::error_code error;
    const bool usable = has_hashed_certificates(directory.path, error);
    if (error) return unusable(directory, {os::system_reason(error)});
    if (const std::string pipe = pipe_among(directory.path); !pipe.empty())
        return unusable(directory, {fmt::format("{} in it is a pipe, not a file", pipe),
                                    "remove the pipe from " + shell_word(directory.path)});
    if (!usable)
        return unusable(directory, {"no certificate in it is named by its hash",
                                    fmt::format("run openssl rehash {}", shell_word(directory.path))});
    return add_directories(store, directory.path);
}

Result<> add_system_store(X509_STORE* store, decltype(Policy::reading_deadline) deadline) {
    const std::string directories = system_directories();
    const bool hashed = any_hashed_directory(directories);
    if (hashed) {
        if (auto added = add_directories(store, directories); !added) return added;
    }
    if (!hashed && system_directories_chosen() && !system_file_chosen() && !has_system_file())
        return add_chosen_directory(store, {"SSL_CERT_DIR", directories, Errc::unusable_ca});
    if (system_file_chosen()) return add_file(store, {"SSL_CERT_FILE", system_file(), Errc::unusable_ca, deadline});
    // Without any store no server is trusted, and the failure says where we looked.
    if (!hashed && has_system_file()) return add_file(store, {"CA file", system_file(), Errc::unusable_ca, deadline});
    return {};
}

std::string describe_system_store() {
    const std::string directories = system_directories();
    const bool hashed = any_hashed_directory(directories);
    const std::string unused =
        !hashed && system_directories_chosen() ? fmt::format("; SSL_CERT_DIR {} has no hashed names", directories) : "";
    return fmt::format("the system's trust store ({}{})", system_file_chosen() || !hashed ? system_file() : directories,
                       unused);
}

Result<> add_revocation_lists(X509_STORE* store, const PemFile& file) {
    const auto lists = read_revocation_lists(file);
    if (!lists) return lists.error();
    for (const auto& list : *lists)
        if (X509_STORE_add_crl(store, list.get()) != 1) return unusable(file, {"out of memory"});
    return {};
}

}  // namespace

Result<> load_trust(SSL_CTX* context, const Policy& policy) {
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const std::string& file : policy.crl_files)
        if (auto added = add_revocation_lists(store, {"CRL file", file, Errc::unusable_ca, policy.reading_deadline});
            !added)
            return added;
    if (policy.uses_system_store())
        if (auto added = add_system_store(store, policy.reading_deadline); !added) return added;
    if (!policy.ca_file.empty()) {
        auto added = add_file(store, {"CA file", policy.ca_file, Errc::unusable_ca, policy.reading_deadline});
        if (!added) return added;
    }
    return policy.ca_path.empty() ? Result<>()
                                  : add_chosen_directory(store, {"CA directory", policy.ca_path, Errc::unusable_ca});
}

std::string describe_trust(const Policy& policy) {
    std::string places;
    for (const std::string& place :
         {policy.ca_file, policy.ca_path, policy.uses_system_store() ? describe_system_store() : std::string()}) {
        if (place.empty()) continue;
        if (!places.empty()) places += " or ";
        places += place;
    }
    return places;
}

}  // namespace mqtts::tls
