// SPDX-License-Identifier: Apache-2.0
// The rows of the errors, column by column, against the list of Errc and against what each column promises.
#include "base/error_table.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

using namespace mqtts;

namespace {

/// How the compiler spells a value: "mqtts::Errc::ok", or "(mqtts::Errc)1" where the list has none. g++ and clang put
/// it into the name of a function.
template <Errc value>
constexpr std::string_view spelling() noexcept {
    std::string_view function = __PRETTY_FUNCTION__;  // "… [with mqtts::Errc value = mqtts::Errc::ok; …]"
    const std::string_view before = "value = ";
    function.remove_prefix(function.find(before) + before.size());
    return function.substr(0, function.find_first_of(";]"));
}

template <Errc value>
constexpr bool is_listed = spelling<value>().front() != '(';

/// Of the numbers below `sizeof...(number)`: those in the list and no others have a row.
template <std::size_t... number>
constexpr bool has_exactly_the_listed(std::index_sequence<number...>) {
    constexpr bool listed[] = {is_listed<static_cast<Errc>(number)>...};
    std::size_t row = 0;
    for (std::size_t i = 0; i < sizeof...(number); ++i) {
        const bool has_row = row != error_table.size() && error_table[row].code == static_cast<Errc>(i);
        if (has_row != listed[i]) return false;
        row += has_row ? 1 : 0;
    }
    return row + 1 == error_table.size();  // the last one is far behind the others
}

static_assert(is_listed<Errc::ok> && !is_listed<static_cast<Errc>(1)>, "the compiler spells values in another way");
static_assert(has_exactly_the_listed(std::make_index_sequence<2800>()), "each Errc has one row of error_table.hpp");
static_assert(error_table.back().code == Errc::interrupted);

/// "ok internal bad_option …": the enumerators of all rows.
template <std::size_t... row>
std::string enumerators(std::index_sequence<row...>) {
    std::string names;
    for (const std::string_view value : {spelling<error_table[row].code>()...})
        names.append(value.substr(value.rfind(':') + 1)).push_back(' ');
    return names;
}

template <class Predicate>
std::string names_of(Predicate has) {
    std::string names;
    for (const ErrorInfo& error : error_table)
        if (has(error)) names.append(error.name).push_back(' ');
    return names;
}

}  // namespace

TEST_CASE("describe() finds the row of each error, and its own rows for what is not in the list") {
    for (const ErrorInfo& error : error_table) {
        CAPTURE(error.name);
        CHECK(&describe(error.code) == &error);
    }
    for (const int signal : {1, 2, 15, 64})
        CHECK(&describe(interrupted_by(signal)) == &describe(Errc::interrupted));
    for (int status = 1; status < 256; ++status) {
        const ErrorInfo& failed = describe(command_failed_with(status));
        CHECK(failed.sentence == "the command failed");
        CHECK_FALSE(failed.retryable);
        CHECK(failed.disconnect_reason == 0x80);
    }
}

TEST_CASE("an error is called what it is in the code, but for one") {
    std::string expected = enumerators(std::make_index_sequence<error_table.size()>());
    const std::string_view exception = " qos_2_answered_as_1 ";
    REQUIRE(expected.find(exception) != std::string::npos);
    expected.replace(expected.find(exception), exception.size(), " acknowledged_at_lower_qos ");
    CHECK(names_of([](const ErrorInfo&) { return true; }) == expected);
}

TEST_CASE("the exit status of each error is one that the manual explains") {
    for (const ErrorInfo& error : error_table) {
        CAPTURE(error.name);
        const int status = exit_status(error.code);
        const bool is_explained = status <= 11 || status == 27 || status == 128;
        CHECK(is_explained);
        CHECK((status == 0) == (error.code == Errc::ok));
    }
}

TEST_CASE("another attempt can cure these and no others") {
    CHECK(names_of([](const ErrorInfo& error) { return error.retryable; }) ==
          "name_not_found connection_refused unreachable connect_timeout proxy_failed tls_closed "
          "closed_without_client_certificate closed_on_client_certificate server_unavailable connection_lost "
          "connection_truncated keep_alive_timeout ");
}

TEST_CASE("the server is told of these and no others") {
    std::string told;
    for (const ErrorInfo& error : error_table) {
        if (error.disconnect_reason == 0x80) continue;
        told.append(error.name).append(" ").append(std::to_string(error.disconnect_reason)).append("; ");
    }
    CHECK(told ==
          "authentication_unsupported 140; malformed_packet 129; protocol_error 130; packet_too_large 149; "
          "receive_maximum_exceeded 147; topic_alias_invalid 148; acknowledged_at_lower_qos 130; ");
}

TEST_CASE("a server is told only of what a connection to it broke down over") {
    for (const ErrorInfo& error : error_table) {
        CAPTURE(error.name);
        const int status = exit_status(error.code);
        if (error.disconnect_reason != 0x80) CHECK((status == 7 || status == 9));
        const bool speaks_mqtt = error.code != Errc::not_mqtt;
        if (status == 9) CHECK((error.disconnect_reason != 0x80) == speaks_mqtt);
        if (status == 9) CHECK_FALSE(error.retryable);
    }
}
