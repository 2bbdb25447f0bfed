// SPDX-License-Identifier: Apache-2.0
// An Observer that counts connections.
#pragma once

#include "client/observer.hpp"

namespace mqtts::test {

class FakeObserver final : public client::Observer {
public:
    void opened(const client::Connection&) override { ++opened_count; }
    void connected(const session::Connected& connected, const session::Session& session) override {
        ++connected_count;
        session_present = connected.session_present;
        receive_maximum = session.limits().receive_maximum;
    }

    int opened_count = 0;
    int connected_count = 0;
    bool session_present = false;
    unsigned receive_maximum = 0;
};

}  // namespace mqtts::test
