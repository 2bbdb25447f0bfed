// SPDX-License-Identifier: Apache-2.0
// Who waits for a change hears of it.
#include "client/watchers.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "async/notification.hpp"
#include "support/loop.hpp"

using namespace mqtts;
using async::Notification;
using client::Watchers;
using test::Loop;
using test::Running;

TEST_CASE("all who wait are woken, each once") {
    Loop loop;
    Watchers watchers(loop.executor());
    Running one(loop, watchers.wait());
    Running other(loop, watchers.wait());
    CHECK_FALSE(one.ended());
    watchers.notify();
    CHECK(one.ended());
    CHECK(other.ended());
    Running third(loop, watchers.wait());
    CHECK_FALSE(third.ended());  // what was notified before is not told
}

TEST_CASE("one that is cancelled leaves the others waiting") {
    Loop loop;
    Watchers watchers(loop.executor());
    Running staying(loop, watchers.wait());
    {
        Running leaving(loop, watchers.wait());
        leaving.cancel();
        CHECK(leaving.result().has_error());
    }
    watchers.notify();
    CHECK(staying.result().has_value());
}

TEST_CASE("a notification is taken by the wait that it ends") {
    Loop loop;
    Notification notification(loop.executor());
    notification.notify();
    CHECK(Running(loop, notification.wait()).ended());
    Running next(loop, notification.wait());
    CHECK_FALSE(next.ended());
    notification.notify();
    CHECK(next.result().has_value());
}

TEST_CASE("a wait that is cancelled says so, and the next one works") {
    Loop loop;
    Notification notification(loop.executor());
    Running cancelled(loop, notification.wait());
    cancelled.cancel();
    CHECK(cancelled.result().error().code == Errc::internal);
    Running next(loop, notification.wait());
    notification.notify();
    CHECK(next.result().has_value());
}
