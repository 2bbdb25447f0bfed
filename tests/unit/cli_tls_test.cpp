// SPDX-License-Identifier: Apache-2.0
// The options on TLS: their values, and what contradicts what.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

tls::Policy policy(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"-t", "a"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    auto parsed = CommandLine(cli::Command::subscribe, arguments).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return parsed->tls;
}

std::string refused(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"-t", "a"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto parsed = CommandLine(cli::Command::subscribe, arguments).parse();
    REQUIRE(parsed.has_error());
    CHECK(exit_status(parsed.error().code) == 2);
    return one_line(parsed.error());
}

const std::string pin_of_nothing = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

}  // namespace

TEST_CASE("the lowest TLS version, in each spelling") {
    CHECK(policy({}).minimum_version == tls::Version::v1_2);
    for (const std::string version : {"tlsv1.2", "TLSv1.2", "1.2"})
        CHECK(policy({"--tls-version", version}).minimum_version == tls::Version::v1_2);
    for (const std::string version : {"tlsv1.3", "TLSv1.3", "1.3"})
        CHECK(policy({"--tls-version", version}).minimum_version == tls::Version::v1_3);
    for (const std::string version : {"tlsv1.1", "tlsv1", "1.0", "SSLv3"})
        CHECK(refused({"--tls-version", version}) ==
              "--tls-version: '" + version + "' is insecure and not supported; give tlsv1.2 or tlsv1.3");
    CHECK(refused({"--tls-version", "1.4"}) == "--tls-version: '1.4' is not a version of TLS; give tlsv1.2 or tlsv1.3");
}

TEST_CASE("application protocols come one by one, or with commas between them") {
    CHECK(policy({"--tls-alpn", "mqtt"}).application_protocols == std::vector<std::string>{"mqtt"});
    CHECK(policy({"--tls-alpn", "a,b", "--tls-alpn", "c"}).application_protocols ==
          std::vector<std::string>{"a", "b", "c"});
    for (const std::string list : {"", "a,", ",a", "a,,b"})
        CHECK(refused({"--tls-alpn", list}).find("1 to 255 bytes") != std::string::npos);
    CHECK(policy({"--tls-alpn", std::string(255, 'x')}).application_protocols.size() == 1);
    CHECK(refused({"--tls-alpn", std::string(256, 'x')}).find("1 to 255 bytes") != std::string::npos);
}

TEST_CASE("pins add up, and have to be complete") {
    const auto settings = policy({"--pin", pin_of_nothing, "--pin=" + pin_of_nothing});
    REQUIRE(settings.pins.size() == 2);
    CHECK(settings.pins[0][0] == 0xe3);
    CHECK(settings.pins[1][31] == 0x55);
    for (const std::string& pin : {pin_of_nothing.substr(8), std::string("sha256//"), "sha256//" + std::string(44, '!'),
                                   std::string("sha256//AAAA"), "sha1//" + pin_of_nothing.substr(8)})
        CHECK(refused({"--pin", pin}) ==
              "--pin: its value is not a pin; give sha256// and the 44 characters of a SHA-256 in base64");
}

TEST_CASE("revocation lists add up; stapling can only be required; days are a number") {
    CHECK(policy({"--crl", "a.pem", "--crl", "b.pem"}).crl_files == std::vector<std::string>{"a.pem", "b.pem"});
    CHECK(policy({"--ocsp-stapling", "require"}).staple_required);
    CHECK(refused({"--ocsp-stapling", "maybe"}) == "--ocsp-stapling: unknown value 'maybe'; give require");
    CHECK(policy({"--min-cert-days", "30"}).minimum_days_remaining == 30U);
    CHECK(policy({"--min-cert-days", "0"}).minimum_days_remaining == 0U);
    CHECK_FALSE(policy({}).minimum_days_remaining.has_value());
    CHECK(refused({"--min-cert-days", "soon"}) == "--min-cert-days: 'soon' is not a number from 0 to 36500");
}

TEST_CASE("a pre-shared key is hexadecimal, has a name, and disappears from the command line") {
    const auto settings = policy({"--psk", "00fFa1", "--psk-identity", "sensor"});
    CHECK(settings.shared_key.view() == std::string_view("\0\xff\xa1", 3));
    CHECK(settings.shared_key_identity == "sensor");
    CommandLine line(cli::Command::subscribe, {"-t", "a", "--psk", "00ffa1", "--psk-identity", "sensor"});
    CHECK(line.parse().has_value());
    CHECK(line.arguments()[3].find("ffa1") == std::string::npos);
    for (const std::string key : {"0", "xyz", "", "00 1"}) {
        const std::string sentence = refused({"--psk", key, "--psk-identity", "sensor"});
        CHECK(sentence.starts_with("--psk: the key "));
        CHECK((key.empty() || sentence.find("'" + key) == std::string::npos));
    }
    CHECK(refused({"--psk", "0x12", "--psk-identity", "s"}) ==
          "--psk: the key is not hexadecimal; use only the digits 0 to 9 and a to f");
    CHECK(refused({"--psk", std::string(514, '0'), "--psk-identity", "s"}).find("2 to 512") != std::string::npos);
    CHECK(refused({"--psk", "00", "--psk-identity", ""}).find("give 1 to 128 bytes") != std::string::npos);
    CHECK(refused({"--psk", "00"}) == "--psk needs the name of the key; give --psk-identity");
    CHECK(refused({"--psk-identity", "sensor"}) == "--psk-identity needs a key; give --psk");
}

TEST_CASE("a pre-shared key and certificates exclude each other") {
    const std::vector<std::vector<std::string>> others = {
        {"--cafile", "x"},       {"--capath", "x"},         {"--tls-use-os-certs"}, {"--cert", "x"},
        {"--insecure"},          {"--pin", pin_of_nothing}, {"--crl", "x"},         {"--ocsp-stapling", "require"},
        {"--min-cert-days", "1"}};
    for (const std::vector<std::string>& other : others) {
        std::vector<std::string> options{"--psk", "00", "--psk-identity", "sensor"};
        options.insert(options.end(), other.begin(), other.end());
        CHECK(refused(options).starts_with(
            "--psk and " + other.front() +
            " exclude each other: a pre-shared key replaces all certificates; give only one of --psk and " +
            other.front()));
    }
}

TEST_CASE("what has to be proved contradicts --insecure") {
    const std::vector<std::vector<std::string>> others = {
        {"--pin", pin_of_nothing}, {"--crl", "x"}, {"--ocsp-stapling", "require"}, {"--min-cert-days", "1"}};
    for (const std::vector<std::string>& other : others) {
        std::vector<std::string> options{"--insecure"};
        options.insert(options.end(), other.begin(), other.end());
        CHECK(refused(options) ==
              "--insecure and " + other.front() +
                  " exclude each other: without verification no other check is made; give only one of --insecure and " +
                  other.front());
    }
}

TEST_CASE("a pin decides alone only if it is asked to, and then nothing else is asked for") {
    CHECK_FALSE(policy({"--pin", pin_of_nothing}).pins_suffice);
    CHECK(policy({"--pin", pin_of_nothing, "--pin-only"}).pins_suffice);
    CHECK(policy({"--pin-only", "--pin", pin_of_nothing, "--tls-name", "a", "--tls-session-cache"}).pins_suffice);
    CHECK(refused({"--pin-only"}) == "--pin-only needs the key to trust; give --pin");
    const std::vector<std::vector<std::string>> others = {{"--cafile", "x"},
                                                          {"--capath", "x"},
                                                          {"--tls-use-os-certs"},
                                                          {"--crl", "x"},
                                                          {"--ocsp-stapling", "require"},
                                                          {"--min-cert-days", "0"},
                                                          {"--insecure"}};
    for (const std::vector<std::string>& other : others) {
        std::vector<std::string> options{"--pin-only", "--pin", pin_of_nothing};
        options.insert(options.end(), other.begin(), other.end());
        CHECK(refused(options) ==
              "--pin-only and " + other.front() +
                  " exclude each other: the key of --pin decides alone; give only one of --pin-only and " +
                  other.front());
    }
    CHECK(refused({"--pin-only", "--psk", "00", "--psk-identity", "x"}).starts_with("--pin-only needs"));
}

TEST_CASE("nothing turns --pin-only on but its whole name") {
    for (const std::string option : {"--pin-onl", "--pin-o", "--pinonly", "--pin_only"})
        CHECK(refused({"--pin", pin_of_nothing, option}).starts_with("unknown option"));
    for (const std::string option : {"--pin-only=", "--pin-only=yes"})
        CHECK(refused({"--pin", pin_of_nothing, option}) == "--pin-only takes no value");
    CHECK(refused({"--pin", "--pin-only"}) ==
          "--pin: '--pin-only' is not a pin; give sha256// and the 44 characters of a SHA-256 in base64");
    CHECK(refused({"--pin", pin_of_nothing, "--pin-only", "yes"}) ==
          "word 6 of the command line belongs to no option: --pin-only before it takes no value; give the broker with "
          "-h, a topic filter with -t, a command after --");
}

TEST_CASE("names that no certificate can have") {
    CHECK(policy({"--tls-name", "broker.example"}).server_name == "broker.example");
    CHECK(policy({"--tls-name", "xn--bcher-kva.example"}).server_name == "xn--bcher-kva.example");
    CHECK(refused({"--tls-name", ""}) == "--tls-name: must not be empty");
    CHECK(refused({"--tls-name", ".example"}) == "--tls-name: '.example' is not a name that a certificate can have");
    CHECK(refused({"--tls-name", "bücher.example"}) ==
          "--tls-name: 'bücher.example' is not ASCII; give the form of the name that begins with xn--");
    CHECK(refused({"-h", "broker.example,bücher.example"}) ==
          "the host 'bücher.example' is not ASCII; give the form of the name that begins with xn--");
}

TEST_CASE("the rest is taken over as it is") {
    const auto settings = policy({"--ciphers", "HIGH:TLS_AES_128_GCM_SHA256", "--tls-groups", "X25519", "--tls-keylog",
                                  "keys", "--tls-use-os-certs", "--cafile", "ca", "--tls-session-cache"});
    CHECK(settings.ciphers == "HIGH:TLS_AES_128_GCM_SHA256");
    CHECK(settings.groups == "X25519");
    CHECK(settings.key_log_file == "keys");
    CHECK(settings.system_trust);
    CHECK(settings.session_cache);
    for (const std::string option : {"--ciphers", "--tls-groups", "--tls-keylog", "--crl"})
        CHECK(refused({option, ""}) == option + ": must not be empty");
}
