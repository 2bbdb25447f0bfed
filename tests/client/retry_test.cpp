// SPDX-License-Identifier: Apache-2.0
// Which failures another attempt can cure, and how long it waits.
#include "client/retry.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using namespace std::chrono_literals;
using client::Backoff;

TEST_CASE("a server that cannot be reached or is busy is tried again") {
    for (const Errc error : {Errc::name_not_found, Errc::connection_refused, Errc::unreachable, Errc::connect_timeout,
                             Errc::proxy_failed, Errc::tls_closed, Errc::server_unavailable, Errc::connection_lost,
                             Errc::connection_truncated, Errc::keep_alive_timeout})
        CHECK(client::retry_can_cure(error));
}

TEST_CASE("a refusal will be the same next time, and so will a session that was taken over") {
    for (const Errc error :
         {Errc::ok, Errc::untrusted_issuer, Errc::certificate_expired, Errc::client_certificate_refused,
          Errc::bad_credentials, Errc::not_authorized, Errc::unsupported_version, Errc::session_taken_over,
          Errc::protocol_error, Errc::publish_refused, Errc::subscription_refused, Errc::unacknowledged,
          Errc::output_failed, Errc::store_failed})
        CHECK_FALSE(client::retry_can_cure(error));
}

TEST_CASE("another host may be let through where a proxy refused the first, but not by a proxy that serves nobody") {
    CHECK(client::another_host_can_cure(Errc::proxy_refused));
    CHECK_FALSE(client::retry_can_cure(Errc::proxy_refused));
    CHECK(client::another_host_can_cure(Errc::connection_refused));
    for (const Errc error : {Errc::unusable_proxy, Errc::untrusted_issuer, Errc::bad_credentials})
        CHECK_FALSE(client::another_host_can_cure(error));
}

TEST_CASE("a failed command is not run again, whatever status it ended with, nor does a signal lead to a retry") {
    for (int status = 1; status < 256; ++status)
        CHECK_FALSE(client::retry_can_cure(command_failed_with(status)));
    for (const int signal : {2, 15})
        CHECK_FALSE(client::retry_can_cure(interrupted_by(signal)));
}

TEST_CASE("only an end without a reason counts as hung up") {
    CHECK(client::hung_up(Errc::connection_lost));
    CHECK(client::hung_up(Errc::connection_truncated));
    CHECK_FALSE(client::hung_up(Errc::keep_alive_timeout));
    CHECK_FALSE(client::hung_up(Errc::disconnected));
    CHECK_FALSE(client::hung_up(Errc::connect_timeout));
}

TEST_CASE("a wait is shortened at random by up to a half, and doubles up to the longest") {
    Backoff backoff({.first = 100ms, .longest = 500ms, .seed = 7});
    for (const auto longest : {100ms, 200ms, 400ms, 500ms, 500ms, 500ms}) {
        const auto wait = backoff.next();
        CHECK(wait >= longest / 2);
        CHECK(wait <= longest);
    }
}

TEST_CASE("after a reset the waits begin anew") {
    Backoff backoff({.first = 100ms, .longest = 10s, .seed = 7});
    for (int i = 0; i < 5; ++i)
        static_cast<void>(backoff.next());
    backoff.reset();
    CHECK(backoff.next() <= 100ms);
    CHECK(backoff.next() <= 200ms);
}

TEST_CASE("two clients of the same server do not come back at the same moment") {
    Backoff one({.seed = 1});
    Backoff other({.seed = 2});
    int different = 0;
    for (int i = 0; i < 10; ++i)
        different += one.next() != other.next() ? 1 : 0;
    CHECK(different >= 8);
}
