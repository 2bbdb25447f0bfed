// SPDX-License-Identifier: Apache-2.0
// A TCP proxy that breaks the connections it carries, each as the test says: between a program and a real broker.
//
//     FaultProxy proxy(broker.port(), [](int connection) { return connection < 3 ? Fault{.downstream = 5000} : Fault{};
//     }); run({.arguments = mqtts_sub(broker, {"-p", std::to_string(proxy.port()), …})});
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "support/listener.hpp"

namespace mqtts::test {

/// What happens to one connection.
struct Fault {
    static constexpr std::uint64_t never = UINT64_MAX;

    /// It is cut when so many bytes have passed: from the client to the broker, and from the broker to the client.
    std::uint64_t upstream = never;
    std::uint64_t downstream = never;
    /// How: with RST, or with FIN, which looks like an orderly end of TCP.
    bool reset = true;
    /// It is not cut then: nothing passes any more, in either direction.
    bool stall = false;
    /// Most bytes handed on at a time, and how long each of these pieces is held back.
    std::size_t piece = 65536;
    std::chrono::milliseconds delay{};
};

/// A descriptor that is readable from raise() to calm(), for poll(2).
class Alarm {
public:
    Alarm();
    [[nodiscard]] int descriptor() const noexcept { return reader_.get(); }
    void raise() const;
    void calm() const;

private:
    FileDescriptor reader_;
    FileDescriptor writer_;
};

class FaultProxy {
public:
    /// `fault` is asked for each connection, counted from 0.
    FaultProxy(std::uint16_t broker_port, std::function<Fault(int connection)> fault);
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;
    ~FaultProxy();

    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
    /// So many were accepted so far.
    [[nodiscard]] int connections() const noexcept { return connections_; }
    /// So many of them were cut or stalled.
    [[nodiscard]] int faults() const noexcept { return faults_; }

    /// Once it returns, nothing passes any more in either direction, on any connection, until cut().
    void hold();
    /// Ends what was held with RST, whatever was on its way is lost; connections that follow pass.
    void cut();

private:
    void accept_connections();
    void relay(const FileDescriptor& client, const Fault& fault);
    bool carry(const FileDescriptor& client, const FileDescriptor& broker, const Fault& fault);
    void wait_for_cut();

    std::uint16_t broker_port_;
    std::function<Fault(int)> fault_;
    Listener listener_;
    Alarm ending_;       // it is time to end
    Alarm interrupted_;  // the same, or connections are held
    std::mutex mutex_;   // of the five that follow
    std::condition_variable changed_;
    bool held_ = false;
    bool ended_ = false;
    int open_ = 0;     // connections that are relayed
    int waiting_ = 0;  // of them held
    std::atomic<int> connections_ = 0;
    std::atomic<int> faults_ = 0;
    std::list<std::thread> relays_;
    std::thread acceptor_;
};

}  // namespace mqtts::test
