// SPDX-License-Identifier: Apache-2.0
// The options of enhanced authentication: what becomes of them, and how they contradict others.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

std::string sub_refusal(std::vector<std::string> options) {
    options.insert(options.begin(), {"-t", "a"});
    const auto parsed = CommandLine(cli::Command::subscribe, options).parse();
    REQUIRE(parsed.has_error());
    CHECK(exit_status(parsed.error().code) == 2);
    return one_line(parsed.error());
}

}  // namespace

TEST_CASE("with SCRAM, user name and password are in its messages, and not in CONNECT") {
    for (const char* method : {"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
        const client::Settings client =
            publish({"-t", "a", "-n", "--auth-method", method, "-u", "me", "-P", "secret"}).client;
        CHECK(client.authentication.method == method);
        CHECK(client.authentication.user_name == "me");
        CHECK(client.authentication.password.view() == "secret");
        CHECK(client.session.authentication_method == method);
        CHECK_FALSE(client.session.user_name);
        CHECK_FALSE(client.session.password);
        CHECK(client.version_pinned);
        CHECK(client.needs_version_5 == "--auth-method");
    }
    const client::Settings of_url =
        subscribe({"-L", "mqtts://me:secret@host/a", "--auth-method", "SCRAM-SHA-1"}).client;
    CHECK(of_url.authentication.user_name == "me");
    CHECK(of_url.authentication.password.view() == "secret");
    CHECK(subscribe({"-t", "a", "--auth-method", "SCRAM-SHA-1", "-u", "me", "--pw-prompt"}).prompt_password);
    const cli::Settings of_environment =
        *CommandLine(cli::Command::subscribe, {"-t", "a", "--auth-method", "SCRAM-SHA-1"},
                     {{"MQTTS_USERNAME", "me"}, {"MQTTS_PASSWORD", "secret"}})
             .parse();
    CHECK(of_environment.client.authentication.password.view() == "secret");
}

TEST_CASE("any other method has a file, and user name and password are in CONNECT as ever") {
    const client::Settings client =
        subscribe({"-t", "a", "--auth-method", "OAUTH2-JWT", "--auth-data-file", "jwt", "-u", "me", "-P", "x"}).client;
    CHECK(client.authentication.method == "OAUTH2-JWT");
    CHECK(client.authentication.data_file == "jwt");
    CHECK(client.session.authentication_method == "OAUTH2-JWT");
    CHECK(client.session.user_name == "me");
    CHECK(client.session.password == "x");
    CHECK(subscribe({"--check", "--auth-method", "X", "--auth-data-file", "f"}).client.authentication.method == "X");
}

TEST_CASE("without a method there is none") {
    const client::Settings client = publish({"-t", "a", "-n", "-u", "me", "-P", "secret"}).client;
    CHECK(client.authentication.method.empty());
    CHECK(client.session.authentication_method.empty());
    CHECK(client.session.password == "secret");
}

TEST_CASE("what is missing is named, and where to give it") {
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-256", "-P", "x"}) ==
          "--auth-method SCRAM-SHA-256 needs a user name; give -u");
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-256", "-u", "me"}) ==
          "--auth-method SCRAM-SHA-256 needs a password; give --pw-file, --pw-prompt or MQTTS_PASSWORD");
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-256", "-u", "", "-P", "x"}) ==
          "--auth-method SCRAM-SHA-256 needs a user name; give -u");
    CHECK(sub_refusal({"--auth-method", "JWT"}) == "--auth-method 'JWT' needs its data; give --auth-data-file");
    CHECK(sub_refusal({"--auth-data-file", "f"}) ==
          "--auth-data-file needs the method that it is for; give --auth-method");
    CHECK(sub_refusal({"--auth-method", ""}) == "--auth-method: must not be empty");
    CHECK(sub_refusal({"--auth-method", "JWT", "--auth-data-file", ""}) == "--auth-data-file: must not be empty");
}

TEST_CASE("what contradicts a method is named") {
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-1", "-u", "me", "-P", "x", "--auth-data-file", "f"}) ==
          "--auth-data-file is for other methods than SCRAM-SHA-1, which proves the password; leave out "
          "--auth-data-file");
    for (const char* version : {"311", "31"})
        CHECK(sub_refusal({"--auth-method", "JWT", "--auth-data-file", "f", "-V", version}) ==
              std::string("--auth-method contradicts -V ") + version +
                  ": only MQTT 5 has enhanced authentication; leave out -V");
    for (const std::string name : {"authentication-method", "authentication-data"}) {
        std::vector<std::string> options{"--auth-method", "JWT", "--auth-data-file", "f", "-D", "connect", name, "x"};
        if (name == "authentication-data")
            options.insert(options.end(), {"-D", "connect", "authentication-method", "x"});
        CHECK(sub_refusal(options) ==
              "--auth-method and -D connect authentication-method exclude each other; leave out -D connect "
              "authentication-method");
    }
}

TEST_CASE("a SCRAM method that there is not is answered with those that there are") {
    for (const std::string name : {"SCRAM-MD5", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-384", "scram-sha-256", "SCRAM"})
        CHECK(sub_refusal({"--auth-method", name, "-u", "me", "-P", "x"}) ==
              "--auth-method: '" + name + "' is not supported; give SCRAM-SHA-1, SCRAM-SHA-256 or SCRAM-SHA-512");
}

TEST_CASE("SCRAM takes only what SASLprep leaves as it is") {
    CHECK(publish({"-t", "a", "-n", "--auth-method", "SCRAM-SHA-1", "-u", "a, b=c", "-P", " ~"})
              .client.authentication.user_name == "a, b=c");
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-1", "-u", "J\xC3\xBCrgen", "-P", "x"}) ==
          "SCRAM-SHA-1 takes only printable ASCII characters, and the user name has others; use a user name of "
          "printable ASCII characters");
    CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-1", "-u", "a\tb", "-P", "x"}).starts_with("-u: "));
    for (const char* password : {"J\xC3\xBCrgen", "a\tb", "a\x7F"})
        CHECK(sub_refusal({"--auth-method", "SCRAM-SHA-1", "-u", "x", "-P", password}) ==
              "SCRAM-SHA-1 takes only printable ASCII characters, and the password has others; use a password of "
              "printable ASCII characters");
}

TEST_CASE("--early has no effect with a method") {
    const cli::Settings settings = subscribe({"-t", "a", "--early", "--auth-method", "JWT", "--auth-data-file", "f"});
    REQUIRE(settings.warnings.size() == 1);
    CHECK(settings.warnings.front().cause ==
          "--early has no effect: with --auth-method nothing may be sent before the broker has accepted the "
          "connection");
}
