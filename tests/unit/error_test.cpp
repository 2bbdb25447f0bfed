// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/sentence.hpp"

using namespace mqtts;

namespace {

/// Every Errc that describe() knows by a name of its own, found by trying all numbers up to the signals.
std::vector<Errc> all_errors() {
    std::vector<Errc> errors;
    for (int value = 0; value < static_cast<int>(Errc::interrupted); ++value) {
        const auto error = static_cast<Errc>(value);
        const std::string_view name = describe(error).name;
        if (name != "interrupted" && name != "command_failed") errors.push_back(error);
    }
    errors.push_back(Errc::interrupted);
    return errors;
}

}  // namespace

TEST_CASE("every error has a name of its own and a sentence for people") {
    std::set<std::string_view> names;
    for (const Errc error : all_errors()) {
        const std::string_view name = describe(error).name;
        const std::string_view sentence = describe(error).sentence;
        CAPTURE(name);
        CAPTURE(sentence);
        CHECK(names.insert(name).second);
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos);
        CHECK(test::is_sentence(sentence));
    }
    CHECK(names.size() > 50);
}

TEST_CASE("the hundreds of an error are its class, and every class is one of the documented exit statuses") {
    const std::map<int, std::vector<Errc>> some_of_each_class = {
        {0, {Errc::ok}},
        {1, {Errc::internal}},
        {2, {Errc::bad_option, Errc::unusable_ca, Errc::unusable_password_file}},
        {3, {Errc::input_failed, Errc::output_failed, Errc::message_too_large}},
        {4,
         {Errc::name_not_found, Errc::connect_timeout, Errc::proxy_failed, Errc::proxy_refused, Errc::unusable_proxy}},
        {5, {Errc::untrusted_issuer, Errc::certificate_expired, Errc::name_mismatch, Errc::wrong_pin}},
        {6, {Errc::tls_failed, Errc::client_certificate_required, Errc::not_tls, Errc::tls_closed}},
        {7, {Errc::unsupported_version, Errc::bad_credentials, Errc::session_taken_over, Errc::disconnected}},
        {8, {Errc::publish_refused, Errc::subscription_refused, Errc::retain_not_supported}},
        {9, {Errc::malformed_packet, Errc::protocol_error, Errc::topic_alias_invalid}},
        {10, {Errc::connection_lost, Errc::connection_truncated, Errc::keep_alive_timeout, Errc::unacknowledged}},
        {11, {Errc::not_matched}},
        {27, {Errc::timed_out}},
    };
    for (const auto& [status, errors] : some_of_each_class) {
        for (const Errc error : errors)
            CHECK(exit_status(error) == status);
    }
    for (const Errc error : all_errors()) {
        if (error == Errc::interrupted) continue;
        CAPTURE(describe(error).name);
        CHECK(some_of_each_class.contains(exit_status(error)));
    }
}

TEST_CASE("an error by signal n exits with 128 + n") {
    CHECK(exit_status(interrupted_by(2)) == 130);
    CHECK(exit_status(interrupted_by(15)) == 143);
    CHECK(describe(interrupted_by(2)).name == "interrupted");
    CHECK(test::is_sentence(describe(interrupted_by(15)).sentence));
}

TEST_CASE("the status of a failed command is that of its error, and no error of ours is taken for it") {
    for (int status = 1; status < 256; ++status) {
        CHECK(exit_status(command_failed_with(status)) == status);
        CHECK(describe(command_failed_with(status)).name == "command_failed");
    }
}

TEST_CASE("a failure without a sentence of its own has the general one") {
    CHECK(Failure(Errc::connection_lost).cause == "connection lost");
    CHECK(Failure(Errc::connection_lost, "lost h:1").cause == "lost h:1");
}

TEST_CASE("two failures become one, which keeps every cause, hint and subject") {
    const Failure first(Errc::connection_lost, "lost h:1", "try again", {"h:1"});
    const Failure second(Errc::store_failed, "the disk is full", "make room", {"spool"});
    const Failure together = combined(first, second);
    CHECK(together.code == Errc::connection_lost);
    CHECK(together.cause == "lost h:1; the disk is full");
    CHECK(together.hint == "try again; make room");
    CHECK(together.about == std::vector<std::string>{"h:1", "spool"});
    CHECK(one_line(combined(Failure(Errc::connection_lost, "lost"), second)) == "lost; the disk is full; make room");
    CHECK(one_line(combined(first, Failure(Errc::store_failed, "full", "try again"))) == "lost h:1; full; try again");
}

TEST_CASE("what two failures share is told once") {
    const Failure first(Errc::connection_lost, "A; B", "X; Y", {"--cert", "a.pem"});
    const Failure again(Errc::store_failed, "B", "Y", {"a.pem", "--key"});
    CHECK(combined(first, again).cause == "A; B");
    CHECK(combined(first, again).hint == "X; Y");
    CHECK(combined(first, again).about == std::vector<std::string>{"--cert", "a.pem", "--key"});
    CHECK(combined(first, Failure(Errc::store_failed, "A")).cause == "A; B");
    CHECK(combined(first, Failure(Errc::store_failed, "A; B")).cause == "A; B");
    CHECK(combined(Failure(Errc::connection_lost, "not B"), again).cause == "not B; B");  // a part is more than an end
}

TEST_CASE("hints that give a choice are joined, and an empty one leaves no trace") {
    CHECK(or_else("give A", "give B") == "give A, or give B");
    CHECK(or_else("give A", "") == "give A");
    CHECK(or_else("", "give B") == "give B");
    CHECK(or_else("", "") == "");
}

TEST_CASE("taking the value of a failure is our mistake, and says which failure") {
    const Result<int> result = Failure(Errc::internal, "no value here");
    CHECK_THROWS_WITH_AS(static_cast<void>(result.value()), "unchecked failure: no value here", std::logic_error);
}
