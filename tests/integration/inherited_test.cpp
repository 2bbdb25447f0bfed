// SPDX-License-Identifier: Apache-2.0
// What a program inherits, and nobody typed: variables for other programs and other brokers, homes, places of OpenSSL.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "integration/programs.hpp"
#include "support/identity_forms.hpp"

namespace {

using namespace mqtts::test;

Mosquitto& broker() {
    static Mosquitto broker;
    return broker;
}

const Words message{"-t", "a", "-q", "1", "-m", "x"};

Outcome with_environment(const Words& environment, const Words& more = {}) {
    return run({.arguments = mqtts_pub(broker(), with(message, more)), .environment = environment});
}

/// Nothing is said of it but under -d.
void check_left_out(const std::string& variable, const Words& more = {}) {
    CAPTURE(variable);
    const Outcome outcome = with_environment({variable}, more);
    CHECK_MESSAGE(outcome.status == 0, outcome.error);
    CHECK(outcome.error.empty());
    const std::string name = variable.substr(0, variable.find('='));
    const std::string told = with_environment({variable}, with(more, {"-d"})).error;
    CHECK_MESSAGE(contains(told, name + " is left out: "), told);
}

void check_unnoticed(const Words& environment) {
    const Outcome outcome = with_environment(environment);
    CHECK_MESSAGE(outcome.status == 0, environment.front(), outcome.error);
    CHECK(outcome.error.empty());
}

void check_refused(const Outcome& outcome, int status, const Words& parts) {
    CHECK(outcome.status == status);
    for (const std::string& part : parts)
        CHECK_MESSAGE(contains(outcome.error, part), outcome.error, "\n  does not say: ", part);
}

/// Without --cert and --key.
Words without_identity(const Words& more) {
    return with(mqtts_pub({"-h", "localhost", "-p", std::to_string(broker().port()), "--cafile", broker().ca_file()}),
                with(message, more));
}

/// Certificate and key in one file, closed to others.
std::string bundle(const TemporaryDirectory& directory) {
    const std::string file =
        directory.write("both.pem", read_file(broker().certificate_file()) + read_file(broker().key_file()));
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    return file;
}

}  // namespace

TEST_CASE("variables that are about something else are left out") {
    check_left_out("ALL_PROXY=ftp://127.0.0.1:1080/");
    check_left_out("all_proxy=https://me:secret@proxy.example:1");
    check_left_out("MQTTS_PORT=tcp://10.96.3.4:8883");
    check_left_out("MQTTS_HOST=:1");
    check_left_out("MQTTS_EARLY=perhaps");
    check_unnoticed({"ALL_PROXY=socks://127.0.0.1:1/", "HTTPS_PROXY=?", "https_proxy=?", "http_proxy=?"});
    check_unnoticed({"MQTTS_SERVICE_HOST=10.96.3.4", "MQTTS_SERVICE_PORT=x", "MQTTS_PORT_8883_TCP=x"});
    check_unnoticed({"LANG=xx_YY.none", "LC_ALL=none", "TZ=:none/none", "TERM=none", "COLUMNS=x", "NO_COLOR=1"});
    check_unnoticed({"NOTIFY_SOCKET=/gone", "MQTTS_READ_PACING=none", "TMPDIR=/gone"});
}

TEST_CASE("a home that is not there, is a file, or is relative") {
    check_unnoticed({"HOME=/gone", "XDG_CONFIG_HOME="});
    check_unnoticed({"HOME=/dev/null", "XDG_CONFIG_HOME="});
    check_unnoticed({"XDG_CONFIG_HOME=/gone/config"});
    check_left_out("XDG_CONFIG_HOME=gone");
    const Outcome none = with_environment({"HOME=", "XDG_CONFIG_HOME="}, {"-d"});
    CHECK(none.status == 0);
    CHECK(contains(none.error, "no configuration file is read: HOME is not set"));
}

TEST_CASE("a configuration file that is there has to be right: it may hold --pin") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("mqtts-pub", "--no-such-option\n");
    check_refused(with_environment({"XDG_CONFIG_HOME=" + directory.path()}), 2, {file + ": line 1: "});
    const TemporaryDirectory other;
    REQUIRE(::mkdir((other.path() + "/mqtts-pub").c_str(), 0700) == 0);
    check_refused(
        with_environment({"XDG_CONFIG_HOME=" + other.path()}), 2,
        {"cannot read the configuration file " + other.path() + "/mqtts-pub: ", "; give another one with -o"});
    CHECK(with_environment({"XDG_CONFIG_HOME=" + other.path()}, {"-o", "/dev/null"}).status == 0);
}

TEST_CASE("SSLKEYLOGFILE that cannot be written is left out, --tls-keylog is not") {
    const TemporaryDirectory directory;
    check_left_out("SSLKEYLOGFILE=/gone/keys");
    check_left_out("SSLKEYLOGFILE=" + directory.path());
    const std::string pipe = directory.path() + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    check_left_out("SSLKEYLOGFILE=" + pipe);  // nobody reads it
    check_refused(with_environment({}, {"--tls-keylog", "/gone/keys"}), 2, {"cannot write the TLS key log /gone/keys"});
}

TEST_CASE("certificates of authorities from the environment") {
    check_left_out("MQTTS_CAPATH=/gone");
    check_left_out("MQTTS_CAPATH=/gone", {"--tls-use-os-certs"});
    check_unnoticed({"SSL_CERT_FILE=/gone", "SSL_CERT_DIR=/gone", "OPENSSL_CONF=/gone"});
    const auto system_trust = [](const Words& environment) {
        return run({.arguments = mqtts_pub(with({"-h", "localhost", "-p", std::to_string(broker().port())}, message)),
                    .environment = environment});
    };
    check_refused(system_trust({"MQTTS_CAFILE=/gone"}), 2,
                  {"/gone: no such file or directory (--cafile: environment variable MQTTS_CAFILE)"});
    check_refused(system_trust({"SSL_CERT_FILE=/gone"}), 2, {"SSL_CERT_FILE /gone: no such file or directory"});
    const Outcome no_directory = system_trust({"SSL_CERT_FILE=", "SSL_CERT_DIR=/gone"});
    CHECK((no_directory.status == 2 || no_directory.status == 5));  // 5: the system has a file, too
    CHECK_MESSAGE(contains(no_directory.error, "SSL_CERT_DIR /gone"), no_directory.error);
    check_refused(system_trust({"MQTTS_CAFILE=" + broker().key_file()}), 2, {"environment variable MQTTS_CAFILE"});
}

TEST_CASE("a file from the environment that is left out and then missed is named with its reason") {
    const std::string key = broker().key_file();
    const auto publish = [&](const Words& options, const Words& environment) {
        return run({.arguments = mqtts_pub(
                        with({"-h", "localhost", "-p", std::to_string(broker().port())}, with(message, options))),
                    .environment = environment});
    };
    check_refused(publish({"--tls-use-os-certs"}, {"MQTTS_CAFILE=" + key}), 5,
                  {"(--cafile: environment variable MQTTS_CAFILE, left out: ", key});
    check_refused(publish({"--tls-use-os-certs"}, {"MQTTS_CAFILE=/gone", "MQTTS_CAPATH=/away"}), 5,
                  {"environment variable MQTTS_CAFILE, left out: ", "/gone", "MQTTS_CAPATH, left out: ", "/away"});
    const Mosquitto stranger;
    check_refused(publish({"--cafile", stranger.ca_file()}, {"MQTTS_CAPATH=/gone"}), 5,
                  {"(--capath: environment variable MQTTS_CAPATH, left out: ", "/gone"});
}

TEST_CASE("several files from the environment are left out together") {
    const TemporaryDirectory directory;
    const Words words = without_identity({"--cert", bundle(directory), "-d"});
    const Outcome outcome = run({.arguments = words, .environment = {"MQTTS_CAPATH=/gone", "MQTTS_KEY=/gone"}});
    check_refused(outcome, 0, {"MQTTS_CAPATH is left out: ", "MQTTS_KEY is left out: "});
}

TEST_CASE("a certificate and key from the environment, beside those that were typed") {
    const TemporaryDirectory directory;
    const std::string both = bundle(directory);
    const std::string other = directory.write("other.pem", read_file(broker().ca_file()));
    const auto publish = [](const Words& environment, const Words& more) {
        return run({.arguments = without_identity(more), .environment = environment});
    };
    for (const std::string& key : {std::string("/gone"), other}) {
        const Outcome outcome = publish({"MQTTS_KEY=" + key}, {"--cert", both});
        CHECK_MESSAGE(outcome.status == 0, outcome.error);
        CHECK(outcome.error.empty());
        CHECK(contains(publish({"MQTTS_KEY=" + key}, {"--cert", both, "-d"}).error, "MQTTS_KEY is left out: "));
    }
    CHECK(publish({"MQTTS_CERT=/gone"}, {"--cert", both}).status == 0);
    CHECK(publish({"MQTTS_CERT=" + both}, {}).status == 0);
    check_refused(publish({"MQTTS_CERT=/gone"}, {}), 2, {"(--cert: environment variable MQTTS_CERT)"});
    check_refused(publish({"MQTTS_KEY=/gone"}, {"--cert", broker().certificate_file()}), 2,
                  {"key file /gone: ", "(--key: environment variable MQTTS_KEY)"});
}

TEST_CASE("a pass phrase from the environment that is for another key") {
    const TemporaryDirectory directory;
    const Identity identity{read_file(broker().certificate_file()), read_file(broker().key_file())};
    const std::string key = directory.write("key.pem", encrypted_key_pem(identity, "right"));
    const auto publish = [](const Words& options) {
        return run({.arguments = without_identity(with({"--cert", broker().certificate_file()}, options)),
                    .environment = {"MQTTS_KEY_PASS=secret"}});
    };
    CHECK(publish({"--key", broker().key_file()}).status == 0);  // it has none
    CHECK(publish({"--key", key, "--key-pass", "right"}).status == 0);
    const Outcome wrong = publish({"--key", key});
    check_refused(wrong, 2, {"does not open " + key + " (--key-pass: environment variable MQTTS_KEY_PASS)"});
    CHECK_FALSE(contains(wrong.error, "secret"));
}

TEST_CASE("what fails for a variable names it") {
    check_refused(run({.arguments = mqtts_pub(message), .environment = {"MQTTS_HOST=nowhere.invalid"}}), 4,
                  {"cannot resolve nowhere.invalid: ", "(--host: environment variable MQTTS_HOST)"});
    check_refused(run({.arguments = mqtts_pub(message), .environment = {"MQTTS_PORT=" + std::to_string(free_port())}}),
                  4, {"connection refused", "(--port: environment variable MQTTS_PORT)"});
    const std::string nobody = "127.0.0.1:" + std::to_string(free_port());
    const Words place{"MQTTS_HOST=nowhere.invalid", "MQTTS_PORT=1"};
    for (const Words& options :
         {Words{"-h", nobody}, Words{"-L", "mqtts://" + nobody}, Words{"--connect-to", nobody}}) {
        const Outcome typed = run({.arguments = mqtts_pub(with(message, options)), .environment = place});
        check_refused(typed, 4, {"cannot connect to " + nobody + ": "});
        CHECK_FALSE(contains(typed.error, "environment"));
    }
    const TemporaryDirectory directory;
    const std::string file =
        directory.write("openssl.cnf", "openssl_conf = a\n[a]\nproviders = p\n[p]\nnone = n\n[n]\nactivate = 1\n");
    check_refused(with_environment({"OPENSSL_CONF=" + file}), 6, {file + " (OPENSSL_CONF)"});
}
