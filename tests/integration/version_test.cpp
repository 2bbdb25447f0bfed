// SPDX-License-Identifier: Apache-2.0
// --version, for people and as JSON.
#include <boost/json/parse.hpp>

#include <doctest/doctest.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "integration/programs.hpp"
#include "program/revision.hpp"

namespace {

using namespace mqtts::test;
namespace json = boost::json;

const std::string openssl = OpenSSL_version(OPENSSL_VERSION_STRING);

Outcome ask(const char* program, const char* option) {
    Outcome outcome = run({.arguments = {program, option}});
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "");
    CHECK(std::count(outcome.output.begin(), outcome.output.end(), '\n') == 1);
    return outcome;
}

}  // namespace

TEST_CASE("--version is one line: the program, its version and commit, OpenSSL, and the features built in") {
    const std::string commit =
        mqtts::program::revision.empty() ? "" : " (" + std::string(mqtts::program::revision) + ")";
    const std::string behind_name = " " MQTTS_VERSION + commit + ", OpenSSL " + openssl;
    for (const auto& [program, name] : {std::pair(MQTTS_PUB, "mqtts-pub"), {MQTTS_SUB, "mqtts-sub"}}) {
        const std::string line = ask(program, "--version").output;
        CHECK_MESSAGE(line.starts_with(name + behind_name), line);
    }
}

TEST_CASE("--version=json is an object with the same") {
    const json::object object = json::parse(ask(MQTTS_SUB, "--version=json").output).as_object();
    CHECK(object.at("program").as_string() == "mqtts-sub");
    CHECK(object.at("version").as_string() == MQTTS_VERSION);
    CHECK(object.at("openssl").as_string() == openssl);
    CHECK(object.contains("revision") == !mqtts::program::revision.empty());
    if (object.contains("revision")) CHECK(object.at("revision").as_string() == std::string(mqtts::program::revision));
    std::string list;
    for (const json::value& feature : object.at("features").as_array())
        list += (list.empty() ? ", features: " : " ") + std::string(feature.as_string());
    CHECK(ask(MQTTS_SUB, "--version").output.ends_with(list + "\n"));
    CHECK(contains(list, " X25519MLKEM768") == (OpenSSL_version_num() >= 0x30500000L));
}

TEST_CASE("--version takes no other form") {
    const Outcome outcome = run({.arguments = mqtts_pub({"--version=xml"})});
    CHECK(outcome.status == 2);
    CHECK(contains(outcome.error, "--version takes no value other than json; give --version or --version=json"));
}
