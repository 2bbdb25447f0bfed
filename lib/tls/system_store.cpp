// SPDX-License-Identifier: Apache-2.0
#include "tls/system_store.hpp"

#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace mqtts::tls {

namespace {

// The files with all certificates of a system: Debian, Fedora and RHEL, openSUSE, Alpine, FreeBSD and OpenBSD. A
// statically linked OpenSSL knows only the path of the system that it was built on.
constexpr std::array usual_files = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
                                    "/etc/ssl/cert.pem"};

bool exists(const std::string& path) {
    std::error_code unreachable;
    return std::filesystem::exists(path, unreachable);
}

std::string environment_or(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value && *value ? value : otherwise;
}

}  // namespace

std::string system_directories() {
    return environment_or(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
}

bool system_file_chosen() {
    return !environment_or(X509_get_default_cert_file_env(), "").empty();
}

bool system_directories_chosen() {
    return !environment_or(X509_get_default_cert_dir_env(), "").empty();
}

std::string system_file() {
    std::string file = environment_or(X509_get_default_cert_file_env(), X509_get_default_cert_file());
    if (system_file_chosen() || system_directories_chosen() || exists(file)) return file;
    for (const char* const usual : usual_files)
        if (exists(usual)) return usual;
    return file;
}

bool has_system_file() {
    return exists(system_file());
}

TrustPlaces trust_places() {
    TrustPlaces places{.system_store = {system_file()},
                       .configuration = environment_or(
                           "OPENSSL_CONF", (std::string(X509_get_default_cert_area()) + "/openssl.cnf").c_str())};
    const std::string directories = system_directories();
    for (std::size_t begin = 0; begin < directories.size();) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        if (end != begin) places.system_store.push_back(directories.substr(begin, end - begin));
        begin = end + 1;
    }
    return places;
}

}  // namespace mqtts::tls
