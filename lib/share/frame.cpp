// SPDX-License-Identifier: Apache-2.0
#include "share/frame.hpp"

#include <algorithm>
#include <string>

#include "share/fields.hpp"

namespace mqtts::share {

namespace {

// The longest texts, so that a frame with all of them has room.
constexpr std::size_t longest_text = std::size_t{16} * 1024;
constexpr std::size_t longest_note = std::size_t{4} * 1024;
constexpr std::size_t longest_word = std::size_t{1} * 1024;
constexpr std::size_t most_about = 4;

static_assert(2 * longest_text + most_about * longest_note + 1024 < largest_frame, "a result has room");
static_assert(2 * longest_text + longest_note + 3 * longest_word + 1024 < largest_frame, "a line has room");

/// The type, three flags, the lengths of topic and properties.
constexpr std::size_t size_around_publish = 1 + 3 + 8;

constexpr std::uint64_t highest_exit_status = 255;

/// Tells whether it is an error, or ok, whose exit status is not cut off when the process ends.
bool is_error(std::uint64_t code) noexcept {
    return code == 0 || (code >= 100 && code < (highest_exit_status + 1) * 100);
}

std::optional<Request> decode_publish(std::string_view body) {
    FieldReader reader(body);
    Publish publish;
    publish.qos = reader.choice(2);
    publish.retain = reader.flag();
    publish.wants_log = reader.flag();
    publish.topic = reader.text();
    publish.properties = reader.text();
    publish.payload = reader.rest();
    if (!reader.complete()) return std::nullopt;
    return publish;
}

Reply read_log(FieldReader& reader) {
    LogLine line;
    line.kind = static_cast<LogKind>(reader.choice(static_cast<std::uint8_t>(LogKind::debug)));
    for (std::string_view* const text : {&line.text, &line.event, &line.host, &line.members, &line.hint, &line.next})
        *text = reader.text();
    return line;
}

Reply read_done(FieldReader& reader) {
    Done done;
    const std::uint64_t code = reader.number(2);
    if (!is_error(code)) reader.fail();
    done.code = static_cast<Errc>(code);
    done.cause = reader.text();
    done.hint = reader.text();
    done.about.resize(reader.choice(most_about));
    for (std::string_view& one : done.about)
        one = reader.text();
    done.is_refused = reader.flag();
    done.reconnects = reader.number(8);
    return done;
}

Reply read_status(FieldReader& reader) {
    Status status;
    status.broker = reader.text();
    status.process = reader.number(8);
    status.connected_since = reader.time();
    status.idle = reader.time();
    status.ends_in = reader.optional_time();
    status.messages = reader.number(8);
    return status;
}

/// Nothing: it is no type of a reply.
std::optional<Reply> read_reply(FrameType type, FieldReader& reader) {
    switch (type) {
        case FrameType::refused:
            return Refused{static_cast<Refusal>(reader.choice(static_cast<std::uint8_t>(Refusal::busy)))};
        case FrameType::taken:
            return Taken{};
        case FrameType::log:
            return read_log(reader);
        case FrameType::done:
            return read_done(reader);
        case FrameType::status:
            return read_status(reader);
        default:
            return std::nullopt;
    }
}

}  // namespace

void encode_greeting(Buffer& to, std::string_view program_version) {
    to.append("mqtts/");
    for (const unsigned byte : {unsigned{protocol_version} >> 8, unsigned{protocol_version} & 0xFFU,
                                static_cast<unsigned>(program_version.size())}) {
        const char one = static_cast<char>(byte);
        to.append({&one, 1});
    }
    to.append(program_version);
}

void encode_identity_header(Buffer& to, std::size_t size) {
    const std::size_t length = size + 1;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        const char byte = static_cast<char>(length >> shift);
        to.append({&byte, 1});
    }
    const char type = static_cast<char>(FrameType::identity);
    to.append({&type, 1});
}

bool encode(Buffer& to, const Publish& publish) {
    constexpr std::size_t most = largest_frame - size_around_publish;
    if (publish.topic.size() > most || publish.properties.size() > most - publish.topic.size() ||
        publish.payload.size() > most - publish.topic.size() - publish.properties.size())
        return false;
    FrameWriter(to, FrameType::publish)
        .number(publish.qos, 1)
        .flag(publish.retain)
        .flag(publish.wants_log)
        .text(publish.topic)
        .text(publish.properties)
        .bytes(publish.payload);
    return true;
}

void encode(Buffer& to, StatusRequest /*request*/) {
    const FrameWriter frame(to, FrameType::status_request);
}

void encode(Buffer& to, EndRequest /*request*/) {
    const FrameWriter frame(to, FrameType::end_request);
}

void encode(Buffer& to, Refused refused) {
    FrameWriter(to, FrameType::refused).number(static_cast<std::uint8_t>(refused.reason), 1);
}

void encode(Buffer& to, Taken /*taken*/) {
    const FrameWriter frame(to, FrameType::taken);
}

void encode(Buffer& to, const LogLine& line) {
    FrameWriter(to, FrameType::log)
        .number(static_cast<std::uint8_t>(line.kind), 1)
        .shortened(line.text, longest_text)
        .shortened(line.event, longest_word)
        .shortened(line.host, longest_word)
        .text(line.members.size() > longest_text ? std::string_view() : line.members)
        .shortened(line.hint, longest_note)
        .shortened(line.next, longest_word);
}

void encode(Buffer& to, const Done& done) {
    const std::size_t about = std::min(done.about.size(), most_about);
    FrameWriter frame(to, FrameType::done);
    frame.number(static_cast<std::uint16_t>(done.code), 2)
        .shortened(done.cause, longest_text)
        .shortened(done.hint, longest_text)
        .number(about, 1);
    for (std::size_t i = 0; i < about; ++i)
        frame.shortened(done.about[i], longest_note);
    frame.flag(done.is_refused).number(done.reconnects, 8);
}

void encode(Buffer& to, const Status& status) {
    FrameWriter(to, FrameType::status)
        .shortened(status.broker, longest_word)
        .number(status.process, 8)
        .time(status.connected_since)
        .time(status.idle)
        .optional_time(status.ends_in)
        .number(status.messages, 8);
}

std::optional<Request> decode_request(FrameType type, std::string_view body) {
    if (type == FrameType::publish) return decode_publish(body);
    if (!body.empty()) return std::nullopt;
    if (type == FrameType::status_request) return StatusRequest{};
    if (type == FrameType::end_request) return EndRequest{};
    return std::nullopt;
}

std::optional<Reply> decode_reply(FrameType type, std::string_view body) {
    FieldReader reader(body);
    std::optional<Reply> reply = read_reply(type, reader);
    if (!reader.complete()) return std::nullopt;
    return reply;
}

Done done_with(const Failure& failure) {
    return {.code = failure.code,
            .cause = failure.cause,
            .hint = failure.hint,
            .about = {failure.about.begin(), failure.about.end()}};
}

Failure failure_of(const Done& done) {
    return {done.code, std::string(done.cause), std::string(done.hint), {done.about.begin(), done.about.end()}};
}

}  // namespace mqtts::share
