// SPDX-License-Identifier: Apache-2.0
// Runs the examples of the chapter CLOUD BROKERS as they are printed, against stand-ins with the rules that the
// documentation of the providers has; and shows that these rules are held against a client.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "docs/cloud_peer.hpp"
#include "docs/examples.hpp"
#include "support/process.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Qos;

const std::string aws = "a1b2c3-ats.iot.eu-central-1.amazonaws.com";
const std::string hub = "contoso.azure-devices.net";
const std::string event_grid = "ns1.westeurope-1.ts.eventgrid.azure.net";
const std::string hivemq = "1234abcd.s1.eu.hivemq.cloud";
const std::string emqx = "x1234567.ala.eu-central-1.emqxsl.com";
const std::string test_broker = "test.mosquitto.org";
const std::string printer = "192.0.2.7";

/// The authorities, the files that the page speaks of, and the rules.
class Clouds {
public:
    Clouds() {
        const Identity device = private_.issue({.common_name = "lamp-1", .client = true});
        for (const char* name : {"AmazonRootCA1.pem", "emqxsl-ca.crt", "mosquitto.org.crt"})
            directory_.write(name, private_.certificate_pem());
        for (const char* name : {"device.pem.crt", "lamp-1.pem"})
            directory_.write(name, device.certificate_pem);
        for (const char* name : {"private.pem.key", "lamp-1.key"})
            directory_.write(name, device.key_pem);
        directory_.write("sas-token",
                         "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Flamp-1&sig=x&se=1\n");
        directory_.write("password", "secret\n");
        directory_.write("access-code", "12345678\n");
        directory_.write("public.pem", public_.certificate_pem());
        for (const char* name : {"mqtts-pub", "mqtts-sub"})
            directory_.write(name, "--connect-timeout 600\n");
    }

    std::vector<CloudRules> rules() const {
        std::vector<CloudRules> all = {amazon(8883, ""), amazon(443, "x-amzn-mqtt-ca"), azure_hub(),
                                       azure_event_grid()};
        for (const std::vector<CloudRules>& more : {others(), test_brokers()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    std::vector<std::string> environment(const CloudPeer& peer) const {
        return {std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH"),
                "XDG_CONFIG_HOME=" + directory_.path(),
                "SSL_CERT_FILE=" + directory_.path() + "/public.pem",
                "NO_PROXY=",
                "no_proxy=",
                "all_proxy=",
                peer.proxy()};
    }

    const std::string& path() const { return directory_.path(); }

private:
    CloudRules amazon(std::uint16_t port, const std::string& protocol) const {
        return {.host = aws,
                .port = port,
                .identity = private_.issue({.common_name = "aws", .dns_names = {aws}}),
                .protocol = protocol,
                .client_ca_pem = private_.certificate_pem(),
                .identifier = "lamp-1",  // the policy allows no other
                .maximum_qos = Qos::at_least_once,
                .most_filters = 8,
                .most_slashes = 7,
                .topic_name = "lamps/1/set",
                .payload = "on"};
    }

    CloudRules azure_hub() const {
        return {.host = hub,
                .identity = public_.issue({.common_name = "hub", .dns_names = {"*.azure-devices.net"}}),
                .version = ProtocolVersion::v311,
                .identifier = "lamp-1",
                .user_name = hub + "/lamp-1/?api-version=2021-04-12",
                .password_begins = "SharedAccessSignature ",
                .maximum_qos = Qos::at_least_once,
                .publish_below = "devices/lamp-1/messages/events/",
                .subscribe_below = "devices/lamp-1/messages/devicebound/#",
                .topic_name = "devices/lamp-1/messages/devicebound/",
                .payload = "off"};
    }

    CloudRules azure_event_grid() const {
        return {.host = event_grid,
                .identity = public_.issue({.common_name = "grid", .dns_names = {event_grid}}),
                .client_ca_pem = private_.certificate_pem(),
                .identifier_required = true,
                .user_name = "lamp-1",
                .maximum_qos = Qos::at_least_once,
                .retain = false,
                .shared_subscriptions = false,
                .subscription_identifiers = false,
                .topic_name = "lamps/1/set",
                .payload = "on"};
    }

    std::vector<CloudRules> others() const {
        const CloudRules at_hivemq = {.host = hivemq,
                                      .identity = public_.issue({.common_name = "hive", .dns_names = {hivemq}}),
                                      .user_name = "lamp",
                                      .password_begins = "secret",
                                      .topic_name = "home/lamp",
                                      .payload = "on"};
        CloudRules in_websocket = at_hivemq;
        in_websocket.port = 8884;
        in_websocket.path = "/mqtt";
        CloudRules at_emqx = at_hivemq;
        at_emqx.host = emqx;
        at_emqx.identity = private_.issue({.common_name = "emqx", .dns_names = {emqx}});
        CloudRules emqx_in_websocket = at_emqx;
        emqx_in_websocket.port = 8084;
        emqx_in_websocket.path = "/mqtt";
        const CloudRules at_printer = {.host = printer,
                                       .identity = printer_,
                                       .has_name = false,
                                       .user_name = "bblp",
                                       .password_begins = "12345678",
                                       .topic_name = "device/01S00A/report",
                                       .payload = R"({"print":{"gcode_state":"IDLE"}})"};
        return {at_hivemq, in_websocket, at_emqx, emqx_in_websocket, at_printer};
    }

    std::vector<CloudRules> test_brokers() const {
        const CertificateOptions names = {.common_name = "test", .dns_names = {test_broker}};
        CertificateOptions expired = names;
        expired.valid_from_days = -10;
        expired.valid_until_days = -1;
        const CloudRules rules = {.host = test_broker,
                                  .identity = private_.issue(names),
                                  .forbidden_filter = "#",
                                  .topic_name = "example/1234/lamp",
                                  .payload = "on"};
        CloudRules with_public_certificate = rules;
        with_public_certificate.port = 8886;
        with_public_certificate.identity = public_.issue(names);
        CloudRules with_expired_certificate = rules;
        with_expired_certificate.port = 8887;
        with_expired_certificate.identity = private_.issue(expired);
        return {rules, with_public_certificate, with_expired_certificate};
    }

    Authority public_{"public authority"};
    Authority private_{"private authority"};
    Identity printer_ = self_signed({.common_name = "01S00A", .valid_until_days = -1});  // its key is pinned
    TemporaryDirectory directory_;
};

/// A client that breaks a rule fails, and the stand-in says which rule.
void check_broken(const Clouds& clouds, const std::vector<std::string>& command_line, const std::string& complaint) {
    CAPTURE(command_line);
    CloudPeer peer(clouds.rules());
    std::vector<std::string> arguments = {"sh", "-c", "cd \"$0\" && exec \"$@\"", clouds.path()};
    arguments.insert(arguments.end(), command_line.begin(), command_line.end());
    const Outcome outcome = run({.arguments = arguments, .environment = clouds.environment(peer)});
    CAPTURE(outcome.error);
    CHECK(outcome.status != 0);
    const std::vector<std::string>& complaints = peer.complaints();
    REQUIRE(complaints.empty() == complaint.empty());
    if (!complaint.empty()) CHECK(complaints.front().ends_with(": " + complaint));
}

/// The command line that reaches AWS, with more behind it.
std::vector<std::string> at_amazon(const std::string& program, std::vector<std::string> more) {
    std::vector<std::string> words = {
        program, "-h", aws, "--cafile", "AmazonRootCA1.pem", "--cert", "device.pem.crt", "--key", "private.pem.key"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("the examples of cloud brokers keep the rules of the providers") {
    const Clouds clouds;
    std::size_t count = 0;
    for (const Example& example : read_manual_examples(MQTTS_MAN_DIR "/mqtts.7")) {
        if (example.section != "CLOUD BROKERS") continue;
        CAPTURE(example.subsection);
        CloudPeer peer(clouds.rules());
        check_example(example, clouds.path(), clouds.environment(peer));
        CHECK(peer.complaints() == std::vector<std::string>{});
        CHECK(peer.visited().size() == example.commands.size());
        ++count;
    }
    CHECK(count == 9);
}

TEST_CASE("nine filters reach AWS in two SUBSCRIBE packets") {
    const Clouds clouds;
    CloudPeer peer(clouds.rules());
    std::string command =
        "mqtts-sub -h " + aws + " --cafile AmazonRootCA1.pem --cert device.pem.crt --key private.pem.key -i lamp-1 -E";
    for (int i = 1; i <= 9; ++i)
        command += " -t lamps/" + std::to_string(i);
    command += " > messages";  // the stand-in sends one behind each SUBACK
    check_example({.commands = {command}}, clouds.path(), clouds.environment(peer));
    CHECK(peer.complaints() == std::vector<std::string>{});
}

TEST_CASE("the health check of Event Grid needs the beginning of an identifier") {
    const Clouds clouds;
    const std::string command =
        "mqtts-pub -h " + event_grid + " --cert lamp-1.pem --key lamp-1.key -u lamp-1 --check > report";
    CloudPeer peer(clouds.rules());
    check_example({.commands = {command + " -I check-"}}, clouds.path(), clouds.environment(peer));
    CHECK(peer.complaints() == std::vector<std::string>{});
    check_broken(clouds, {"sh", "-c", command}, "the client identifier is another one");
}

TEST_CASE("a stand-in complains of a client that breaks a rule of the provider") {
    const Clouds clouds;
    const std::vector<std::string> one = {"-i", "lamp-1", "-t", "lamps/1/state", "-q",
                                          "1",  "-m",     "on", "--reconnect",   "never"};
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), one.begin(), one.end());
        return words;
    };
    check_broken(clouds, at_amazon("mqtts-pub", with({"-p", "443"})), "the application protocol is another one");
    check_broken(clouds, at_amazon("mqtts-pub", with({"-p", "1883"})), "nothing is there");
    check_broken(clouds, at_amazon("mqtts-pub", {"-i", "lamp-2", "-t", "a", "-m", "x"}),
                 "the client identifier is another one");
    check_broken(clouds,
                 at_amazon("mqtts-pub",
                           {"-i", "lamp-1", "-t", "1/2/3/4/5/6/7/8/9", "-q", "1", "-m", "x", "--reconnect", "never"}),
                 "the topic has too many slashes");
    check_broken(clouds, with({"mqtts-pub", "-h", aws, "--cafile", "AmazonRootCA1.pem"}), "");  // no certificate: TLS
    check_broken(clouds, with({"mqtts-pub", "-h", hub, "-V", "311", "-u", "lamp-1", "--pw-file", "sas-token"}),
                 "the user name is another one");
    check_broken(clouds,
                 {"mqtts-pub", "-h", event_grid, "--cert", "lamp-1.pem", "--key", "lamp-1.key", "-u", "lamp-1", "-i",
                  "session-1", "-t", "a", "-q", "2", "-m", "x"},
                 "");  // CONNACK forbids it, so nothing is sent
    check_broken(clouds, {"mqtts-sub", "-h", test_broker, "-p", "8886", "-t", "#", "-C", "1", "--reconnect", "never"},
                 "the filter is forbidden");
    check_broken(clouds, {"mqtts-pub", "-h", printer, "-u", "bblp", "--pw-file", "access-code", "-t", "a", "-m", "x"},
                 "");
}
