// SPDX-License-Identifier: Apache-2.0
// Our certificate, its key and our password in every form, against a real broker that insists on them.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/identity_forms.hpp"
#include "support/pseudo_terminal.hpp"

namespace {

using namespace mqtts::test;

const std::string secret = "correct horse";

Mosquitto& broker() {
    static Mosquitto broker;
    return broker;
}

Identity identity() {
    return {read_file(broker().certificate_file()), read_file(broker().key_file())};
}

/// Publishes a message with `identity`, the options that say who we are.
Words publishing(const Words& identity) {
    Words words = mqtts_pub({"-h", "localhost", "-p", std::to_string(broker().port()), "--cafile", broker().ca_file(),
                             "-t", "a", "-q", "1", "-m", "x"});
    words.insert(words.end(), identity.begin(), identity.end());
    return words;
}

/// A terminal at which a program asks, and the program.
struct Dialogue {
    explicit Dialogue(const Words& words)
        : program({.arguments = PseudoTerminal::of(words), .input = File{terminal.path()}}) {}

    PseudoTerminal terminal;
    Process program;
};

}  // namespace

TEST_CASE("a broker that wants a certificate takes one in DER, in PKCS#12, and with an encrypted key") {
    const TemporaryDirectory directory;
    const std::string der = directory.write("c.der", certificate_der(identity()));
    const std::string der_key = directory.write("k.der", key_der(identity()));
    const std::string bundle = directory.write("b.p12", pkcs12(identity(), secret));
    const std::string key = directory.write("k.pem", encrypted_key_pem(identity(), secret));
    const std::string pass = directory.write("pass", secret + "\nfor the lamp\n");
    const struct {
        Words identity;
        Words environment;
    } rows[] = {{{"--cert", der, "--key", der_key}, {}},
                {{"--cert", bundle, "--key-pass-file", pass}, {}},
                {{"--cert", bundle}, {"MQTTS_KEY_PASS=" + secret}},
                {{"--cert", der, "--key", key, "--key-pass-file", pass}, {}},
                {{"--cert", der, "--key", key}, {"MQTTS_KEY_PASS=" + secret}}};
    for (const auto& row : rows) {
        const Outcome outcome = run({.arguments = publishing(row.identity), .environment = row.environment});
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
    }
}

TEST_CASE("a wrong pass phrase ends with status 2 and a sentence without it") {
    const TemporaryDirectory directory;
    const std::string bundle = directory.write("b.p12", pkcs12(identity(), secret));
    const Outcome outcome =
        run({.arguments = publishing({"--cert", bundle, "-d"}), .environment = {"MQTTS_KEY_PASS=wrong-one"}});
    CHECK(outcome.status == 2);
    CHECK(outcome.error == "mqtts-pub: the pass phrase does not open " + bundle +
                               " (--key-pass: environment variable MQTTS_KEY_PASS)\n");
}

TEST_CASE("without a terminal, an encrypted key and --pw-prompt are errors that say what to do, and never wait") {
    const TemporaryDirectory directory;
    const std::string bundle = directory.write("b.p12", pkcs12(identity(), secret));
    const Outcome key = run({.arguments = without_terminal(publishing({"--cert", bundle}))});
    CHECK(key.status == 2);
    CHECK(key.error == "mqtts-pub: " + bundle +
                           " is encrypted, and there is no terminal to ask at; give its pass phrase with "
                           "--key-pass-file or in MQTTS_KEY_PASS\n");
    const Outcome password =
        run({.arguments = without_terminal(mqtts_pub(broker(), {"-t", "a", "-n", "--pw-prompt"}))});
    CHECK(password.status == 2);
    CHECK(password.error ==
          "mqtts-pub: --pw-prompt: there is no terminal to ask at; give the password with --pw-file or in "
          "MQTTS_PASSWORD\n");
}

TEST_CASE("a pass phrase typed at the terminal is not shown, and opens the key") {
    const TemporaryDirectory directory;
    const std::string bundle = directory.write("b.p12", pkcs12(identity(), secret));
    Dialogue dialogue(publishing({"--cert", bundle}));
    dialogue.terminal.wait_for("pass phrase of " + bundle + ": ");
    CHECK_FALSE(dialogue.terminal.echoes());
    dialogue.terminal.type(secret + "\n");
    const Outcome outcome = dialogue.program.wait();
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
    dialogue.terminal.wait_for("\n");
    CHECK(dialogue.terminal.echoes());
    CHECK_FALSE(contains(dialogue.terminal.shown(), secret));
}

TEST_CASE("a password typed at the terminal is the one the broker gets") {
    const Mosquitto guarded({.users = {{"ann", secret}}});
    const Words words = mqtts_pub(guarded, {"-t", "a", "-q", "1", "-m", "x", "-u", "ann", "--pw-prompt", "-d"});
    for (const auto& [typed, status] : {std::pair{secret, 0}, std::pair{std::string("guess"), 7}}) {
        Dialogue dialogue(words);
        dialogue.terminal.wait_for("password of ann at localhost: ");
        dialogue.terminal.type(typed + "\n");
        const Outcome outcome = dialogue.program.wait();
        CHECK_MESSAGE(outcome.status == status, outcome.error);
        CHECK_FALSE(contains(outcome.error + outcome.output + dialogue.terminal.shown(), typed));
    }
}

TEST_CASE("a signal, -W and the end of the terminal end the question, and the terminal is as it was") {
    const Words asking = mqtts_pub(broker(), {"-t", "a", "-n", "--pw-prompt"});
    const std::string question = "password at localhost: ";
    SUBCASE("SIGINT from the keyboard") {
        Dialogue dialogue(asking);
        dialogue.terminal.wait_for(question);
        dialogue.terminal.type("half\x03");
        CHECK(dialogue.program.wait().status == 128 + SIGINT);
        CHECK(dialogue.terminal.echoes());
    }
    SUBCASE("SIGTERM") {
        Dialogue dialogue(asking);
        dialogue.terminal.wait_for(question);
        dialogue.program.signal(SIGTERM);
        CHECK(dialogue.program.wait().status == 128 + SIGTERM);
        CHECK(dialogue.terminal.echoes());
    }
    SUBCASE("SIGTSTP; whoever goes on after it is asked again") {
        Dialogue dialogue(asking);
        dialogue.terminal.wait_for(question);
        dialogue.program.signal(SIGTSTP);
        dialogue.terminal.wait_for(question + "\r\n" + question);
        dialogue.terminal.type("x\n");
        CHECK(dialogue.program.wait().status == 0);
    }
    SUBCASE("-W") {
        with_enough_time(0.5, [&](const std::string& seconds) {
            Words limited = asking;
            limited.insert(limited.end(), {"-W", seconds});
            Dialogue dialogue(limited);
            const Outcome outcome = dialogue.program.wait();
            if (!dialogue.terminal.shows(question)) return false;
            CHECK(outcome.status == 27);
            CHECK(contains(outcome.error, "timed out"));
            CHECK(dialogue.terminal.echoes());
            return true;
        });
    }
    SUBCASE("end of file") {
        Dialogue dialogue(asking);
        dialogue.terminal.wait_for(question);
        dialogue.terminal.type("\x04");
        const Outcome outcome = dialogue.program.wait();
        CHECK(outcome.status == 2);
        CHECK(contains(outcome.error, "nothing was typed"));
    }
}

TEST_CASE("a key that everybody can read is used with a warning, and with --quiet without") {
    const TemporaryDirectory directory;
    const std::string key = directory.write("k.pem", identity().key_pem);
    ::chmod(key.c_str(), 0644);
    const Words identity = {"--cert", broker().certificate_file(), "--key", key};
    const Outcome warned = run({.arguments = publishing(identity)});
    CHECK(warned.status == 0);
    CHECK(contains(warned.error,
                   "every user of this machine can read " + key + ", the private key; run chmod o-r " + key));
    Words quiet = publishing(identity);
    quiet.emplace_back("--quiet");
    CHECK(run({.arguments = quiet}).error == "");
}
