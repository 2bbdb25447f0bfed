// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulation/clock.hpp"
#include "simulation/directory.hpp"
#include "simulation/keeper_role.hpp"
#include "simulation/memory.hpp"
#include "simulation/model_broker.hpp"
#include "simulation/network.hpp"
#include "simulation/remembered.hpp"
#include "simulation/roles.hpp"
#include "simulation/sayings.hpp"
#include "simulation/spool_witness.hpp"
#include "simulation/spooled_role.hpp"
#include "simulation/trace.hpp"

namespace mqtts::simulation {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

/// A run without progress for this long never ends: it is longer than any patience of the client.
constexpr std::chrono::minutes longest_rest{40};
/// More handlers than these, in a run or at one moment of it, are a loop.
constexpr std::uint64_t most_steps = 3'000'000;
constexpr std::uint64_t most_steps_at_once = 100'000;
/// Of both programs, the network and the broker, and the copies of the witness, without payloads. Few runs need a tenth
/// of it.
constexpr std::size_t most_memory = std::size_t{24} * 1024 * 1024;
/// How long a run may take after SIGTERM: its linger time, and that of the goodbye.
constexpr std::chrono::seconds longest_linger{8};
/// How often the world looks whether the subscriber has everything.
constexpr std::chrono::seconds look_again{5};

/// Swallows what the client would say to people.
class Silence final : public LogSink {
public:
    Silence(Network& network, unsigned client) : network_(network), client_(client) {}

    [[nodiscard]] bool wants_debug() const noexcept override { return network_.plan.habits.demands; }
    void warning(std::string_view text, const LogNote& note) override {
        if (network_.trace.on()) network_.trace.note(client_, fmt::format("warning: {}", text));
        if (note.event == "early_not_taken") network_.promises.early_not_taken(client_);
        if (note.event == describe(Errc::subscription_refused).name) network_.promises.subscription_left_out();
        if (note.event == "failed_over") network_.failover.warned(client_, text, note);
    }
    void debug(std::string_view, const LogNote&) override {}

private:
    Network& network_;
    const unsigned client_;
};

class World final : public Actor {
public:
    World(asio::io_context& io, const Plan& plan, const std::string& directory, bool traced)
        : io_(io), plan_(plan), clock_(io.get_executor()), trace_(clock_, traced) {
        network_.broker = &broker_;
        if (plan.habits.needs_5) witness_.need_version_5();
        network_.directory = directory;
        publisher_log_.divert(publisher_silence_);
        subscriber_log_.divert(subscriber_silence_);
    }

    Outcome run();
    /// Returns false when the event loop must not be used again.
    [[nodiscard]] bool clear();

    enum What : std::uint32_t {
        look,
        publisher_begins,
        subscriber_begins,
        interrupt_publisher,
        interrupt_subscriber,
        publisher_lingers,
        subscriber_lingers
    };
    /// Looks whether the subscriber may end, or sends a signal.
    void act(std::uint32_t what, std::uint64_t number) override;

private:
    void settle();
    void watch_memory();
    void interrupt(Role& role, unsigned client);
    void check_end(const Role& role);
    void begin_publisher();
    [[nodiscard]] bool publish_again();
    [[nodiscard]] bool has_published() const noexcept {
        return publisher_ && publisher_->ended() && publisher_runs_ >= plan_.restarting.spooling.size();
    }
    [[nodiscard]] bool ended() const noexcept {
        return has_published() && (subscriber_ ? subscriber_->ended() : !plan_.subscribing.on);
    }
    void judge(Role& role, unsigned client, bool& judged);
    [[nodiscard]] bool run_again();
    void begin_subscriber();
    void watch_progress();

    asio::io_context& io_;
    const Plan& plan_;
    VirtualClock clock_;
    Trace trace_;
    Witness witness_;
    Network network_{clock_, plan_, trace_, witness_};
    ModelBroker broker_{network_};
    Sayings sayings_{network_, broker_};
    Silence publisher_silence_{network_, 0};
    Silence subscriber_silence_{network_, 1};
    Log publisher_log_{"mqtts-pub", Log::Level::quiet};
    Log subscriber_log_{"mqtts-sub", Log::Level::quiet};
    SpoolWitness spool_witness_{network_};
    Remembered remembered_{network_};
    std::unique_ptr<Role> publisher_;  // or a keeper
    std::optional<SubscriberRole> subscriber_;
    std::size_t allocated_before_ = allocated();
    std::uint64_t looks_ = 0;  // at the memory
    bool publisher_judged_ = false;
    bool subscriber_judged_ = false;
    bool next_is_coming_ = false;       // a run of the publisher
    std::uint64_t publisher_runs_ = 0;  // that have begun
    std::uint64_t runs_ = 0;            // of the subscriber
    bool asked_to_catch_up_ = false;
    std::uint64_t progress_ = 0;
    Time progressed_{};
    std::uint64_t steps_ = 0;
    std::uint64_t steps_at_once_ = 0;
};

/// Does everything that can be done at this moment.
void World::settle() {
    io_.restart();
    while (io_.poll_one() != 0 && !witness_.violation()) {
        if (++steps_ > most_steps || ++steps_at_once_ > most_steps_at_once)
            witness_.broken(Invariant::live_lock, "the loop never rests");
    }
}

void World::judge(Role& role, unsigned client, bool& judged) {
    if (!role.ended() || std::exchange(judged, true)) return;
    if (trace_.on())
        trace_.note(client, role.was_killed() ? "is dead"
                            : role.result()   ? "ends with success"
                                              : fmt::format("ends: {}", one_line(role.result().error())));
    if (role.was_killed()) return witness_.killed(client);
    witness_.ended(client, role.result(), role.client().statistics());
    network_.promises.ended(client, role.result(), role.client().statistics());
    network_.failover.ended(client, role.result(), clock_.now());
    sayings_.ended(role.client());
    if (!role.result()) network_.sentences.ended(client, role.result().error(), role.client().statistics());
    const Subscribing& subscribing = plan_.subscribing;
    const bool proved = subscribing.end == Subscribing::End::after_retained &&
                        (subscribing.pings_decide || plan_.details.slow_retained != 0);
    if (client == 1 && proved && role.result() && subscribing.wanted == 0) witness_.check_retained();
}

/// Lets another run of the subscriber follow the last one, if there is one in the plan.
bool World::run_again() {
    const std::size_t more = plan_.subscribing.again ? 1 : plan_.restarting.deaths.size();
    if (!subscriber_judged_ || runs_ > more) return false;
    // Another process knows nothing of what the last one had received.
    if (!plan_.restarting.remembers) witness_.session_lost(1);
    begin_subscriber();
    return true;
}

void World::begin_subscriber() {
    subscriber_judged_ = asked_to_catch_up_ = false;
    sayings_.begins();
    // A retained message that comes back after its removal, and a connection that was closed, look like a refusal.
    if (plan_.subscribing.removes) witness_.allow(1, exit_status(Errc::publish_refused));
    subscriber_.reset();
    subscriber_.emplace(io_, network_, subscriber_log_, remembered_, runs_++).begin();
    clock_.at(clock_.now() + look_again, *this, look);
}

void World::begin_publisher() {
    publisher_judged_ = next_is_coming_ = false;
    publisher_.reset();
    const std::vector<SpoolingRun>& spooling = plan_.restarting.spooling;
    std::uint32_t interrupted = plan_.publisher_interrupted;
    if (!spooling.empty()) {
        interrupted = spooling[publisher_runs_].interrupted;
        publisher_ = std::make_unique<SpooledRole>(io_, network_, publisher_log_, spool_witness_, publisher_runs_);
    } else if (plan_.keeping.on) {
        publisher_ = std::make_unique<KeeperRole>(io_, network_);
    } else {
        publisher_ = std::make_unique<PublisherRole>(io_, network_, publisher_log_);
    }
    ++publisher_runs_;
    publisher_->begin();
    if (interrupted != 0)
        clock_.at(clock_.now() + milliseconds(interrupted), *this, interrupt_publisher, publisher_runs_);
}

/// Lets another process follow the last one that used the spool, if there is one in the plan.
bool World::publish_again() {
    if (!publisher_judged_ || next_is_coming_ || publisher_runs_ >= plan_.restarting.spooling.size()) return false;
    next_is_coming_ = true;
    const milliseconds pause(plan_.restarting.spooling[publisher_runs_].begins);
    clock_.at(clock_.now() + pause, *this, publisher_begins);
    return true;
}

void World::watch_progress() {
    if (witness_.progress() != progress_) {
        progress_ = witness_.progress();
        progressed_ = clock_.now();
    } else if (clock_.now() - progressed_ > longest_rest) {
        witness_.broken(Invariant::live_lock,
                        fmt::format("nothing has happened to any message for {} minutes", longest_rest.count()));
    }
}

void World::watch_memory() {
    if (++looks_ % 32 != 0) return;  // the C library counts for a while
    const std::size_t now = allocated();
    const std::size_t payloads = std::size_t{4} * plan_.publishing.largest_payload * witness_.messages();
    if (now > allocated_before_ + most_memory + payloads)
        witness_.broken(Invariant::bounded_memory, fmt::format("{} bytes are allocated", now - allocated_before_));
}

void World::interrupt(Role& role, unsigned client) {
    if (role.ended()) return;
    witness_.interrupted(client);
    if (role.program_runs()) sayings_.ask(client, role.client());
    if (plan_.details.runs_out_of_time) {
        trace_.note(client, "the time is up");
        role.run_out_of_time(longest_linger - std::chrono::seconds(3));
    } else {
        trace_.note(client, "SIGTERM");
        role.interrupt();
    }
    clock_.at(clock_.now() + longest_linger, *this, client == 0 ? publisher_lingers : subscriber_lingers,
              client == 0 ? publisher_runs_ : runs_);
}

/// A run that was interrupted has ended by now.
void World::check_end(const Role& role) {
    if (role.program_runs()) witness_.broken(Invariant::live_lock, "a run goes on for long after SIGTERM");
}

void World::act(std::uint32_t what, std::uint64_t number) {
    if (what == publisher_begins) return begin_publisher();
    const bool is_of_publisher = what == interrupt_publisher || what == publisher_lingers;
    if (is_of_publisher && number != publisher_runs_) return;  // it was about an earlier run
    if (what == interrupt_publisher) return interrupt(*publisher_, 0);
    if (what == publisher_lingers) return check_end(*publisher_);
    if (what == subscriber_begins) return begin_subscriber();
    if (!subscriber_) return;
    if (what == subscriber_lingers && number != runs_) return;  // it was about an earlier run
    if (what == subscriber_lingers) return check_end(*subscriber_);
    if (what == interrupt_subscriber) return interrupt(*subscriber_, 1);
    if (subscriber_->ended()) return;
    const bool has_all = subscriber_->client().subscribed() && broker_.has_nothing_for(1);
    if (has_published() && has_all) {
        if (plan_.subscribing.end == Subscribing::End::caught_up && !std::exchange(asked_to_catch_up_, true))
            subscriber_->client().finish_when_caught_up();
        else
            return interrupt(*subscriber_, 1);
    }
    clock_.at(clock_.now() + look_again, *this, look);
}

Outcome World::run() {
    progressed_ = clock_.now();
    begin_publisher();
    if (plan_.subscribing.on)
        clock_.at(clock_.now() + milliseconds(plan_.subscribing.begins), *this, subscriber_begins);
    if (plan_.subscribing.on && plan_.subscriber_interrupted != 0)
        clock_.at(clock_.now() + milliseconds(plan_.subscriber_interrupted), *this, interrupt_subscriber);
    for (;;) {
        settle();
        if (subscriber_) sayings_.watch(subscriber_->client());
        judge(*publisher_, 0, publisher_judged_);
        if (subscriber_) judge(*subscriber_, 1, subscriber_judged_);
        if (subscriber_ && !subscriber_->ended() && subscriber_->client().subscribed() &&
            network_.promises.is_connected(1) && !network_.promises.leaves_out() && broker_.lacks_subscriptions(1))
            witness_.broken(Invariant::session_resumed, "the subscriber listens, but the broker lacks a subscription");
        if (run_again() || publish_again()) continue;
        if (ended() || witness_.violation()) break;
        const Time before = clock_.now();
        if (!clock_.advance()) {
            witness_.broken(Invariant::live_lock, "a run waits for nothing");
            break;
        }
        if (clock_.now() != before) steps_at_once_ = 0;
        watch_progress();
        watch_memory();
    }
    return {.violation = witness_.violation(),
            .packets = broker_.packets(),
            .cuts = network_.cuts,
            .deaths = network_.deaths,
            .virtual_seconds = std::chrono::duration<double>(clock_.elapsed()).count(),
            .trace = trace_.text()};
}

bool World::clear() {
    if (publisher_) publisher_->cancel();
    if (subscriber_) subscriber_->cancel();
    const auto hangs = [&] { return (publisher_ && !publisher_->ended()) || (subscriber_ && !subscriber_->ended()); };
    for (int i = 0; i != 1'000 && hangs(); ++i) {
        io_.restart();
        io_.poll();
    }
    return !hangs();
}

}  // namespace

Outcome run(const Plan& plan, bool traced) {
    static auto io = std::make_unique<asio::io_context>(1);
    std::optional<Directory> directory;  // goes also if the world stays
    if (plan.restarting.spools() || plan.restarting.remembers) directory.emplace();
    auto world = std::make_unique<World>(*io, plan, directory ? directory->path() : "", traced);
    Outcome outcome = world->run();
    if (world->clear()) {
        world.reset();
        io->restart();
        io->poll();
        return outcome;
    }
    static_cast<void>(world.release());  // its coroutines hang
    static_cast<void>(io.release());
    io = std::make_unique<asio::io_context>(1);
    return outcome;
}

}  // namespace mqtts::simulation
