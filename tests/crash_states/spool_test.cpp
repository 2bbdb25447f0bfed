// SPDX-License-Identifier: Apache-2.0
// mqtts-pub --spool: whenever the power fails, the next run finds what was said to be kept and is not acknowledged, and
// sends nothing as new that the broker has.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crash_states/packets.hpp"
#include "crash_states/power_loss.hpp"
#include "crash_states/serving.hpp"
#include "program/open_spool.hpp"
#include "wire/decode.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::test::crash;
using wire::PacketType;

/// The lines that are published, from 0 on. Some take a page of the database, or several.
std::string line(int number) {
    const std::size_t padding = number == 2 ? 9000 : static_cast<std::size_t>(number * 811 % 1800);
    return "line " + std::to_string(number) + ' ' + std::string(padding, 'x');
}

/// Three lives of a publisher: without a broker, killed in the middle of the exchange, and to the end.
class Lives {
public:
    Lives(const Recording& recording, const std::string& qos) : recording_(recording), qos_(qos) {
        without_broker();
        killed();
        to_the_end();
    }

private:
    Command publisher(const std::vector<std::string>& where) {
        std::vector<std::string> words{MQTTS_PUB, "--spool", recording_.root() + "/spool", "-t", "a", "-q", qos_,
                                       "-l",      "-d"};
        words.insert(words.end(), where.begin(), where.end());
        return recording_.recorded({.arguments = words, .input = Pipe{}});
    }
    Command publisher() { return publisher(broker_.arguments({})); }

    static void kill(Process& process) {
        process.signal(SIGKILL);
        CHECK(process.wait().status == 137);
    }

    void without_broker() {
        Process process(publisher({"-h", "localhost", "-p", "1"}));
        process.write(line(0) + '\n' + line(1) + '\n');
        process.wait_for_error("2 messages kept in ");
        process.write(line(2) + '\n');
        process.wait_for_error("1 message kept in ");
        kill(process);
    }

    void killed() {
        Process process(publisher());
        accept_publisher(broker_);
        process.write(line(3) + '\n');
        std::vector<std::string> published;
        for (int number = 0; number < 4; ++number)
            published.push_back(broker_.receive());
        for (const std::size_t number : {0, 2, 1}) {
            acknowledge(broker_, published[number]);
            if (qos_ == "1") continue;
            const std::string released = broker_.receive();
            CHECK(released == "PUBREL " + std::to_string(identifier_in(published[number])));
            if (number != 0) continue;
            acknowledge(broker_, released);
        }
        kill(process);
        broker_.drop();
    }

    void to_the_end() {
        Process process(publisher());
        accept_publisher(broker_, true);
        process.write(line(4) + '\n');
        for (bool is_there = false; !is_there;) {
            const std::string packet = broker_.receive();
            acknowledge(broker_, packet);
            is_there = broker_.last_packet().find(line(4)) != std::string::npos;
        }
        process.write(line(5) + '\n' + line(6) + '\n');
        process.close_input();
        serve_to_the_end(broker_);
        CHECK(process.wait().status == 0);
    }

    const Recording& recording_;
    std::string qos_;
    ScriptedBroker broker_;
};

/// A message in the spool that a run has opened.
struct Kept {
    std::uint64_t sequence = 0;
    bool received = false;
};

struct FoundSpool {
    std::string failure;
    std::string client_identifier;
    std::uint64_t next = 0;
    std::uint64_t sent_until = 0;
    std::map<std::string, Kept> messages;  // by their payloads
};

std::string payload_of(std::string_view packet) {
    Errc error = Errc::ok;
    wire::Publish message;
    const auto frame = wire::next_frame(packet, wire::largest_packet, error);
    if (!frame || decode(*frame, wire::ProtocolVersion::v5, message) != Errc::ok) return "no message";
    return std::string(message.payload);
}

FoundSpool start_spool_again(const std::string& directory) {
    FoundSpool found;
    auto spool = program::open_spool(directory, found.client_identifier);
    Result<> read;
    if (spool) {
        found.next = spool->next();
        found.sent_until = spool->sent_until();
        read = spool->read(0, [&](const store::Spool::Entry& entry) {
            found.messages[payload_of(entry.packet)] = {entry.sequence, entry.received};
            return true;
        });
        if (read && spool->size() != found.messages.size()) found.failure = "a message is there twice";
    }
    if (!spool) found.failure = spool.error().cause;
    if (!read) found.failure = read.error().cause;
    return found;
}

/// What has happened to a line until some moment.
struct Fate {
    std::optional<wire::PacketIdentifier> published;
    bool received = false;  // PUBREC has come
    bool released = false;  // PUBREL has left
    bool finished = false;  // PUBACK or PUBCOMP has come
};

/// What was promised at some moment, and what the broker knew.
struct Promises {
    std::size_t moment = 0;
    int kept = 0;  // lines that were said to be kept
    std::map<std::string, Fate> fates;
    std::string client_identifier;
};

/// What the lines with these Packet Identifiers are.
using Published = std::map<wire::PacketIdentifier, std::string>;

void add_packet(Promises& promises, Published& lines, const Packet& packet) {
    if (packet.type == PacketType::connect) promises.client_identifier = packet.client_identifier;
    if (packet.identifier == 0) return;
    if (packet.type == PacketType::publish) lines[packet.identifier] = packet.payload;
    Fate& fate = promises.fates[lines.at(packet.identifier)];
    if (packet.type == PacketType::publish) fate.published = packet.identifier;
    fate.received = fate.received || packet.type == PacketType::pubrec;
    fate.released = fate.released || packet.type == PacketType::pubrel;
    fate.finished = fate.finished || packet.type == PacketType::puback || packet.type == PacketType::pubcomp;
}

int count_kept(const Record& record) {
    const std::size_t end = record.call == Call::say ? record.bytes.find(" kept in ") : std::string::npos;
    if (end == std::string::npos) return 0;
    return std::stoi(record.bytes.substr(record.bytes.rfind(' ', record.bytes.rfind(" message", end) - 1) + 1));
}

/// All promises, each from its moment on.
std::vector<Promises> story_of(const std::vector<Record>& records) {
    std::vector<Promises> story(1);
    Published lines;
    const std::vector<Packet> packets = packets_in(records);
    auto packet = packets.begin();
    for (std::size_t at = 0; at < records.size(); ++at) {
        Promises next = story.back();
        next.moment = at;
        const auto first = packet;
        for (; packet != packets.end() && packet->at == at; ++packet)
            add_packet(next, lines, *packet);
        const int kept = count_kept(records[at]);
        next.kept += kept;
        if (kept != 0 || packet != first) story.push_back(std::move(next));
    }
    return story;
}

/// Says which promise about a line is broken.
std::string broken_promise(const FoundSpool& found, const std::string& text, const Fate& fate, bool is_kept) {
    const auto message = found.messages.find(text);
    if (message == found.messages.end()) {
        const bool is_lost = !fate.finished && (is_kept || fate.published);
        return is_lost ? (is_kept ? "is lost although it was kept" : "was published and is lost") : "";
    }
    const Kept& kept = message->second;
    if (fate.released && !kept.received) return "would be published although PUBREL has left";
    if (kept.received && !fate.received) return "would be released although PUBREC has not come";
    if (!fate.published) return {};
    if (kept.sequence % 65535 + 1 != *fate.published) return "would have another Packet Identifier";
    return kept.sequence < found.sent_until ? "" : "would be published again without DUP";
}

std::string check_spool(const FoundSpool& found, const Promises& promises) {
    std::set<std::string> lines;
    std::uint64_t published = 0;
    for (int number = 0; number < 7; ++number) {
        const std::string text = line(number);
        const auto known = promises.fates.find(text);
        const Fate fate = known == promises.fates.end() ? Fate{} : known->second;
        if (fate.published) published = std::max<std::uint64_t>(published, *fate.published);
        const std::string broken = broken_promise(found, text, fate, number < promises.kept);
        if (!broken.empty()) return "line " + std::to_string(number) + ' ' + broken;
        lines.insert(text);
    }
    for (const auto& [text, message] : found.messages)
        if (!lines.contains(text)) return "the spool contains what was never a line: " + text.substr(0, 20);
    if (found.next < published) return "a Packet Identifier would be used again";
    if (published != 0 && promises.client_identifier != found.client_identifier)
        return "the Client Identifier that the broker knows is lost";
    return {};
}

/// Opens the spool, and holds it against all that was promised in that time.
std::string check_spool(const std::string& directory, const std::vector<Promises>& story, const Span& span) {
    const FoundSpool found = start_spool_again(directory);
    if (!found.failure.empty()) return "the next run fails: " + found.failure;
    auto promises = std::ranges::upper_bound(story, span.first, {}, &Promises::moment);
    for (--promises; promises != story.end() && promises->moment <= span.last; ++promises)
        if (std::string broken = check_spool(found, *promises); !broken.empty()) return broken;
    return {};
}

void try_spool(const std::string& qos) {
    const Recording recording;
    const Lives lives(recording, qos);
    const auto story = story_of(recording.records());
    CHECK(story.back().kept == 7);
    check_power_losses("--spool, QoS " + qos, recording, Limits::of_environment(6),
                       {Forgotten::files, Forgotten::directories},
                       [&](const Span& span) { return check_spool(recording.root() + "/spool", story, span); });
}

}  // namespace

TEST_CASE("--spool, QoS 2: after a loss of power nothing that was kept is missing, and nothing comes twice") {
    try_spool("2");
}

TEST_CASE("--spool, QoS 1: after a loss of power nothing that was kept is missing") {
    try_spool("1");
}
