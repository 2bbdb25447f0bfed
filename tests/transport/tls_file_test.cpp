// SPDX-License-Identifier: Apache-2.0
// Files as people have them: what OpenSSL's own reader takes is taken; what is not is named for what it is, with the
// line that is wrong or the command that converts it, which is run here.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "support/identity_forms.hpp"
#include "support/revocation.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

const Identity& mine() {
    static const Identity issued = authority().issue({.common_name = "client", .client = true});
    return issued;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string with_front(const std::string& text, std::string_view front) {
    const std::string every_line = fmt::format("{}{}", front, replaced(text, "\n", fmt::format("\n{}", front)));
    return every_line.substr(0, every_line.size() - front.size());
}

std::string base64(const std::string& bytes) {
    std::string text(4 * (bytes.size() / 3 + 1) + 1, '\0');
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                                         reinterpret_cast<const unsigned char*>(bytes.data()),
                                                         static_cast<int>(bytes.size()))));
    return text;
}

std::string utf16(const std::string& text, bool big) {
    std::string wide = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : text)
        wide += big ? std::string{'\0', c} : std::string{c, '\0'};
    return wide;
}

/// A key in the form of "EC PRIVATE KEY" under the label of PKCS#8.
std::string mislabelled_key() {
    const std::string& pem = mine().key_pem;
    BIO* const input = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(input, nullptr, nullptr, nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_PrivateKey(key, &der);
    const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(input);
    return fmt::format("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(bytes));
}

/// The lines, with something else between them.
std::string in_one_line(const std::string& pem, std::string_view between) {
    return replaced(pem, "\n", between);
}

/// The file at the path as the key, the certificate or the authority's; the error and its hint in one line, or nothing.
struct Files {
    TemporaryDirectory directory;
    std::string certificate = directory.write("good.pem", mine().certificate_pem);
    std::string key = directory.write("good.key", mine().key_pem);

    [[nodiscard]] std::string refusal(const tls::Policy& policy) const {
        const auto context = tls::Context::create(policy);
        return context ? std::string() : one_line(context.error());
    }
    [[nodiscard]] std::string as_key(const std::string& file) const {
        return refusal({.certificate_file = certificate, .key_file = file, .key_passphrase = Secret("hunter2")});
    }
    [[nodiscard]] std::string as_certificate(const std::string& file) const {
        return refusal({.certificate_file = file, .key_file = key, .key_passphrase = Secret("hunter2")});
    }
    [[nodiscard]] std::string as_authority(const std::string& file) const { return refusal({.ca_file = file}); }

    /// Runs the command that the sentence ends with; what it makes is new.pem, new.der or new.p12.
    [[nodiscard]] std::string convert(const std::string& sentence) const {
        const std::string_view mark = "; convert it with ";
        const std::size_t at = sentence.rfind(mark);
        REQUIRE_MESSAGE(at != sentence.npos, sentence);
        const std::string command = sentence.substr(at + mark.size());
        const int status = std::system(fmt::format("cd '{}' && {}", directory.path(), command).c_str());
        CHECK_MESSAGE(status == 0, command);
        for (const char* name : {"new.pem", "new.der", "new.p12"})
            if (command.find(name) != command.npos) return directory.path() + "/" + name;
        return {};
    }
};

constexpr std::string_view words_of_openssl[] = {"no start line",  "unsupported",   "not proc type", "too small",
                                                 "bad end line",   "bad base64",    "too long",      "decode error",
                                                 "invalid object", "unexpected eoc"};

/// In a sentence for people nothing of OpenSSL's words is left.
void check_words(const std::string& sentence) {
    for (const std::string_view words : words_of_openssl) {
        INFO(sentence);
        CHECK(sentence.find(words) == std::string::npos);
    }
}

}  // namespace

TEST_CASE("what OpenSSL's own reader takes is taken, whatever stands around it") {
    const Files files;
    const auto forms_of = [](const std::string& pem) -> std::vector<std::string> {
        return {with_front(authority().certificate_pem(), "# ") + pem,
                with_front(authority().key_pem(), "# ") + pem,
                "this mentions -----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----\n" + pem,
                "-----BEGIN CERTIFICATE----- is how it begins\n" + pem,
                "\xEF\xBB\xBF" + pem,
                replaced(pem, "\n", "\r\n"),
                replaced(pem, "\n", "  \n"),
                "Bag Attributes\n    friendlyName: x\nsubject=CN = x\n\n" + pem,
                "Subject: mail\n\n" + pem + "\n-- \nsent from my printer\n",
                pem + std::string(3, '\0')};
    };
    for (const std::string& text : forms_of(mine().certificate_pem)) {
        const std::string file = files.directory.write("form", text);
        CHECK(files.as_certificate(file) == "");
        CHECK(files.as_authority(file) == "");
    }
    for (const std::string& text : forms_of(mine().key_pem))
        CHECK(files.as_key(files.directory.write("form", text)) == "");
    CHECK(files.as_key(files.directory.write("form", mislabelled_key())) == "");
    for (const std::string label : {"X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
        CHECK(files.as_authority(
                  files.directory.write("form", replaced(authority().certificate_pem(), "CERTIFICATE", label))) == "");
    CHECK(files.as_authority(files.directory.write("form", certificate_der(mine()))) == "");
    CHECK(files.refusal({.crl_files = {files.directory.write("list", revocation_list(authority(), {}))}}) == "");
}

TEST_CASE("ours is found wherever it stands in the file") {
    const Files files;
    const Identity other = authority().issue({.common_name = "other", .client = true});
    const std::string both = authority().certificate_pem() + other.certificate_pem + mine().certificate_pem;
    CHECK(files.as_certificate(files.directory.write("form", both)) == "");
    CHECK(files.as_key(files.directory.write("form", authority().key_pem() + other.key_pem + mine().key_pem)) == "");
    CHECK(files.as_key(files.directory.write(
              "form", encrypted_key_pem(other, "hunter2") + encrypted_key_pem(mine(), "hunter2"))) == "");
    CHECK(files.as_key(files.directory.write("form", encrypted_key_pem(other, "another") + mine().key_pem)) == "");
    CHECK(files.as_key(files.directory.write("form", mine().certificate_pem + mine().key_pem)) == "");
    const std::string all = files.directory.write("all", both + other.key_pem + mine().key_pem);
    CHECK(files.refusal({.certificate_file = all}) == "");
    const std::string strange = files.directory.write("form", authority().key_pem() + other.key_pem);
    CHECK(files.as_key(strange) ==
          fmt::format("key file {0} does not belong to the certificate in {1}; find the key that {1} was made with, or "
                      "request a new certificate",
                      strange, files.certificate));
}

TEST_CASE("PEM that lost its form is named for what happened, and the command mends it") {
    const Files files;
    struct Form {
        std::string sentence;
        std::string (*form)(const std::string& pem);
    };
    const Form forms[] = {
        {"it is UTF-16 text", [](const std::string& pem) { return utf16(pem, false); }},
        {"it is UTF-16 text", [](const std::string& pem) { return utf16(pem, true); }},
        {"it is UTF-16 text", [](const std::string& pem) { return utf16(pem, false).substr(2); }},
        {"line 1: its line ends are written as \\n", [](const std::string& pem) { return replaced(pem, "\n", "\\n"); }},
        {"line 1: its line ends are written as \\n",
         [](const std::string& pem) { return "{\"cert\": \"" + replaced(pem, "\n", "\\n") + "\"}\n"; }},
        {"line 2: its line ends are written as \\n",
         [](const std::string& pem) { return "tls:\n  cert: \"" + replaced(pem, "\n", "\\n") + "\"\n"; }},
        {"line 1: all of it is on one line", [](const std::string& pem) { return in_one_line(pem, " "); }},
        {"line 1: all of it is on one line", [](const std::string& pem) { return in_one_line(pem, ""); }},
        {"line 1: its lines end as on an old Macintosh",
         [](const std::string& pem) { return replaced(pem, "\n", "\r"); }},
        {"line 1: -----BEGIN", [](const std::string& pem) { return with_front(pem, "  "); }},
        {"line 1: -----BEGIN", [](const std::string& pem) { return with_front(pem, "\t"); }},
        {"line 1: -----BEGIN", [](const std::string& pem) { return with_front(pem, "> "); }},
        {"line 1: -----BEGIN", [](const std::string& pem) { return with_front(pem, "# "); }},
        {"line 2: -----BEGIN", [](const std::string& pem) { return "cert: |\n" + with_front(pem, "    "); }},
        {"line 1: its line ends are written as \\n",
         [](const std::string& pem) { return "CERT='" + replaced(pem, "\n", "\\r\\n") + "'\n"; }},
        {"line 1: its line ends are written as \\n",
         [](const std::string& pem) { return "\"" + replaced(pem, "\n", "\\n\"\n\"") + "\"\n"; }},
        {"it is UTF-16 text", [](const std::string& pem) { return utf16(pem, true).substr(2); }},
        {"it is UTF-32 text",
         [](const std::string& pem) {
             std::string text("\xFF\xFE\0\0", 4);
             for (const char c : pem)
                 text += std::string(1, c) + std::string(3, '\0');
             return text;
         }},
        {"line 2: -----BEGIN", [](const std::string& pem) { return "const text =\n`" + pem + "`;\n"; }},
        {"is in quotes", [](const std::string& pem) { return "export CERT=\"" + pem + "\"\n"; }},
        {"is in quotes", [](const std::string& pem) { return "\"" + pem + "\"\n"; }},
        {"it is PEM encoded in base64 again", [](const std::string& pem) { return base64(pem) + "\n"; }},
    };
    for (const auto& [sentence, form] : forms) {
        for (const bool key : {false, true}) {
            const std::string file =
                files.directory.write("it's form", form(key ? mine().key_pem : mine().certificate_pem));
            const std::string refusal = key ? files.as_key(file) : files.as_certificate(file);
            contains(refusal, sentence);
            check_words(refusal);
            const std::string mended = files.convert(refusal);
            CHECK((key ? files.as_key(mended) : files.as_certificate(mended)) == "");
        }
    }
    const std::string naked = files.directory.write("form", base64(certificate_der(mine())));
    contains(files.as_authority(naked),
             "it is the base64 of a CERTIFICATE without the lines -----BEGIN CERTIFICATE-----");
    CHECK(files.as_authority(files.convert(files.as_authority(naked))) == "");
}

TEST_CASE("the line that is blamed is the one that is wrong") {
    const Files files;
    const std::string& pem = mine().certificate_pem;
    const auto fourth = [&] {  // where line 4 begins
        std::size_t at = 0;
        for (int line = 1; line < 4; ++line)
            at = pem.find('\n', at) + 1;
        return at;
    }();
    const std::string last = std::to_string(std::count(pem.begin(), pem.end(), '\n') - 1);
    const auto refusal = [&](const std::string& text) {
        const std::string file = files.directory.write("form", text);
        const std::string sentence = files.as_certificate(file);
        check_words(sentence);
        CHECK(files.as_authority(file).substr(19) == sentence.substr(28));  // "cannot use CA file ": all behind it
        return sentence.substr(sentence.find("form: ") + 6);
    };
    std::string damaged = pem;
    damaged[fourth + 5] = '!';
    CHECK(refusal(damaged) == "line 4: not base64, in the CERTIFICATE that begins at line 1");
    CHECK(refusal("text in front\n" + damaged) == "line 5: not base64, in the CERTIFICATE that begins at line 2");
    CHECK(refusal(pem.substr(0, fourth + 5)) ==
          "line 4: the file ends here, within the CERTIFICATE that begins at line 1");
    CHECK(refusal(pem.substr(0, pem.find("-----END"))) ==
          fmt::format("line {}: the file ends here, within the CERTIFICATE that begins at line 1", last));
    CHECK(refusal(replaced(pem, "END CERTIFICATE", "END X509 CRL")) ==
          fmt::format("line {}: the CERTIFICATE that begins at line 1 must end here with -----END CERTIFICATE-----",
                      std::stoi(last) + 1));
    CHECK(refusal(pem.substr(pem.find('\n') + 1))
              .ends_with("an end without a beginning: the line \"-----BEGIN CERTIFICATE-----\" is missing"));
    CHECK(refusal(std::string(pem).insert(fourth, "AAAA")) ==
          "line 4: not as long as the other lines of the CERTIFICATE that begins at line 1: "
          "something is missing or was added");
    std::string shorter = pem;
    shorter.erase(fourth, pem.find('\n', fourth) + 1 - fourth);
    contains(refusal(shorter), "the CERTIFICATE is damaged, or of a kind that OpenSSL ");
    for (const std::string hyphens : {"----", "\xE2\x80\x94"})
        CHECK(refusal(replaced(pem, "-----", hyphens)) ==
              "line 1: a damaged BEGIN line; make the line \"-----BEGIN CERTIFICATE-----\", with five hyphens on both "
              "sides");
    for (const std::string line : {"-----BEGIN CERTIFICATE------", "------BEGIN CERTIFICATE-----"})
        CHECK(refusal(replaced(pem, "-----BEGIN CERTIFICATE-----", line)) ==
              "line 1: " + line + " does not have five hyphens on both sides; correct that line");
    const auto with_headers = [&](const std::string& headers) {
        const std::size_t body = mine().key_pem.find('\n') + 1;
        return files.as_key(files.directory.write("form", std::string(mine().key_pem).insert(body, headers + "\n\n")));
    };
    contains(with_headers("Proc-Type: 4,MIC-ONLY"), "form: line 2: wrong headers: those of an encrypted key are ");
    contains(with_headers("Proc-Type: 4,ENCRYPTED\nDEK-Info: FOO-128-CBC,00"), "it is encrypted with FOO-128-CBC, ");
    CHECK(refusal(pem.substr(0, fourth) + "\n" + pem.substr(fourth)) ==
          "line 4: empty, in the CERTIFICATE that begins at line 1");
    CHECK(refusal("\n \n\t\n") == "it has nothing but blanks");
}

TEST_CASE("another kind of file is named for what it is") {
    const Files files;
    struct Row {
        std::string content, sentence;
    };
    const auto block = [](const std::string& label) {
        return fmt::format("-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n", label);
    };
    const Row rows[] = {
        {block("OPENSSH PRIVATE KEY"), "line 1: OPENSSH PRIVATE KEY, not a CERTIFICATE; convert it with cp -p "},
        {block("PKCS7"), "line 1: PKCS7, not a CERTIFICATE; convert it with openssl pkcs7 -print_certs -in "},
        {block("PKCS12"), "line 1: PKCS12, not a CERTIFICATE; convert it with sed "},
        {block("CERTIFICATE REQUEST"),
         "line 1: CERTIFICATE REQUEST, not a CERTIFICATE; send the request to the authority, which answers with the "
         "certificate"},
        {block("PUBLIC KEY"), "line 1: PUBLIC KEY, not a CERTIFICATE: it is only the public half of a key"},
        {block("X509 CRL"), "line 1: X509 CRL, not a CERTIFICATE; give the revocation list with --crl"},
        {block("PRIVATE KEY"), "line 1: PRIVATE KEY, not a CERTIFICATE; give the "},
        {block("PGP PUBLIC KEY BLOCK"), "line 1: PGP PUBLIC KEY BLOCK, not a CERTIFICATE"},
        {std::string("\xFE\xED\xFE\xED\0\0\0\2", 8), "it is a Java keystore (JKS); convert it with keytool "},
        {std::string("\xCE\xCE\xCE\xCE\0\0\0\2", 8), "it is a Java keystore (JCEKS); convert it with keytool "},
        {"PuTTY-User-Key-File-3: ssh-rsa\n", "it is a PuTTY key; convert it with puttygen "},
        {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", "it is an ssh.com SSH key; convert it with puttygen "},
        {"ssh-ed25519 AAAAC3Nz me\n", "it is only the public half of an SSH key"},
        {"\x1F\x8B\x08", "it is compressed with gzip; convert it with gunzip <"},
        {"PK\x03\x04", "it is a zip archive; convert it with unzip "},
        {"<!DOCTYPE html>\n<html>", "it is a web page (HTML), perhaps an error or a login; download the file again"},
        {"<?xml version=\"1.0\"?><Error/>", "it is XML, perhaps an error message; download the file again"},
        {"{\"message\":\"Forbidden\"}", "it is JSON without PEM in it: an error message, or a key in "},
        {"\x1E\xF1\xB5\xB0", "it is a Microsoft key (PVK); convert it with openssl pkey -in "},
        {std::string("\177ELF\1\0", 6), "it is binary, of an unknown kind"},
        {"$ANSIBLE_VAULT;1.1;AES256\n31", "it is encrypted with Ansible Vault; convert it with ansible-vault decrypt "},
        {"version https://git-lfs.github.com/spec/v1\n",
         "it is a Git LFS pointer; fetch the file itself with git lfs pull"},
        {"Owner: CN=client\nIssuer: CN=ca\n",
         "it is keytool's description of a certificate; print the certificate itself with keytool -rfc"},
        {"hello\n", "line 1: not PEM: no \"-----BEGIN CERTIFICATE-----\""},
    };
    for (const auto& [content, sentence] : rows) {
        const std::string file = files.directory.write("form", content);
        for (const std::string& refusal : {files.as_certificate(file), files.as_authority(file)}) {
            contains(refusal, " " + file + ": " + sentence);
            check_words(refusal);
        }
    }
    contains(files.as_certificate(files.directory.write("form", block("PRIVATE KEY"))), "; give the key with --key");
    const std::string der = files.directory.write("form", certificate_der(mine()));
    contains(files.as_key(der), "it is DER: CERTIFICATE, not a PRIVATE KEY; give the certificate with --cert");
    contains(files.refusal({.crl_files = {der}}),
             "it is DER: CERTIFICATE, not an X509 CRL; give the certificate with --cafile");
    contains(files.as_authority(files.directory.write("form", pkcs12(mine(), ""))),
             "it is PKCS#12; convert it with openssl pkcs12 -nokeys -in ");
    const std::string whole = certificate_der(mine());
    contains(files.as_certificate(files.directory.write("form", whole.substr(0, 300))),
             fmt::format("it is cut off: it has 300 of {} bytes", whole.size()));
    const std::string coded = files.as_certificate(files.directory.write("form", base64(pkcs12(mine(), ""))));
    contains(coded, "it is PKCS#12 in base64; convert it with base64 -d ");
    CHECK(files.as_certificate(files.convert(coded)) == "");
    contains(files.as_authority(files.directory.write("form", key_der(mine()))),
             "it is DER: PRIVATE KEY, not a CERTIFICATE");
}

TEST_CASE("a cipher that OpenSSL gave up is named before the pass phrase is wanted") {
    const Files files;
    const std::string forms[] = {R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: DES-CBC,D73839B6B29AE7C0

IDaiOn73WbxwIMS7o98c62D4M+x4Qw21I32c4kBELCw15qrPEfdU8zESSnEciA1M
cLj0R9Fr9vM3OqPNmFQFXqfXx2j5GG+PO1rfJhWDTcruP9SqZOwW1U1tj/by0MEa
DqdG99BM66NN454+riD9gzXDOw/bexF/V027zrBuVlI=
-----END EC PRIVATE KEY-----
)",
                                 R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGwMBsGCSqGSIb3DQEFAzAOBAinXDwP/7gJPAICCAAEgZCezvIyMedwgmlh6cEc
wSgWGx4mePecuZbVr9DIdnm3gyB3PjSjCtiebLpM/NybgnYXnMq1l2FY+cI3UX7+
YEyS+Xu9R3T4V9bTxx78QZDbirqE3pJcbPNSK8Naw3kBArlL2YDGRE5SuQH1VvZ7
RyInNzBULewt8xfaPdFQoPawhmwDzNRVvg2JzdRhMKYol2A=
-----END ENCRYPTED PRIVATE KEY-----
)",
                                 R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHgMEsGCSqGSIb3DQEFDTA+MCkGCSqGSIb3DQEFDDAcBAgzTssAy5CkrAICCAAw
DAYIKoZIhvcNAgkFADARBgUrDgMCBwQIfvSQGzR7Z4kEgZBlBK1K6YgP8hzUlvWw
+MKmzNkDTLfFUCCJy5olg+OlFceRBBgNs5ym9KILwEeKqV2dgF+jOVeY+iD4cjWP
vVWvW9ICnBLzwoMYyC0qTcJ/Y8tAhxRol2gwa5Dawr4rAzHEj095AymcKuazMs4Q
ohGPn8ELHsuScK+3i+DRgDrkQ0a9/yNL507rAWLX3m1rt7Y=
-----END ENCRYPTED PRIVATE KEY-----
)"};
    for (const std::string& form : forms) {
        const std::string file = files.directory.write("form", form);
        bool asked = false;
        const auto context =
            tls::Context::create({.certificate_file = files.certificate, .key_file = file}, [&](const std::string&) {
                asked = true;
                return Secret("hunter2");
            });
        REQUIRE(context.has_error());
        CHECK_FALSE(asked);
        contains(context.error().cause, "it is encrypted with DES-CBC, which OpenSSL ");
        CHECK(context.error().cause.ends_with(" no longer supports"));
        CHECK(context.error().hint.starts_with("convert it with openssl pkey -provider legacy -provider default -in "));
    }
}

TEST_CASE("a file that does not come is given up at the deadline, and named") {
    const Files files;
    const std::string pipe = files.directory.path() + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const auto late = [&](tls::Policy policy, const std::string& purpose) {
        policy.reading_deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
        const auto context = tls::Context::create(policy);
        REQUIRE(context.has_error());
        CHECK(context.error().code == Errc::timed_out);
        CHECK(context.error().cause ==
              fmt::format("timed out while reading {} {}: nothing has come from it yet", purpose, pipe));
    };
    late({.certificate_file = files.certificate, .key_file = pipe}, "key file");
    late({.certificate_file = pipe, .key_file = files.key}, "certificate file");
    late({.ca_file = pipe}, "CA file");
    late({.crl_files = {pipe}}, "CRL file");
}
