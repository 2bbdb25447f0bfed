// SPDX-License-Identifier: Apache-2.0
#include "simulation/caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "program/share_plan.hpp"

namespace mqtts::simulation {

using program::CallerLink;
using Kind = Manner::Kind;

namespace {

/// Both are those of a call that has no options for them.
constexpr std::uint32_t patience = 10'000;
constexpr std::uint32_t linger = 5'000;

constexpr std::size_t most_pieces = 200;  // of what a call writes, or a run takes too long

void encode_identity(Buffer& to, const share::Identity& identity) {
    share::encode_identity_header(to, identity.bytes().size());
    to.append(identity.bytes());
}

}  // namespace

share::Identity identity_of_calls(bool ours) {
    share::Identity identity;
    identity.add("settings", ours ? "ours" : "others");
    return identity;
}

/// The keeper's end.
class Caller::Link final : public CallerLink {
public:
    explicit Link(Caller& caller) : caller_(caller) { caller.witness_.connected(); }
    ~Link() override {
        caller_.witness_.disconnected();
        caller_.closed_by_keeper();
    }
    [[nodiscard]] Received receive(os::SecretBytes& to) override { return caller_.received(to); }
    void wait(std::function<void()> ready) override {
        caller_.ready_ = std::move(ready);
        if (!caller_.to_keeper_.empty() || caller_.has_left_) caller_.wake();
    }
    [[nodiscard]] bool send(std::string_view bytes) override { return caller_.send(bytes); }
    [[nodiscard]] bool is_gone() override { return caller_.has_left_; }

private:
    Caller& caller_;
};

Caller::Caller(const boost::asio::any_io_executor& executor, Network& network, CallWitness& witness,
               KeeperProcess& keeper, std::uint32_t call)
    : executor_(executor),
      network_(network),
      witness_(witness),
      keeper_(keeper),
      call_(call),
      manner_(manner_of(network.plan, call)),
      random_(network.plan.seed ^ (std::uint64_t{call} << 32)),
      message_(message_of(network.plan, call, 0)),
      replies_(program::share_version()),
      served_(message_),
      written_(program::share_version()) {}

Caller::~Caller() {
    network_.clock.forget(*this);
}

void Caller::start() {
    if (!std::exchange(has_started_, true)) want(begin, manner_.begins);
}

void Caller::want(What what, std::uint32_t milliseconds) {
    network_.clock.at(network_.clock.now() + std::chrono::milliseconds(milliseconds), *this, what, place_);
}

void Caller::act(std::uint32_t what, std::uint64_t place) {
    if (is_over_) return;
    switch (what) {
        case begin:
            return begin_call();
        case write:
            is_writing_ = false;
            return write_some();
        case read:
            is_reading_ = false;
            return read_some();
        case lose_patience:
            is_deaf_ |= !is_taken_ && place == place_;
            return is_deaf_ ? read_some() : void();
        case interrupt:
            if (!is_taken_) return end(CallEnd::gave_up);
            is_interrupted_ = true;
            return want(stop, linger);
        case kill:
            return end(CallEnd::killed);
        default:
            return end(CallEnd::gave_up);
    }
}

// What it does

void Caller::begin_call() {
    link_ = std::make_shared<bool>(true);
    unwritten_ = greeting();
    all_written_ = unwritten_.size();
    for (std::uint32_t place = 0; place != (manner_.hasty ? manner_.messages : 1); ++place)
        add_request(message_of(network_.plan, call_, place));
    write_some();
    want(lose_patience, patience);
    if (manner_.killed != 0) want(kill, manner_.killed);
    if (manner_.interrupted != 0) want(interrupt, manner_.interrupted);
    if (manner_.timeout != 0) want(time_out, manner_.timeout);
    if (!keeper_.connect(std::make_unique<Link>(*this))) end(CallEnd::alone);
}

std::string Caller::greeting() const {
    Buffer bytes;
    share::encode_greeting(bytes, manner_.kind == Kind::other_version ? "another" : program::share_version());
    const bool has_identity = manner_.kind <= Kind::other_version && manner_.kind != Kind::no_identity;
    if (has_identity) encode_identity(bytes, identity_of_calls(manner_.kind != Kind::other_identity));
    return std::string(bytes.readable());
}

void Caller::add_request(const CallMessage& message) {
    Buffer bytes;
    if (manner_.kind == Kind::asks_status) {
        share::encode(bytes, share::StatusRequest());
    } else if (manner_.kind == Kind::ends_keeper) {
        share::encode(bytes, share::EndRequest());
    } else if (manner_.kind == Kind::nonsense) {
        for (std::uint32_t i = random_.between(1, 300); i != 0; --i)
            bytes.append(std::string(1, static_cast<char>(random_.below(256))));
    } else {
        const bool fits = share::encode(bytes, share::Publish{.topic = message.topic_name,
                                                              .payload = message.payload,
                                                              .properties = message.properties.view().bytes(),
                                                              .qos = static_cast<std::uint8_t>(message.qos),
                                                              .retain = message.retain,
                                                              .wants_log = manner_.wants_log});
        if (!fits) network_.witness.broken(Invariant::content, "a message of a call is too large for a frame");
    }
    unwritten_ += bytes.readable();
    all_written_ += bytes.readable().size();
    request_ends_.push_back(all_written_);
}

void Caller::write_some() {
    if (is_closed_) return unwritten_.clear();
    const std::size_t piece = std::max<std::size_t>(manner_.piece, unwritten_.size() / most_pieces);
    const std::size_t count = std::min(piece, unwritten_.size());
    to_keeper_ += unwritten_.substr(0, count);
    unwritten_.erase(0, count);
    wake();
    if (!unwritten_.empty() && !std::exchange(is_writing_, true)) want(write, random_.below(manner_.pause + 1));
}

void Caller::want_read() {
    if (!std::exchange(is_reading_, true)) want(read, random_.below(manner_.slowness + 1));
}

void Caller::read_some() {
    const std::string bytes = std::exchange(to_caller_, {});
    std::string_view rest = bytes;
    while (!is_over_) {
        const share::ReadState state = replies_.read(rest);
        if (state == share::ReadState::more) break;
        if (state != share::ReadState::frame)
            return network_.witness.broken(Invariant::well_formed, "a keeper says what no keeper says");
        take(replies_.reply());
    }
    if (!is_over_ && (is_closed_ || is_deaf_)) lost();
}

void Caller::take(const share::Reply& reply) {
    if (std::holds_alternative<share::Taken>(reply)) is_taken_ = true;
    if (std::holds_alternative<share::Refused>(reply)) end(is_interrupted_ ? CallEnd::gave_up : CallEnd::alone);
    if (std::holds_alternative<share::Done>(reply)) end(CallEnd::told);
    if (std::holds_alternative<share::Status>(reply)) leave();
}

/// Another publish is right if the message has not left, or may arrive twice.
void Caller::lost() {
    const bool may_repeat = !is_taken_ || message_.qos == wire::Qos::at_least_once;
    end(is_interrupted_ ? CallEnd::gave_up : may_repeat ? CallEnd::alone : CallEnd::unknown);
}

void Caller::end(CallEnd how) {
    constexpr std::string_view names[] = {"told", "alone", "unknown", "gave up", "killed"};
    if (network_.trace.on())
        network_.trace.note(0, fmt::format("call {} ends for message {}: {}", call_, message_.number,
                                           names[static_cast<std::size_t>(how)]));
    if (manner_.kind <= Kind::other_version) witness_.ends(message_, how, is_taken_, !missed_something_ && !is_deaf_);
    if (how != CallEnd::told || place_ + 1 >= manner_.messages) return leave();
    message_ = message_of(network_.plan, call_, ++place_);
    is_taken_ = false;
    want(lose_patience, patience);
    if (manner_.hasty) return;
    add_request(message_);
    write_some();
}

void Caller::leave() {
    is_over_ = has_left_ = true;
    wake();
    keeper_.call_is_over();
}

}  // namespace mqtts::simulation
