// SPDX-License-Identifier: Apache-2.0
#include "client/spooled_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/retry.hpp"
#include "client/statistics.hpp"
#include "text/escape.hpp"
#include "wire/decode.hpp"
#include "wire/publish_encoder.hpp"
#include "wire/topic.hpp"

namespace mqtts::client {

using session::Awaiting;
using wire::ProtocolVersion;

namespace {

/// How many messages of QoS 1 may be removed from the spool late: they would be sent once more if we were killed.
constexpr std::size_t most_uncommitted = 1000;

constexpr std::uint64_t packet_identifiers = 65535;

/// How many messages are noted in advance as perhaps sent.
constexpr std::uint64_t noted_at_once = 1000;

/// Returns why a spool cannot keep such a message; Errc::ok: it can.
Errc objection_to(const wire::PublishEncoder& encoder, wire::Qos qos, std::size_t payload_size) noexcept {
    if (qos == wire::Qos::at_most_once) return Errc::not_spoolable;
    return encoder.size(payload_size) > wire::largest_packet ? Errc::packet_too_large_for_server : Errc::ok;
}

/// Says why a server that speaks this version does not take a message of the spool; empty: it may. Version 0.2 also
/// kept text that no server need take.
std::string obstacle_to(const wire::Publish& message, ProtocolVersion version) {
    const bool too_new = !message.properties.empty() && version != ProtocolVersion::v5;
    if (too_new) return "it has properties, but the broker does not speak MQTT 5";
    std::string objection = wire::objection_to(message.topic_name);
    for (const wire::Property& property : message.properties) {
        const bool is_text = wire::info(property.identifier).type != wire::PropertyType::binary;
        if (objection.empty() && is_text) objection = wire::objection_to(property.text);
        if (objection.empty()) objection = wire::objection_to(property.value);
    }
    return objection;
}

}  // namespace

SpooledStream::SpooledStream(const boost::asio::any_io_executor& executor, Client& client, store::Spool& spool,
                             std::string name, const Log& log)
    : client_(client),
      spool_(spool),
      name_(std::move(name)),
      log_(log),
      more_(executor),
      next_(spool.front()),
      perhaps_sent_to_(std::min({spool.sent_until(), spool.front() + packet_identifiers, spool.next()})) {
    client_.on_progress([this](const std::vector<Progress>& progress) { return keep(progress); },
                        [this](session::Kept kept) { return session_lost(kept); });
    client_.take_time();
}

// From the input to the spool

Awaitable<> SpooledStream::wait_to_publish() {
    co_return;
}

Awaitable<> SpooledStream::wait_for_acknowledgement() {
    co_return;
}

std::size_t SpooledStream::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                        std::uint64_t /*number*/, Errc& error) {
    const wire::PublishEncoder encoder(message, version());
    std::size_t count = 0;
    error = Errc::ok;
    for (; count != payloads.size() && can_publish(); ++count) {
        error = objection_to(encoder, message.qos, payloads[count].size());
        if (error != Errc::ok) break;
        add(encoder, payloads[count]);
    }
    return count;
}

/// Keeps the message itself: a spool cannot refer to a payload.
bool SpooledStream::publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) {
    error = objection_to(wire::PublishEncoder(message, version()), message.qos, payload.size());
    if (error != Errc::ok) return true;
    Buffer bytes;
    const std::span<char> space = bytes.prepare(payload.size()).first(payload.size());
    check(payload.read(0, space));
    wire::Publish complete = message;
    complete.payload = {space.data(), space.size()};
    return !result_ || publish(complete, 0, error);
}

void SpooledStream::add(const wire::PublishEncoder& encoder, std::string_view payload) {
    if (!std::exchange(adding_, true)) check(spool_.begin());
    packet_.clear();
    encoder.encode(packet_, payload, 1);  // any identifier: the one of the sequence number takes its place
    if (result_) check(spool_.add(packet_.readable()));
    ++added_count_;
}

void SpooledStream::flush() {
    if (!std::exchange(adding_, false)) return;
    if (result_) check(spool_.commit());
    if (!result_)
        spool_.rollback();
    else if (log_.debugging())
        log_.debug(fmt::format("{} kept in {}, {} there now", count_of(added_count_, "message"), escape(name_),
                               spool_.size()));
    added_count_ = 0;
    more_.notify();
}

void SpooledStream::finish() {
    flush();
    input_ended_ = true;
    client_.hurry();
    more_.notify();
}

void SpooledStream::check(Result<> done) {
    if (result_) result_ = std::move(done);
}

// From the spool to the server

Awaitable<Result<>> SpooledStream::drain() {
    while (!client_.finishing()) {
        if (next_ != spool_.next()) {
            co_await client_.wait_to_publish();
            if (Result<> sent = send_waiting(); !sent) client_.stop(std::move(sent));
            client_.flush();
        } else if (!input_ended_) {
            co_await more_.wait();
        } else {
            client_.finish();
        }
    }
    co_return co_await async::until();
}

/// Sends as many messages as there is room for.
Result<> SpooledStream::send_waiting() {
    Result<> result;
    bool is_over = true;
    if (next_ >= spool_.sent_until()) {
        if (Result<> noted = spool_.set_sent_until(next_ + noted_at_once); !noted) return noted;
    }
    Result<> read = spool_.read(next_, [&](const store::Spool::Entry& entry) {
        is_over = false;
        if (!client_.can_publish()) return false;
        next_ = entry.sequence;  // there may be a gap before it
        if (next_ >= spool_.sent_until()) return false;
        client_.skip_to(entry.sequence);
        if (!client_.can_publish()) return false;  // the gap took the last identifiers
        result = send(entry);
        next_ = entry.sequence + 1;
        is_over = true;
        return result.has_value();
    });
    if (read && result && is_over) next_ = spool_.next();  // an earlier process may have removed the last messages
    return result ? read : result;
}

Result<> SpooledStream::send(const store::Spool::Entry& entry) {
    if (entry.packet.empty()) {
        client_.release();
        return {};
    }
    Errc error = Errc::ok;
    wire::Publish message;
    const auto frame = wire::next_frame(entry.packet, wire::largest_packet, error);
    if (frame) error = decode(*frame, version(), message);
    if (!frame || error != Errc::ok)
        return Failure(Errc::store_failed, fmt::format("{} contains data that is not a message", escape(name_)));
    message.dup = entry.sequence < perhaps_sent_to_;
    if (!entry.received) return send_as_new(entry, message);
    client_.release(message);
    return {};
}

/// Sends a message for the first time. One that this server can never take is refused, and does not block those behind
/// it.
Result<> SpooledStream::send_as_new(const store::Spool::Entry& entry, const wire::Publish& message) {
    std::string objection = obstacle_to(message, client_.version());
    Errc error = Errc::publish_refused;
    if (objection.empty()) {
        static_cast<void>(client_.publish(message, 0, error));  // there is room
        if (error == Errc::ok) return {};
        objection = describe(error).sentence;
    }
    client_.refuse({error, fmt::format("cannot publish to '{}': {}", escape_beginning(message.topic_name), objection)});
    client_.skip_to(entry.sequence + 1);
    finished_.push_back(entry.sequence);
    return {};
}

// From the server to the spool

/// Records the progress. PUBREC is recorded before PUBREL leaves: otherwise the next process would publish a message
/// again whose identifier the server has freed. PUBCOMP is recorded before the identifier is used again. A late PUBACK
/// causes at most what QoS 1 allows.
Result<> SpooledStream::keep(const std::vector<Progress>& progress) {
    bool exactly_once = false;
    for (const Progress& one : progress) {
        (one.is_finished ? finished_ : received_).push_back(one.sequence);
        exactly_once = exactly_once || one.awaited != Awaiting::puback;
    }
    return exactly_once || finished_.size() >= most_uncommitted ? commit_progress() : Result<>();
}

/// Forgets every PUBREC, unless the session is perhaps there: the messages are published again, by this process or by
/// the next one. The session counts those in flight itself.
Result<> SpooledStream::session_lost(session::Kept kept) {
    if (kept == session::Kept::perhaps) return tell_repeated("perhaps the broker did not keep");
    received_.clear();
    const auto lost = spool_.remove_lost();
    if (!lost) return lost.error();
    if (*lost != 0)
        client_.refuse(
            {Errc::unacknowledged, fmt::format("the broker lost the session and with it {} sent by version 0.1",
                                               count_of(*lost, "QoS 2 message"))});
    if (Result<> forgotten = spool_.forget_received(); !forgotten) return forgotten;
    Result<> told = tell_repeated("the broker lost");
    perhaps_sent_to_ = next_;
    return told;
}

/// Says that messages which an earlier process has sent, and this one has not, may arrive twice; each once.
Result<> SpooledStream::tell_repeated(std::string_view what_happened) {
    const std::uint64_t begin = std::max(next_, told_repeated_to_);
    const auto repeated = spool_.count_exactly_once(begin, perhaps_sent_to_);
    if (!repeated) return repeated.error();
    told_repeated_to_ = std::max(begin, perhaps_sent_to_);
    client_.may_come_twice(*repeated);
    if (*repeated != 0)
        log_.warning(fmt::format("{} the session of the last run, so up to {} may arrive twice", what_happened,
                                 count_of(*repeated, "QoS 2 message")),
                     {.event = "session_lost"});
    return {};
}

Result<> SpooledStream::commit_progress() {
    if (received_.empty() && finished_.empty()) return {};
    Result<> kept = spool_.keep_progress(received_, finished_);
    received_.clear();
    finished_.clear();
    return kept;
}

Result<> SpooledStream::conclude(Result<> ended) {
    flush();
    if (Result<> committed = commit_progress(); !committed && ended) ended = std::move(committed);
    if (!result_) {  // messages that could not be kept are lost, however well the rest went
        ended = ended ? result_ : combined(result_.error(), ended.error());
    }
    spool_.shrink();
    if (ended || spool_.size() == 0) return ended;
    Failure failure = ended.error();
    if (retry_can_cure(failure.code)) failure.code = Errc::unacknowledged;
    failure.cause += fmt::format("; {} {} in {} for the next run", count_of(spool_.size(), "message"),
                                 spool_.size() == 1 ? "waits" : "wait", escape(name_));
    return failure;
}

}  // namespace mqtts::client
