// SPDX-License-Identifier: Apache-2.0
#include "tls/file_kind.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "text/base64.hpp"
#include "text/escape.hpp"
#include "text/shell_word.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/pem_block.hpp"

namespace mqtts::tls {

namespace {

/// A kind of file, with the command that converts it, {} for the file, or with another cure.
struct Kind {
    std::string_view mark;  // the first bytes of such files, or the label of a PEM block
    std::string_view name;
    std::string_view command = {};
    std::string_view cure = {};
};

constexpr std::string_view keystore_command =
    "keytool -importkeystore -srckeystore {} -destkeystore new.p12 -deststoretype PKCS12";

/// Removes what surrounds PEM in each line: blanks, quotes, the marks of comments and mail.
constexpr std::string_view unwrap_command =
    "sed 's/.*-----BEGIN/-----BEGIN/; s/^[^A-Za-z0-9+/=-]*//; s/[^A-Za-z0-9+/=-]*$//' {} >new.pem";

constexpr Kind beginnings[] = {
    {std::string_view("\xFF\xFE\0\0", 4), "UTF-32 text", "iconv -f UTF-32 -t UTF-8 {} >new.pem"},
    {"\xFF\xFE", "UTF-16 text, as Windows writes it", "iconv -f UTF-16 -t UTF-8 {} >new.pem"},
    {"\xFE\xFF", "UTF-16 text, as Windows writes it", "iconv -f UTF-16 -t UTF-8 {} >new.pem"},
    {"\xFE\xED\xFE\xED", "a Java keystore (JKS)", keystore_command},
    {"\xCE\xCE\xCE\xCE", "a Java keystore (JCEKS)",
     "keytool -importkeystore -srckeystore {} -srcstoretype JCEKS -destkeystore new.p12 -deststoretype PKCS12"},
    {"\x1F\x8B", "compressed with gzip", "gunzip <{} >new.pem"},
    {"PK\x03\x04", "a zip archive", "unzip {}"},
    {"\x1E\xF1\xB5\xB0", "a Microsoft key (PVK)", "openssl pkey -in {} -out new.pem"},
    {"\x07\x02", "a Microsoft key (MSBLOB)", "openssl pkey -in {} -out new.pem"},
    {"PuTTY-User-Key-File-", "a PuTTY key", "puttygen {} -O private-openssh -o new.pem"},
    {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY", "an ssh.com SSH key", "puttygen {} -O private-openssh -o new.pem"},
    {"---- BEGIN SSH2 PUBLIC KEY", "only the public half of an SSH key"},
    {"ssh-", "only the public half of an SSH key"},
    {"ecdsa-sha2-", "only the public half of an SSH key"},
    {"$ANSIBLE_VAULT;", "encrypted with Ansible Vault", "ansible-vault decrypt --output new.pem {}"},
    {"ENC[", "encrypted with sops", "sops -d {} >new.pem"},
    {"age-encryption.org/", "encrypted with age", "age -d -o new.pem {}"},
    {"version https://git-lfs", "a Git LFS pointer", "", "fetch the file itself with git lfs pull"},
    {"Owner:", "keytool's description of a certificate", "", "print the certificate itself with keytool -rfc"},
    {"X.509 Certificate Information:", "a description of a certificate without the certificate itself"},
    {"Certificate:\n", "a description of a certificate without the certificate itself", "",
     "print the certificate without -noout"},
    {"<!DOCTYPE", "a web page (HTML), perhaps an error or a login", "", "download the file again"},
    {"<html", "a web page (HTML), perhaps an error or a login", "", "download the file again"},
    {"<HTML", "a web page (HTML), perhaps an error or a login", "", "download the file again"},
    {"<", "XML, perhaps an error message", "", "download the file again"},
    {"{", "JSON without PEM in it: an error message, or a key in JSON's own form (JWK)"},
    {"AGE-SECRET-KEY-", "an age key, which only decrypts files"},
};

/// The names here are remarks about the label.
constexpr Kind labels[] = {
    {"OPENSSH PRIVATE KEY", "", "cp -p {} new.pem && ssh-keygen -p -m PEM -f new.pem (RSA and ECDSA only)"},
    {"PKCS7", "", "openssl pkcs7 -print_certs -in {} -out new.pem"},
    {"PKCS #7 SIGNED DATA", "", "openssl pkcs7 -print_certs -in {} -out new.pem"},
    {"PKCS12", "", "sed '/-----/d' {} | base64 -d >new.p12"},
    {"CERTIFICATE REQUEST", "", "", "send the request to the authority, which answers with the certificate"},
    {"NEW CERTIFICATE REQUEST", "", "", "send the request to the authority, which answers with the certificate"},
    {"PUBLIC KEY", "it is only the public half of a key"},
    {"RSA PUBLIC KEY", "it is only the public half of a key"},
    {"X509 CRL", "", "", "give the revocation list with --crl"},
    {"DH PARAMETERS", "only servers use it"},
    {"EC PARAMETERS", "the key that should follow is missing"},
    {"AGE ENCRYPTED FILE", "", "age -d -o new.pem {}"},
};

std::string cure_for(const Kind& kind, const std::string& path) {
    if (kind.command.empty()) return std::string(kind.cure);
    return convert_with(fmt::format(fmt::runtime(kind.command), shell_word(path)));
}

template <class T>
bool decodes_as(std::string_view content, T* (*d2i)(T**, const unsigned char**, long)) {
    const auto* begin = reinterpret_cast<const unsigned char*>(content.data());
    const OpensslHandle<T> object(d2i(nullptr, &begin, static_cast<long>(content.size())));
    ERR_clear_error();
    return object != nullptr;
}

/// Reads the size of a DER object from its first bytes; 0: they do not give it.
std::size_t size_of_der(std::string_view content) {
    constexpr unsigned char long_form = 0x80;  // text that begins with 0 has no such byte
    if (content.size() < 2 || (static_cast<unsigned char>(content[1]) & long_form) == 0) return 0;
    const auto* const begin = reinterpret_cast<const unsigned char*>(content.data());
    const unsigned char* at = begin;
    long size = 0;
    int tag = 0;
    int kind = 0;
    ASN1_get_object(&at, &size, &tag, &kind, static_cast<long>(content.size()));
    ERR_clear_error();
    return static_cast<std::size_t>(at - begin + size);
}

Finding describe_der(std::string_view content, std::string_view wanted, const std::string& path) {
    const std::string file = shell_word(path);
    if (decodes_as(content, d2i_PKCS7))
        return {"it is PKCS#7",
                convert_with(fmt::format("openssl pkcs7 -inform DER -print_certs -in {} -out new.pem", file))};
    if (decodes_as(content, d2i_PKCS12))
        return {"it is PKCS#12", convert_with(fmt::format("openssl pkcs12 -nokeys -in {} -out new.pem", file))};
    std::string_view label;
    if (decodes_as(content, d2i_X509))
        label = "CERTIFICATE";
    else if (decodes_as(content, d2i_X509_CRL))
        label = "X509 CRL";
    else if (decodes_as(content, d2i_X509_REQ))
        label = "CERTIFICATE REQUEST";
    else if (decodes_as(content, d2i_PUBKEY))
        label = "PUBLIC KEY";
    else if (decodes_as(content, d2i_AutoPrivateKey) || decodes_as(content, d2i_X509_SIG))
        label = "PRIVATE KEY";
    if (const std::size_t size = size_of_der(content); label.empty() && size > content.size())
        return {fmt::format("it is cut off: it has {} of {} bytes", content.size(), size)};
    if (label.empty()) return {fmt::format("it is binary, but not a {} in DER", wanted)};
    Finding found = describe_block(label, wanted, path);
    found.cause.insert(0, "it is DER: ");
    return found;
}

/// Describes base64 alone, of PEM or of DER; nothing: it is something else.
std::optional<Finding> describe_base64(std::string_view content, std::string_view wanted, const std::string& path) {
    std::string digits(content);
    std::erase_if(digits, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    std::string bytes;
    if (digits.size() < 64 || !decode_base64(digits, bytes)) return std::nullopt;
    if (bytes.starts_with(begin_marker))
        return Finding{"it is PEM encoded in base64 again, as in a Kubernetes Secret",
                       convert_with(fmt::format("base64 -d {} >new.pem", shell_word(path)))};
    if (bytes.front() != '\x30') return std::nullopt;
    if (decodes_as(std::string_view(bytes), d2i_PKCS12))
        return Finding{"it is PKCS#12 in base64", convert_with(fmt::format("base64 -d {} >new.p12", shell_word(path)))};
    return Finding{fmt::format("it is the base64 of a {} without the lines {}{}----- and -----END {}-----", wanted,
                               begin_marker, wanted, wanted),
                   convert_with(fmt::format("base64 -d {} >new.der", shell_word(path)))};
}

/// Says what happened to the -----BEGIN at `marker`, which OpenSSL does not find.
Finding describe_layout(std::string_view content, std::size_t marker, const std::string& path) {
    const std::string file = shell_word(path);
    const std::size_t begin = content.rfind('\n', marker) + 1;  // npos + 1: 0
    const std::string_view line = content.substr(begin, content.find('\n', begin) - begin);
    const std::string_view before = line.substr(0, marker - begin);
    const std::string_view behind = line.substr(before.size());
    if (behind.find("\\n") != behind.npos)
        return {"its line ends are written as \\n",
                convert_with(fmt::format(
                    "sed 's/-----BEGIN/\\n&/g; s/\"//g; s/\\\\r//g; s/\\\\n$//; s/\\\\n/\\n/g' {} >new.pem", file))};
    if (const std::size_t end = behind.find('\r'); end != behind.npos && end + 1 < behind.size())
        return {"its lines end as on an old Macintosh", convert_with(fmt::format("tr '\\r' '\\n' <{} >new.pem", file))};
    if (behind.find("-----", begin_marker.size()) + 5 < behind.find_last_not_of(" \r"))
        return {"all of it is on one line",
                convert_with(fmt::format("sed -E 's/ *(-----(BEGIN|END) [^-]+-----) */\\n\\1\\n/g' {} | "
                                         "sed '/-----/!s/ /\\n/g' >new.pem",
                                         file))};
    if (before.find_first_not_of('-') == before.npos)
        return {fmt::format("{} does not have five hyphens on both sides", escape(line)), "correct that line"};
    const std::string unwrap = convert_with(fmt::format(fmt::runtime(unwrap_command), file));
    if (before.find_first_of("\"'") != before.npos) return {fmt::format("{} is in quotes", escape(behind)), unwrap};
    return {fmt::format("{} is not at the beginning of the line", escape(behind)), unwrap};
}

/// Names the encoding, for iconv, of UTF-16 text without a byte order mark; empty: it is something else.
std::string_view utf16_without_mark(std::string_view content) {
    if (content.size() <= 4) return {};
    if (content[0] != '\0' && content[1] == '\0' && content[2] != '\0' && content[3] == '\0') return "UTF-16LE";
    if (content[0] == '\0' && content[1] != '\0' && content[2] == '\0' && content[3] != '\0') return "UTF-16BE";
    return {};
}

}  // namespace

Finding describe_file(std::string_view content, std::string_view wanted, const std::string& path) {
    if (content.find_first_not_of(" \t\r\n") == content.npos) return {"it has nothing but blanks"};
    if (content.front() == '\x30') return describe_der(content, wanted, path);
    const auto* const known =
        std::ranges::find_if(beginnings, [&](const Kind& kind) { return content.starts_with(kind.mark); });
    const std::size_t marker = content.find(begin_marker);
    if (known != std::end(beginnings) && (marker == content.npos || content.front() != '{'))
        return {fmt::format("it is {}", known->name), cure_for(*known, path)};
    if (const std::string_view encoding = utf16_without_mark(content); !encoding.empty())
        return {"it is UTF-16 text, as Windows writes it",
                convert_with(fmt::format("iconv -f {} -t UTF-8 {} >new.pem", encoding, shell_word(path)))};
    if (content.substr(0, marker).find('\0') != content.npos) return {"it is binary, of an unknown kind"};
    if (marker != content.npos) {
        Finding layout = describe_layout(content, marker, path);
        layout.cause = fmt::format("line {}: {}", line_number(content, marker), layout.cause);
        return layout;
    }
    if (auto base64 = describe_base64(content, wanted, path)) return *std::move(base64);
    if (const std::size_t end = content.find("-----END "); end != content.npos)
        return {fmt::format("line {}: an end without a beginning: the line \"{}{}-----\" is missing",
                            line_number(content, end), begin_marker, wanted)};
    if (const std::size_t word = content.find("BEGIN"); word != content.npos)
        return {fmt::format("line {}: a damaged BEGIN line", line_number(content, word)),
                fmt::format("make the line \"{}{}-----\", with five hyphens on both sides", begin_marker, wanted)};
    return {fmt::format("line 1: not PEM: no \"{}{}-----\"", begin_marker, wanted)};
}

Finding describe_block(std::string_view label, std::string_view wanted, const std::string& path) {
    const std::string_view article = wanted.starts_with('X') ? "an" : "a";
    const std::string text = fmt::format("{}, not {} {}", escape(label), article, wanted);
    if (wanted == "X509 CRL" && label.ends_with("CERTIFICATE")) return {text, "give the certificate with --cafile"};
    if (wanted == "PRIVATE KEY" && label.ends_with("CERTIFICATE")) return {text, "give the certificate with --cert"};
    if (wanted == "CERTIFICATE" && label.ends_with("PRIVATE KEY") && !label.starts_with("OPENSSH"))
        return {text, std::string(give_as_key)};
    const auto* const known = std::ranges::find(labels, label, &Kind::mark);
    if (known == std::end(labels)) return {text};
    return {known->name.empty() ? text : fmt::format("{}: {}", text, known->name), cure_for(*known, path)};
}

std::string convert_with(std::string_view command) {
    return fmt::format("convert it with {}", command);
}

}  // namespace mqtts::tls
