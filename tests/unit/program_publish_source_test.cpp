// SPDX-License-Identifier: Apache-2.0
// From the options to the publisher that they mean.
#include "program/publish_source.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/captured_log.hpp"
#include "support/fake_outlet.hpp"
#include "support/loop.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using cli::PublishSettings;
using cli::Source;
using test::CapturedLog;
using test::FakeOutlet;
using test::Loop;
using test::PseudoTerminal;
using test::Running;
using test::TemporaryDirectory;

namespace {

/// What a publisher of these settings hands to its outlet.
std::string published(const PublishSettings& settings) {
    Loop loop;
    FakeOutlet outlet{loop.executor()};
    const CapturedLog log;
    const auto publisher = program::make_publisher(loop.executor(), settings, outlet, log.log);
    REQUIRE(publisher.has_value());
    const Running running(loop, (*publisher)->run());
    return outlet.told();
}

const client::PublishTemplate to_topic{.topic_name = "t"};

}  // namespace

TEST_CASE("a message is published as it is, a null message as an empty one") {
    CHECK(published({.source = Source::message, .text = "a\nb\n", .message = to_topic}) == "t \"a\nb\n\"; finish");
    CHECK(published({.source = Source::null, .message = to_topic}) == "t \"\"; finish");
}

TEST_CASE("a file is one message, or as many as it has records") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("input", "a\nb\n");
    const std::string whole = published({.source = Source::file, .text = file, .message = to_topic});
    CHECK(whole.ends_with("t \"a\nb\n\"; finish"));
    const std::string records = published({.source = Source::file,
                                           .text = file,
                                           .framing = {.framing = record::Framing::delimited},
                                           .message = to_topic,
                                           .records = client::RecordSettings{}});
    CHECK(records.starts_with("t \"a\" #1; t \"b\" #2; "));
    CHECK(records.ends_with("; finish"));
}

TEST_CASE("what is read from a terminal is typed, and a file is not") {
    Loop loop;
    FakeOutlet outlet{loop.executor()};
    const CapturedLog log;
    const auto is_typed = [&](const std::string& path) {
        const auto publisher = program::make_publisher(
            loop.executor(), {.source = Source::file, .text = path, .message = to_topic}, outlet, log.log);
        REQUIRE(publisher.has_value());
        return (*publisher)->is_typed();
    };
    const TemporaryDirectory directory;
    const PseudoTerminal terminal;
    CHECK(is_typed(terminal.path()));
    CHECK_FALSE(is_typed(directory.write("input", "a\n")));
}

TEST_CASE("what cannot be opened is named before anything is published") {
    Loop loop;
    FakeOutlet outlet{loop.executor()};
    const CapturedLog log;
    const auto publisher = program::make_publisher(
        loop.executor(), {.source = Source::file, .text = "/nowhere/input", .message = to_topic}, outlet, log.log);
    REQUIRE(publisher.has_error());
    CHECK(publisher.error().code == Errc::input_failed);
    CHECK(publisher.error().cause == "cannot open /nowhere/input: no such file or directory");
    CHECK(outlet.told() == "");
}
