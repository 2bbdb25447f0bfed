// SPDX-License-Identifier: Apache-2.0
// Our certificate and its key in a token, which here is made of software (SoftHSM), against a real broker that insists
// on them. Once by OpenSSL's engine for tokens, and once, with MQTTS_TEST_TOKEN=provider, by its provider.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "integration/programs.hpp"
#include "support/identity_forms.hpp"
#include "support/pseudo_terminal.hpp"
#include "tls/pkcs11.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;

const std::string module = "/usr/lib/softhsm/libsofthsm2.so";
const std::string pin = "73&1 55";  // has to be percent-encoded in a URI
const std::string encoded_pin = "73%261%2055";
const std::string uri = "pkcs11:token=lamp;object=client";

bool by_provider() {
    const char* way = std::getenv("MQTTS_TEST_TOKEN");
    return way != nullptr && way == std::string_view("provider");
}

Mosquitto& token_broker() {
    static Mosquitto broker;
    return broker;
}

/// A token called "lamp" with the certificate of the broker's client and its key; another pair, and a key alone.
class Token {
public:
    Token() {
        configuration_ = directory_.write(
            "softhsm.conf", "directories.tokendir = " + directory_.path() + "\nobjectstore.backend = file\n");
        const Identity client{read_file(token_broker().certificate_file()), read_file(token_broker().key_file())};
        must({"softhsm2-util", "--module", module, "--init-token", "--free", "--label", "lamp", "--so-pin", "87654321",
              "--pin", pin});
        const Identity other = self_signed({.common_name = "other"});
        add("privkey", "client", "01", key_der(client));
        add("cert", "client", "01", certificate_der(client));
        add("privkey", "other", "02", key_der(other));
        add("cert", "other", "02", certificate_der(other));
        add("privkey", "alone", "03", key_der(client));
    }

    /// For a program that has this token, and one way to it.
    [[nodiscard]] Words environment() const {
        return {"SOFTHSM2_CONF=" + configuration_, "PKCS11_MODULE_PATH=" + module,
                (by_provider() ? "OPENSSL_ENGINES=" : "OPENSSL_MODULES=") + directory_.path(),
                "LSAN_OPTIONS=suppressions=" + leaks_};
    }
    [[nodiscard]] const TemporaryDirectory& directory() const noexcept { return directory_; }

private:
    void must(const Words& words) const {
        const Outcome outcome = run({.arguments = words, .environment = environment()});
        if (outcome.status == 0) return;
        throw std::runtime_error(words.front() + ": " + outcome.error + outcome.output);
    }

    void add(const std::string& type, const std::string& label, const std::string& id, const std::string& der) const {
        must({"pkcs11-tool", "--module", module, "--token-label", "lamp", "--login", "--pin", pin, "--write-object",
              directory_.write("object.der", der), "--type", type, "--label", label, "--id", id});
    }

    TemporaryDirectory directory_;
    std::string configuration_;
    /// The engine of Debian 13 leaks what it has looked for in vain.
    std::string leaks_ = directory_.write("leaks", "leak:engines-3/pkcs11.so\n");
};

bool is_installed(const Words& words) {
    return run({.arguments = words}).status == 0;
}

/// Says why, and is the end of this program.
[[noreturn]] void skip(const std::string& reason) {
    std::printf("skipped: %s\n", reason.c_str());
    std::exit(skipped_status);
}

const Token& token() {
    if (by_provider() && contains(MQTTS_SANITIZE, "address"))
        skip("the provider loads a module with RTLD_DEEPBIND, which AddressSanitizer ends the program for");
    const Words engine{"openssl", "engine", "pkcs11"};
    const Words provider{"openssl", "list", "-providers", "-provider", "pkcs11"};
    static const bool complete = ::access(module.c_str(), R_OK) == 0 && is_installed({"softhsm2-util", "--version"}) &&
                                 is_installed({"sh", "-c", "command -v pkcs11-tool"}) &&
                                 is_installed(by_provider() ? provider : engine);
    if (!complete)
        skip(std::string("there is no token, or no way to it (apt install softhsm2 opensc ") +
             (by_provider() ? "pkcs11-provider)" : "libengine-pkcs11-openssl)"));
    static const Token token;
    return token;
}

/// Publishes a message, or a stream of them, with `identity`, the options that say who we are.
Words publishing_with(const Words& identity, const Words& message = {"-m", "x"}) {
    Words words = mqtts_pub({"-h", "localhost", "-p", std::to_string(token_broker().port()), "--cafile",
                             token_broker().ca_file(), "-t", "a", "-q", "1"});
    words.insert(words.end(), identity.begin(), identity.end());
    words.insert(words.end(), message.begin(), message.end());
    return words;
}

Outcome publish(const Words& identity, const Words& more_environment = {}) {
    Words environment = token().environment();
    environment.insert(environment.end(), more_environment.begin(), more_environment.end());
    return run({.arguments = without_terminal(publishing_with(identity)), .environment = environment});
}

}  // namespace

TEST_CASE("a broker that wants a certificate takes one of which the key is in a token") {
    const std::string pin_file = token().directory().write("pin", pin + "\nof the lamp\n");
    const struct {
        Words identity;
        Words environment = {};
    } rows[] = {{{"--cert", uri}, {"MQTTS_KEY_PASS=" + pin}},
                {{"--cert", uri, "--key-pass-file", pin_file}},
                {{"--cert", uri + "?pin-source=" + pin_file}},
                {{"--cert", uri + "?pin-source=file://" + pin_file}},
                {{"--cert", uri + "?pin-value=" + encoded_pin}},
                {{"--cert", uri + ";type=cert", "--key", uri + ";type=private?pin-value=" + encoded_pin}},
                {{"--cert", token_broker().certificate_file(), "--key", uri + "?pin-value=" + encoded_pin}},
                {{"--cert", uri, "--key", token_broker().key_file()}}};
    for (const auto& row : rows) {
        const Outcome outcome = publish(row.identity, row.environment);
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
    }
}

TEST_CASE("a token that is of no use is named, with the reason, and without the PIN") {
    const std::string with_pin = "?pin-value=" + encoded_pin;
    const std::string wrong_pin = by_provider() ? "the PIN is wrong, or no token has it" : "PIN incorrect";
    const std::string not_there = by_provider() ? "no token has it" : "object not found";
    const struct {
        Words identity;
        std::string error;
    } rows[] = {
        {{"--cert", uri + "?pin-value=4321"}, "cannot use key " + uri + ": " + wrong_pin},
        {{"--cert", "pkcs11:token=none" + with_pin}, "cannot use certificate pkcs11:token=none: " + not_there},
        {{"--cert", "pkcs11:lamp" + with_pin},
         "cannot use the certificate of the pkcs11: URI: its part 1 is not an attribute; write each attribute as "
         "NAME=VALUE"},
        {{"--cert", uri, "--key", "pkcs11:token=lamp;object=other" + with_pin},
         "key file pkcs11:token=lamp;object=other does not belong to the certificate in " + uri +
             "; find the key that " + uri + " was made with, or request a new certificate"},
        {{"--cert", token_broker().certificate_file(), "--key", "pkcs11:token=lamp;object=alone" + with_pin},
         "cannot use key pkcs11:token=lamp;object=alone: the token has neither its public key nor its certificate; "
         "store one of them there"},
        {{"--cert", uri},
         uri + " wants a PIN, and there is no terminal to ask at; give its PIN with --key-pass-file or in "
               "MQTTS_KEY_PASS"}};
    for (const auto& row : rows) {
        const Outcome outcome = publish(row.identity);
        CHECK(outcome.status == 2);
        CHECK(outcome.error == "mqtts-pub: " + row.error + "\n");
    }
}

TEST_CASE("a file that has the name of an object in a token is not taken for it") {
    const std::string name = "pkcs11:object=file";
    const TemporaryDirectory here;
    here.write(name, read_file(token_broker().certificate_file()) + read_file(token_broker().key_file()));
    Words words = publishing_with({"--cert", name + "?pin-value=" + encoded_pin});
    words.insert(words.begin(), {"sh", "-c", "cd \"$0\" && exec \"$@\"", here.path()});
    const Outcome outcome = run({.arguments = without_terminal(words), .environment = token().environment()});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 2);
    CHECK(outcome.error.starts_with("mqtts-pub: cannot use certificate pkcs11:object=file: "));
}

TEST_CASE("without a way to tokens, the error says what to install") {
    const std::string nothing = token().directory().path();
    const Outcome outcome = publish({"--cert", uri}, {"OPENSSL_ENGINES=" + nothing, "OPENSSL_MODULES=" + nothing});
    CHECK(outcome.status == 2);
    CHECK(outcome.error == "mqtts-pub: cannot use certificate " + uri + ": OpenSSL has no module for tokens; install " +
                               tls::token_package(os::release()) + "\n");
}

TEST_CASE("a PIN typed at the terminal is not shown, and opens the token") {
    PseudoTerminal terminal;
    Process program({.arguments = PseudoTerminal::of(publishing_with({"--cert", uri})),
                     .environment = token().environment(),
                     .input = File{terminal.path()}});
    terminal.wait_for("PIN of " + uri + ": ");
    CHECK_FALSE(terminal.echoes());
    terminal.type(pin + "\n");
    const Outcome outcome = program.wait();
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
    CHECK_FALSE(contains(terminal.shown(), pin));
}

TEST_CASE("a PIN in a URI does not stay in the list of processes") {
    Process publisher(
        {.arguments = publishing_with({"--cert", uri + "?pin-value=" + encoded_pin}, {"-l", "-i", "hider"}),
         .environment = token().environment(),
         .input = Pipe{}});
    token_broker().wait_for_log("as hider");
    const std::string command_line = read_file("/proc/" + std::to_string(publisher.id()) + "/cmdline");
    CHECK(contains(command_line, uri));
    CHECK_FALSE(contains(command_line, encoded_pin));
    publisher.close_input();
    CHECK(publisher.wait().status == 0);
}
