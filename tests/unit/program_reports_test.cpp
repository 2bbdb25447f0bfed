// SPDX-License-Identifier: Apache-2.0
// What is told beside the work: to people as lines, to machines as objects, and to nobody who has not asked.
#include "program/reports.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/captured_log.hpp"

using namespace mqtts;
using cli::DiagnosisSettings;
using cli::ReportForm;
using program::Reports;
using test::CapturedLog;

namespace {

const tls::Report trusted{.version = "TLSv1.3", .cipher = "TLS_AES_128_GCM_SHA256"};

std::string written_about_tls(ReportForm form, Log::Format format, Log::Level level = Log::Level::normal) {
    CapturedLog log(level, format);
    const DiagnosisSettings settings{.tls_report = form};
    Reports(settings, log.log).tell("broker:8883", trusted);
    return log.written();
}

std::string written_at_the_end(const DiagnosisSettings& settings, Log::Format format, Log::Level level) {
    CapturedLog log(level, format);
    Reports(settings, log.log).conclude({.published = 3, .bytes = 12, .acknowledged = 3});
    return log.written();
}

boost::json::object object_in(const std::string& line) {
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    return boost::json::parse(line).as_object();
}

}  // namespace

TEST_CASE("connections are looked at only when --tls-report asks for it") {
    const CapturedLog log;
    DiagnosisSettings settings{.statistics = true};
    Reports none(settings, log.log);
    CHECK(none.observer() == nullptr);
    settings.tls_report = ReportForm::text;
    Reports some(settings, log.log);
    CHECK(some.observer() == &some);
}

TEST_CASE("a report of TLS is lines for people, and --quiet does not silence what was asked for") {
    for (const auto level : {Log::Level::normal, Log::Level::quiet})
        CHECK(written_about_tls(ReportForm::text, Log::Format::text, level) ==
              "server:       broker:8883\nTLS:          TLSv1.3, TLS_AES_128_GCM_SHA256\nverification: trusted\n");
}

TEST_CASE("a report of TLS as JSON is an object in a line, alone among the lines for people") {
    const auto object = object_in(written_about_tls(ReportForm::json, Log::Format::text));
    CHECK(object.size() == 1);
    CHECK(object.at("tls").at("version").as_string() == "TLSv1.3");
    CHECK(object.at("tls").at("verification").as_string() == "trusted");
}

TEST_CASE("among lines for machines a report of TLS is one of them, whichever form was asked for") {
    for (const ReportForm form : {ReportForm::text, ReportForm::json}) {
        const auto object = object_in(written_about_tls(form, Log::Format::json));
        CHECK(object.at("event").as_string() == "tls");
        CHECK(object.at("host").as_string() == "broker:8883");
        CHECK(object.at("message").as_string() == "TLSv1.3 with broker:8883");
        CHECK(object.at("tls").at("cipher").as_string() == "TLS_AES_128_GCM_SHA256");
    }
}

TEST_CASE("--stats tells what it came to, even with --quiet, and nothing does without it") {
    for (const auto level : {Log::Level::normal, Log::Level::quiet}) {
        CHECK(written_at_the_end({}, Log::Format::text, level) == "");
        const std::string line = written_at_the_end({.statistics = true}, Log::Format::text, level);
        CHECK(line.starts_with("test: 3 messages published, 12 bytes in "));
        CHECK(line.ends_with(", 3 acknowledged, 0 refused, 0 reconnects\n"));
        const auto object = object_in(written_at_the_end({.statistics = true}, Log::Format::json, level));
        CHECK(object.at("event").as_string() == "stats");
        CHECK(object.at("published").to_number<int>() == 3);
        CHECK(object.at("bytes").to_number<int>() == 12);
        CHECK(object.at("seconds").to_number<double>() >= 0);
    }
}
