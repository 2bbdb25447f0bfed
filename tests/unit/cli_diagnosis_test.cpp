// SPDX-License-Identifier: Apache-2.0
// --check, --check-topic, --tls-report, --stats and --log-format on the command line.
#include "cli/error_forms.hpp"
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::ReportForm;

namespace {

cli::ErrorForms error_forms(std::vector<std::string> elements) {
    std::vector<char*> argv;
    for (std::string& element : elements)
        argv.push_back(element.data());
    const bool subscribes = !elements.empty() && elements.front() == "mqtts-sub";
    return cli::error_forms(subscribes ? Command::subscribe : Command::publish, argv);
}

Log::Format log_format(const std::vector<std::string>& elements) {
    return error_forms(elements).log;
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
    CHECK(publish_refusal({"--check=xml"}) == "--check: unknown value 'xml'; give text or json");
    CHECK(publish_refusal({"-t", "a", "-n", "--check-topic", "b"}) ==
          "--check-topic works only in a check; give --check too");
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

TEST_CASE("neither form is taken from what is the value of another option") {
    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{"-m"}, Words{"--message"}, Words{"-nm"}, Words{"-D", "publish", "user-property", "k"}, Words{"--pw"},
          Words{"-D", "connect", "user-property"}, Words{"--log-format"}, Words{"-h", "a", "-t"},
          Words{"--bad", "-i"}}) {
        Words elements{"mqtts-pub"};
        elements.insert(elements.end(), words.begin(), words.end());
        CAPTURE(words.back());
        elements.emplace_back("--check=json");
        CHECK_FALSE(error_forms(elements).json_report);
        elements.back() = "--log-format=json";
        CHECK(log_format(elements) == Log::Format::text);
    }
    for (const Words& words :
         {Words{"-mx"}, Words{"-m", "x"}, Words{"--message=x"}, Words{"-n"}, Words{"--bad"}, Words{"-?"}, Words{"word"},
          Words{"-D", "publish", "user-property", "k", "v"}, Words{"-dn"}, Words{"--check"},
          Words{"--log-format", "text"}, Words{"-Psecret"}, Words{"-m", "--"}}) {
        Words elements{"mqtts-pub"};
        elements.insert(elements.end(), words.begin(), words.end());
        CAPTURE(words.back());
        elements.insert(elements.end(), {"--check=json", "--log-format=json"});
        CHECK(error_forms(elements).json_report);
        CHECK(log_format(elements) == Log::Format::json);
    }
    CHECK_FALSE(error_forms({"mqtts-sub", "--check=json", "--check=text"}).json_report);
    CHECK_FALSE(error_forms({"mqtts-sub", "--check=json", "--check"}).json_report);
    CHECK_FALSE(error_forms({"mqtts-sub", "--", "--check=json"}).json_report);
}
