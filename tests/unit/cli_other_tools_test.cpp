// SPDX-License-Identifier: Apache-2.0
// The options of other tools, each answered with ours.
#include "cli/other_tools.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "cli/property.hpp"
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::ForeignOption;

namespace {

constexpr Command both_programs[] = {Command::publish, Command::subscribe};

/// The options that a hint names: "--cafile", "-h".
std::vector<std::string> options_in(std::string_view hint) {
    std::istringstream words{std::string(hint)};
    std::vector<std::string> options;
    for (std::string word; words >> word;) {
        while (!word.empty() && (word.back() == ',' || word.back() == ':'))
            word.pop_back();
        if (word.starts_with('-')) options.push_back(word);
    }
    return options;
}

bool has(Command program, std::string_view spelling) {
    if (spelling.starts_with("--")) return cli::find(program, spelling.substr(2)) != nullptr;
    return spelling.size() == 2 && cli::find(program, spelling[1]) != nullptr;
}

}  // namespace

TEST_CASE("no option of another tool is one of ours, and each is listed once for a program") {
    for (const Command program : both_programs) {
        std::set<std::string_view> seen;
        for (const ForeignOption& row : cli::foreign_options()) {
            if (!includes(row.command, program)) continue;
            CAPTURE(row.spelling);
            CHECK(seen.insert(row.spelling).second);
            CHECK_FALSE(has(program, row.spelling));
            CHECK(cli::find_foreign(program, row.spelling) == &row);
        }
    }
}

TEST_CASE("each hint names options of the program") {
    for (const Command program : both_programs) {
        for (const ForeignOption& row : cli::foreign_options()) {
            if (!includes(row.command, program)) continue;
            CAPTURE(row.spelling);
            CHECK_FALSE(row.hint.empty());
            CHECK(row.hint.back() != '.');
            for (const std::string& option : options_in(row.hint))
                CHECK_MESSAGE(has(program, option), option);
        }
    }
}

TEST_CASE("a property in a hint is one, in the packet that the hint names") {
    for (const ForeignOption& row : cli::foreign_options()) {
        const std::size_t at = row.hint.find("-D ");
        if (at == std::string_view::npos) continue;
        CAPTURE(row.spelling);
        std::istringstream words{std::string(row.hint.substr(at + 3))};
        std::string packet;
        std::string name;
        words >> packet >> name;
        const auto commands = cli::property_commands();
        const auto command = std::ranges::find(commands, packet, &cli::PropertyCommand::name);
        REQUIRE(command != commands.end());
        const wire::PropertyInfo* const property = wire::find_property(name);
        REQUIRE(property != nullptr);
        CHECK(command->takes(*property));
    }
}

TEST_CASE("an option of another tool is answered with ours") {
    const std::pair<std::vector<std::string>, std::string> rows[] = {
        {{"--hostname", "x"}, "unknown option --hostname; give --host"},
        {{"--hostname=x"}, "unknown option --hostname; give --host"},
        {{"--ca", "x"}, "unknown option --ca; give --cafile"},
        {{"--cacert", "x"}, "unknown option --cacert; give --cafile"},
        {{"--ca-cert", "x"}, "unknown option --ca-cert; give --cafile"},
        {{"--certfile", "x"}, "unknown option --certfile; give --cert"},
        {{"--keyfile", "x"}, "unknown option --keyfile; give --key"},
        {{"--cert-file", "x"}, "unknown option --cert-file; give --cert"},
        {{"--key-file", "x"}, "unknown option --key-file; give --key"},
        {{"--tls"}, "unknown option --tls; leave it out, as every connection uses TLS"},
        {{"--clean"}, "unknown option --clean; leave it out, as a session starts clean; -c keeps the session"},
        {{"--client-id", "x"}, "unknown option --client-id; give --id"},
        {{"--identifier", "x"}, "unknown option --identifier; give --id"},
        {{"--mqtt-version", "5"}, "unknown option --mqtt-version; give --protocol-version"},
        {{"--protocol", "mqtts"},
         "unknown option --protocol; leave it out, or give --ws for a WebSocket: every connection uses TLS"},
        {{"--secure"}, "unknown option --secure; leave it out, as every connection uses TLS"},
        {{"--password", "x"}, "unknown option --password; give --pw or --pw-file"},
        {{"-pw", "x"}, "unknown option -pw; give -P or --pw-file"},
        {{"-pw:file", "x"}, "unknown option -pw:file; give --pw-file"},
        {{"--ws:path", "/x"}, "unknown option --ws:path; give --ws-path"},
        {{"--tlsv1.3"}, "unknown option --tlsv1.3; give --tls-version tlsv1.3"},
        {{"--will-message", "x"}, "unknown option --will-message; give --will-payload"},
        {{"--qos1"}, "unknown option --qos1; give --qos 1"},
        {{"-b", "broker:9092"}, "unknown option -b; give the host with -h and the port with -p"},
        {{"-bbroker:9092"}, "unknown option -b; give the host with -h and the port with -p"},
        {{"-X", "ssl.ca.location=x"},
         "unknown option -X; give the options of TLS by their names, such as --cafile, --cert and --key"},
        {{"-connect", "x:1"}, "unknown option -connect; give the host with -h and the port with -p"},
        {{"-CAfile", "x"}, "unknown option -CAfile; give --cafile"},
        {{"--CAfile", "x"}, "unknown option --CAfile; give --cafile"},
        {{"-verify_return_error"},
         "unknown option -verify_return_error; leave it out, as the broker's certificate is always verified"},
        {{"-4"}, "unknown option -4; give --ipv4"},
    };
    for (const auto& [words, expected] : rows) {
        for (const Command program : both_programs) {
            const auto parsed = CommandLine(program, words).parse();
            REQUIRE_MESSAGE(parsed.has_error(), words.front());
            CHECK(one_line(parsed.error()) == expected);
            CHECK(parsed.error().code == Errc::bad_option);
            REQUIRE(parsed.error().about.size() == 1);
            CHECK(words.front().starts_with(parsed.error().about.front()));
        }
    }
    CHECK(subscribe_refusal({"--command", "date"}) == "unknown option --command; give --exec");
    CHECK(publish_refusal({"--message-file", "x"}) == "unknown option --message-file; give --file");
    CHECK(subscribe_refusal({"--message-file", "x"}).find("--file") == std::string::npos);
    CHECK(publish_refusal({"--user-property", "k", "v"}) ==
          "unknown option --user-property; give -D publish user-property NAME VALUE");
    CHECK(subscribe_refusal({"--user-property", "k", "v"}) ==
          "unknown option --user-property; give -D subscribe user-property NAME VALUE");
}

TEST_CASE("letters with a value that only resemble an option of another tool keep their meaning") {
    CHECK(publish({"-tca", "-n"}).publish.message.topic_name == "ca");
    CHECK(publish({"-t", "a", "-mqos1"}).publish.text == "qos1");
    CHECK(publish({"-t", "a", "-n", "-uuser"}).client.session.user_name == "user");
    CHECK(publish({"-t", "a", "-n", "-ipath"}).client.session.client_identifier == "path");
}
