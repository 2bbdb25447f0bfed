// SPDX-License-Identifier: Apache-2.0
#include "command/dispatch.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace mqtts;
using command::Rule;

namespace {

using Places = std::vector<std::size_t>;

Places places(const std::vector<Rule>& rules, std::string_view topic_name,
              const std::vector<std::uint32_t>& identifiers = {}) {
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::content_type, "text/plain");
    for (const std::uint32_t identifier : identifiers)
        properties.add(wire::PropertyIdentifier::subscription_identifier, identifier);
    return command::commands_for({.topic_name = topic_name, .properties = properties.view()}, rules);
}

const std::vector<Rule> numbered = {{.command = "1", .topic_filters = {"a/#"}, .subscription_identifiers = {1}},
                                    {.command = "2", .topic_filters = {"a/b"}, .subscription_identifiers = {2, 20}},
                                    {.command = "3", .topic_filters = {"c"}, .subscription_identifiers = {3}}};

}  // namespace

TEST_CASE("a single rule without identifiers handles each message") {
    CHECK(places({{.command = "x"}}, "a") == Places{0});
    CHECK(places({{.command = "x", .topic_filters = {"b"}}}, "a", {7}) == Places{0});
}

TEST_CASE("the Subscription Identifiers decide: each rule once, in the order of the rules") {
    CHECK(places(numbered, "a/b", {1}) == Places{0});
    CHECK(places(numbered, "a/b", {2}) == Places{1});
    CHECK(places(numbered, "a/b", {2, 1}) == Places{0, 1});
    CHECK(places(numbered, "a/b", {20, 2, 20}) == Places{1});
}

TEST_CASE("an identifier of an earlier run in the session does not mislead") {
    CHECK(places(numbered, "a/b", {3, 9}) == Places{0, 1});
    CHECK(places(numbered, "c", {1, 2}) == Places{2});
    CHECK(places(numbered, "a/b", {3, 2}) == Places{1});
}

TEST_CASE("an identifier alone decides nothing: the filter that it was for may be of an earlier run") {
    CHECK(places(numbered, "elsewhere", {3}).empty());
    CHECK(places({{.command = "1", .topic_filters = {"zz/+"}, .subscription_identifiers = {1}}}, "a/b", {1}).empty());
}

TEST_CASE("without identifiers, or with such as no rule has, the Topic Filters decide") {
    CHECK(places(numbered, "a/b") == Places{0, 1});
    CHECK(places(numbered, "a") == Places{0});
    CHECK(places(numbered, "c") == Places{2});
    CHECK(places(numbered, "a/b", {9}) == Places{0, 1});
    const std::vector<Rule> plain = {{.command = "1", .topic_filters = {"a/+", "b"}},
                                     {.command = "2", .topic_filters = {"b"}}};
    CHECK(places(plain, "a/x", {1}) == Places{0});
    CHECK(places(plain, "b") == Places{0, 1});
}

TEST_CASE("of a shared subscription the filter counts") {
    const std::vector<Rule> shared = {{.command = "1", .topic_filters = {"$share/workers/jobs/+"}},
                                      {.command = "2", .topic_filters = {"$share/workers/else"}}};
    CHECK(places(shared, "jobs/1") == Places{0});
    CHECK(places(shared, "workers/jobs/1").empty());
}

TEST_CASE("a message that no rule is for has no command") {
    CHECK(places(numbered, "d").empty());
    CHECK(places({{.command = "1", .topic_filters = {"a"}, .subscription_identifiers = {1}}}, "d").empty());
    CHECK(places({{.command = "1", .topic_filters = {"#"}}, {.command = "2", .topic_filters = {"+/x"}}}, "$SYS/x")
              .empty());
}
