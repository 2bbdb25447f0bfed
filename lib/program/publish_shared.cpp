// SPDX-License-Identifier: Apache-2.0
#include "program/publish_shared.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

#include "async/race.hpp"
#include "client/connection.hpp"
#include "client/observer.hpp"
#include "os/detached.hpp"
#include "os/system_reason.hpp"
#include "program/first_message.hpp"
#include "program/keeper.hpp"
#include "program/keeper_door.hpp"
#include "program/reports.hpp"
#include "program/supervise.hpp"
#include "program/verdict.hpp"
#include "share/listener.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace asio = boost::asio;

namespace {

/// Remembers what later callers must know of the connection.
class Remembered final : public client::Observer {
public:
    void opened(const client::Connection& connection) override {
        if (!connection.is_open()) return;
        usable_until_ = connection.channel().usable_until();
        warning_ = connection.channel().warning();
    }
    void connected(const session::Connected&, const session::Session&) override {}

    [[nodiscard]] KeeperSettings settings(const Program& program, const std::string& server) const {
        KeeperSettings settings{.idle = *program.settings.share.idle, .usable_until = usable_until_, .warnings = {}};
        if (std::string ours = program.tls.expiry_warning(); !ours.empty())
            settings.warnings.push_back({std::move(ours), "own_certificate_expires_soon"});
        if (!warning_.empty())
            settings.warnings.push_back({fmt::format("{}: {}", escape(server), warning_), "certificate_expires_soon"});
        return settings;
    }

private:
    std::optional<std::chrono::system_clock::time_point> usable_until_;
    std::string warning_;
};

class FirstCall {
public:
    FirstCall(const asio::any_io_executor& executor, const Program& program)
        : executor_(executor),
          program_(program),
          log_(program.log),
          reports_(program.settings.diagnosis, program.log),
          client_(executor, settings_for(program, remembered_), program.tls, nullptr, log_) {}

    Awaitable<Result<>> run() {
        auto [winner, result] = co_await async::race(client_.run(), publish_and_keep());
        if (keeper_) {
            keeper_->conclude(result);
            std::_Exit(0);
        }
        reports_.conclude(client_.statistics());
        co_return both(std::move(result), unpublished_);
    }

private:
    static client::Settings settings_for(const Program& program, client::Observer& observer) {
        client::Settings settings = program.settings.client;
        settings.observer = &observer;
        return settings;
    }

    Awaitable<Result<>> publish_and_keep() {
        auto [winner, result] = co_await async::race(watch_from_outside(client_, program_), publish());
        if (!result) co_return result;
        become_keeper();
        if (keeper_) co_return (co_await async::race(keeper_->run(), door_->run(*keeper_), watch_signals())).result;
        client_.finish();
        co_return co_await watch_from_outside(client_, program_);
    }

    Awaitable<Result<>> publish() {
        const cli::PublishSettings& publish = program_.settings.publish;
        const bool is_empty = publish.source == cli::Source::null;
        return publish_first_message(client_,
                                     {.topic_name = publish.message.topic_name,
                                      .payload = is_empty ? std::string_view() : publish.text,
                                      .properties = publish.message.properties.view(),
                                      .qos = publish.message.qos,
                                      .retain = publish.message.retain},
                                     unpublished_);
    }

    /// Makes the keeper, in another process, which goes on here; this one ends. Or does nothing, and says with -d why.
    void become_keeper() {
        auto prepared = prepare();
        if (!prepared) return not_kept(prepared.error());
        share::Listener listener = std::move(*prepared);
        auto& context = asio::query(executor_, asio::execution::context);
        context.notify_fork(asio::execution_context::fork_prepare);
        const pid_t child = os::fork_detached();
        const int error = errno;
        context.notify_fork(child == 0 ? asio::execution_context::fork_child : asio::execution_context::fork_parent);
        if (child < 0) return not_kept(Failure(Errc::internal, "no other process: " + os::system_reason(error)));
        if (child > 0) {
            log_.debug(fmt::format("process {} keeps the connection to {} for other calls", child, client_.server()),
                       {.event = "kept", .host = client_.server()});
            listener.leave();
            reports_.conclude(client_.statistics());
            std::_Exit(0);
        }
        share::Identity& identity = *program_.share->identity;
        identity.lock();
        door_.emplace(executor_, std::move(listener));
        keeper_.emplace(executor_, client_, client::system_timer(), std::move(identity),
                        remembered_.settings(program_, client_.server()), [this] { door_->close(); });
        log_.divert(*keeper_);
    }

    /// The keeper's. The first one lets messages that are on their way arrive; the second one ends the process.
    Awaitable<Result<>> watch_signals() {
        asio::signal_set signals(executor_, SIGINT, SIGTERM, SIGHUP);
        for (bool is_first = true;; is_first = false) {
            const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
            if (error) co_return async::cancelled();
            if (!is_first) std::_Exit(0);
            keeper_->terminate();
        }
    }

    void not_kept(const Failure& why) const {
        log_.debug(fmt::format("--share: the connection is not kept: {}", why.cause),
                   {.event = "not_kept", .hint = why.hint});
    }

    /// Takes the name of the keeper, if the connection is still what its settings and files say.
    Result<share::Listener> prepare() {
        const share::Identity now = identity_of(program_.settings);
        if (now.bytes() != program_.share->identity->bytes())
            return Failure(Errc::bad_option, "a file that the connection depends on has changed");
        auto listener = share::Listener::open(program_.share->directory, program_.share->name);
        if (!listener) return listener.error();
        if (!*listener) return Failure(Errc::bad_option, "another process keeps one");
        return std::move(**listener);
    }

    asio::any_io_executor executor_;
    const Program& program_;
    Log log_;
    Remembered remembered_;
    Reports reports_;
    client::Client client_;
    Result<> unpublished_;
    std::optional<KeeperDoor> door_;
    std::optional<Keeper> keeper_;
};

}  // namespace

Awaitable<Result<>> publish_shared(const Program& program) {
    FirstCall call(co_await asio::this_coro::executor, program);
    co_return co_await call.run();
}

}  // namespace mqtts::program
