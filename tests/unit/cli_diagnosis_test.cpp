// SPDX-License-Identifier: Apache-2.0
// --check, --check-topic, --tls-report, --stats and --log-format on the command line.
#include "cli/log_format.hpp"
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::ReportForm;

namespace {

Log::Format log_format(std::vector<std::string> elements) {
    std::vector<char*> argv;
    for (std::string& element : elements)
        argv.push_back(element.data());
    return cli::log_format_in(argv);
}

}  // namespace

TEST_CASE("--check needs neither a topic nor a message, and disregards both") {
    CHECK(publish({"--check"}).diagnosis.check == ReportForm::text);
    CHECK(subscribe({"--check=json"}).diagnosis.check == ReportForm::json);
    CHECK_FALSE(publish({"-t", "a", "-n"}).diagnosis.check);
    CHECK_FALSE(publish({"-t", "a", "-l", "-e", "b", "--check"}).publish.request);
    CHECK(subscribe({"-t", "a", "-U", "b", "--check"}).client.subscriptions.empty());
    CHECK(subscribe({"-U", "b", "--check"}).client.unsubscriptions.empty());
}

TEST_CASE("--check neither resumes nor discards a session, and leaves no Will") {
    const cli::Settings s = subscribe({"-c", "-i", "x", "-t", "a", "-q", "2", "--will-topic", "w", "--check"});
    CHECK(s.client.session.client_identifier == "");
    CHECK(s.client.session.clean_start);
    CHECK(s.client.session.session_expiry_interval == 0);
    CHECK_FALSE(s.client.session.will);
    CHECK(s.client.patience.reconnect.count() == 0);
    CHECK(publish({"-I", "check-", "--check"}).client.session.client_identifier.starts_with("check-"));
}

TEST_CASE("what --check cannot do is refused") {
    CHECK(publish_refusal({"--check=xml"}) == "--check: 'xml' is not one of text and json");
    CHECK(publish_refusal({"-t", "a", "-n", "--check-topic", "b"}) ==
          "--check-topic is about a check: give --check, too");
    CHECK(publish_refusal({"--check", "--check-topic", "b/#"}).starts_with("--check-topic: "));
    CHECK(subscribe_refusal({"--check", "--", "true"}).starts_with("--check runs no command"));
}

TEST_CASE("--tls-report, --stats and --log-format") {
    CHECK(publish({"-t", "a", "-n", "--tls-report"}).diagnosis.tls_report == ReportForm::text);
    CHECK(publish({"-t", "a", "-n", "--tls-report=json"}).diagnosis.tls_report == ReportForm::json);
    CHECK_FALSE(publish({"-t", "a", "-n"}).diagnosis.tls_report);
    CHECK(publish({"-t", "a", "-n", "--stats"}).diagnosis.statistics);
    CHECK(publish({"-t", "a", "-n"}).diagnosis.log_format == Log::Format::text);
    CHECK(publish({"-t", "a", "-n", "--log-format", "json"}).diagnosis.log_format == Log::Format::json);
}

TEST_CASE("the form of errors is found on a command line that cannot be read") {
    CHECK(log_format({"mqtts-pub", "--nonsense", "--log-format", "json"}) == Log::Format::json);
    CHECK(log_format({"mqtts-pub", "--log-format=json", "--nonsense"}) == Log::Format::json);
    CHECK(log_format({"mqtts-pub", "--log-format", "json", "--log-format=text"}) == Log::Format::text);
    CHECK(log_format({"mqtts-pub", "--log-format"}) == Log::Format::text);
    CHECK(log_format({"mqtts-pub", "--log-formats=json"}) == Log::Format::text);
    CHECK(log_format({"mqtts-sub", "--", "x", "--log-format", "json"}) == Log::Format::text);
    CHECK(log_format({}) == Log::Format::text);
}
