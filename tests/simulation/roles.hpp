// SPDX-License-Identifier: Apache-2.0
// The two runs in the world, put together as the programs do: mqtts-pub with its records, and mqtts-sub. All below them
// is the real client; only its link, its timer and its sink are simulated.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/client.hpp"
#include "client/observer.hpp"
#include "client/record_publisher.hpp"
#include "simulation/death.hpp"
#include "simulation/feeding.hpp"
#include "simulation/input.hpp"
#include "simulation/link.hpp"
#include "simulation/network.hpp"
#include "simulation/recording.hpp"
#include "simulation/remembered.hpp"
#include "simulation/sink.hpp"
#include "simulation/whole.hpp"

namespace mqtts::simulation {

/// A run of a program: begins, goes on by itself, and ends.
class Role : private client::Observer {
public:
    Role(boost::asio::io_context& io, Network& network, const Log& log, unsigned client);
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;
    ~Role() override = default;

    void begin();
    [[nodiscard]] bool ended() const noexcept { return result_.has_value(); }
    /// Tells whether its program runs: a keeper ends before its callers do.
    [[nodiscard]] virtual bool program_runs() const noexcept { return !ended(); }
    /// Tells whether kill -9 ended it: then it says nothing.
    [[nodiscard]] virtual bool was_killed() const noexcept { return false; }
    /// Precondition: ended().
    [[nodiscard]] const Result<>& result() const noexcept { return *result_; }
    /// Ends a run that hangs.
    void cancel();
    /// SIGTERM comes.
    virtual void interrupt() { client_->interrupt(SIGTERM); }
    /// The time of -W is up. What is left to do then may take as long as `limit`.
    virtual void run_out_of_time(std::chrono::seconds limit);

    [[nodiscard]] client::Client& client() noexcept { return *client_; }

protected:
    virtual Awaitable<Result<>> run() = 0;
    /// Makes the settings that both have.
    [[nodiscard]] client::Settings settings(const char* name, wire::Qos highest_qos, bool publishes);
    /// Makes the link of the client, which breaks when the run ends.
    [[nodiscard]] std::unique_ptr<client::Link> make_link();

    boost::asio::io_context& io_;
    Network& network_;
    const Log& log_;
    const unsigned number_;
    std::optional<client::Client> client_;
    SimulatedLink* link_ = nullptr;  // the client's

private:
    void opened(const client::Connection&) override {}
    void connected(const session::Connected&, const session::Session& session) override {
        network_.witness.connected(number_);
        network_.promises.accepted(number_, session.settings().version);
        network_.failover.accepted(number_);
    }

    std::optional<Result<>> result_;
    boost::asio::cancellation_signal cancel_;
};

class PublisherRole final : public Role, private client::Outlet {
public:
    PublisherRole(boost::asio::io_context& io, Network& network, const Log& log);

private:
    Awaitable<Result<>> run() override;
    void make_publisher();
    void check_part(std::uint64_t number);
    void check_publisher(const Result<>& result);
    [[nodiscard]] std::size_t publish_copy(const wire::Publish& message, std::string_view payload, Errc& error);
    void note_published(const wire::Publish& message, std::string_view payload, bool taken, Errc error);

    std::optional<Feed> feed_;
    std::unique_ptr<client::Publisher> publisher_;  // unless payloads are fetched
    Recorded recorded_;
    std::vector<std::size_t> record_begins_;  // in the input
    Copies copies_;
    std::optional<Failure> refusal_;  // the last one, if the run goes on after it
    /// Publishes payloads that are fetched, one after the other.
    Awaitable<Result<>> publish_fetched();

    // Between the records and the client: the witness sees what is accepted.
    [[nodiscard]] bool can_publish() const noexcept override { return client_->can_publish(); }
    Awaitable<> wait_to_publish() override { return client_->wait_to_publish(); }
    Awaitable<> wait_for_acknowledgement() override { return client_->wait_for_acknowledgement(); }
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    void end_batch() override { client_->end_batch(); }
    void flush() override { client_->flush(); }
    void make_room() override { client_->make_room(); }
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return client_->version(); }
    void finish() override { client_->finish(); }
    [[nodiscard]] bool finishing() const noexcept override { return client_->finishing(); }

    std::deque<Fetched> fetched_;
    Result<> fetch_failure_;  // of the first that the broker does not take
};

class SubscriberRole final : public Role {
public:
    /// `run`: which of those in the plan, from 0.
    SubscriberRole(boost::asio::io_context& io, Network& network, const Log& log, Remembered& remembered,
                   std::size_t run);

    [[nodiscard]] bool was_killed() const noexcept override { return mortality_.is_dead(); }

private:
    Awaitable<Result<>> run() override;
    /// Asks the server for a sign of life once the subscriptions are made, as it is done before a success that rests on
    /// silence.
    Awaitable<Result<>> prove_alive();
    void connect_sink();
    void die();

    Remembered& remembered_;
    SimulatedSink sink_;
    Mortality mortality_;
};

}  // namespace mqtts::simulation
