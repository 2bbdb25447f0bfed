// SPDX-License-Identifier: Apache-2.0
// What became of it all: refusals, losses, and the result they make together.
#include <fmt/format.h>

#include "base/joined.hpp"
#include "client/client.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

/// While there is more to publish the first refusal is told at once; the verdict tells it anyway. What is not open
/// ended waits for the answer to a message, which never comes to a refused one.
void Client::refuse(Failure failure) {
    const bool is_first = !first_refusal_;
    note_refusal(std::move(failure));
    if (is_first && !finishing_) log_.warning(first_refusal_->what, {.event = describe(first_refusal_->code).name});
}

void Client::note_refusal(Failure failure) {
    ++refused_;
    if (first_refusal_) return;
    first_refusal_ = std::move(failure);
    if (!settings_.open_ended) finish();
}

/// Says which record of the input the failure is about; 0: none.
void Client::name_record(Failure& failure, std::uint64_t number) const {
    if (number != 0) failure.what = fmt::format("{} {}: {}", settings_.record_name, number, failure.what);
}

/// The connection's limits forbid what was sent on the last one, or before they were known.
void Client::refuse(const session::InFlight::GivenUp& given_up) {
    const std::string messages = count_of(given_up.messages, "message");
    const std::string_view sentence = describe(given_up.reason).sentence;
    refuse({given_up.reason, totals_.connections > 1
                                 ? fmt::format("{} cannot be sent again: {}", messages, sentence)
                                 : fmt::format("{} sent before CONNACK, perhaps delivered: {}", messages, sentence)});
    refused_ += given_up.messages - 1;
}

Statistics Client::statistics() const noexcept {
    return to_statistics(totals_, session_.unfinished() + session_.keep_alive().unconfirmed(),
                         session_.keep_alive().perhaps_lost(), refused_);
}

namespace {

/// Those of a server that closed the connection over one of them.
std::string last_topics(const std::vector<std::string>& topic_names) {
    std::string text;
    for (const std::string& topic_name : topic_names)
        text += fmt::format("{}'{}'", text.empty() ? ", the last for " : ", ", escape_beginning(topic_name));
    return text;
}

}  // namespace

/// Messages of QoS 2 that were delivered, and that the next run delivers again, as nobody remembers them.
std::size_t Client::may_be_repeated() const noexcept {
    const session::Settings& session = session_.settings();
    const bool lasts =
        !session.clean_start || (session.session_expiry_interval != 0 && !session.end_session_at_disconnect);
    return lasts && settings_.receipts == nullptr ? session_.held_back() : 0;
}

/// What was not acknowledged, as a sentence; empty: nothing.
std::string Client::losses() const {
    std::vector<std::string> parts;
    if (const auto left = session_.unfinished() + session_.keep_alive().unconfirmed())
        parts.push_back(count_of(left, "message") + " left without acknowledgement" + first_unanswered());
    if (const auto lost = session_.keep_alive().perhaps_lost())
        parts.push_back(fmt::format("{} of QoS 0 perhaps lost with a connection{}", count_of(lost, "message"),
                                    last_topics(session_.keep_alive().unconfirmed_topics())));
    if (const auto left = retained_removal_ ? retained_removal_->left() : 0)
        parts.push_back(count_of(left, "retained message") + " not removed, as too many came at once: run it again");
    if (const auto left = retained_removal_ ? retained_removal_->waiting() : 0)
        parts.push_back(count_of(left, "retained message") + " not removed");
    if (const auto left = may_be_repeated())
        parts.push_back(count_of(left, "message") +
                        " received and not yet acknowledged: the broker sends them again to this session");
    return joined(parts, "; ");
}

/// Success only when nothing was refused, lost or left unacknowledged.
Result<> Client::verdict(Result<> result) const {
    const std::string lost = losses();
    // That the time was up, or a signal came, does not hide that a retained message was not removed.
    const bool not_removed = retained_removal_ && (first_refusal_ || !lost.empty());
    if (result && interruption_ && !not_removed) result = *interruption_;
    if (!result) {
        if (totals_.connections == 0) return result;  // nothing was lost that ever got anywhere
        const auto topic_filters = subscriptions_.first_unanswered();
        if (lost.empty() && !topic_filters.empty() && retry_can_cure(result.error().code))
            return Failure(result.error().code,
                           fmt::format("{}; the subscription to '{}' was not answered", result.error().what,
                                       escape_beginning(topic_filters.front())));
        if (lost.empty()) return result;
        return Failure(result.error().code, fmt::format("{}; {}", result.error().what, lost));
    }
    if (!lost.empty()) return Failure(Errc::unacknowledged, lost);
    if (!first_refusal_) return {};
    if (refused_ == 1) return *first_refusal_;
    return Failure(first_refusal_->code,
                   fmt::format("{} messages were refused, the first: {}", refused_, first_refusal_->what));
}

}  // namespace mqtts::client
