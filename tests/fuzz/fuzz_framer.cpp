// SPDX-License-Identifier: Apache-2.0
// An input of many messages. However it is cut into pieces, it holds the same messages and the same mistakes.
//
// The first byte: bits 0 and 1 choose the framing, bit 2 a delimiter of several bytes, the rest the longest message.
// The second is how many bytes come at a time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "record/framer.hpp"
#include "record/record.hpp"

using namespace mqtts;
using record::Framer;
using record::Framing;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

struct Message {
    std::uint64_t number;
    Errc error;
    std::string bytes;
    bool operator==(const Message&) const = default;
};

/// What the framer hands out or refuses, one after the other.
class Reader {
public:
    Reader(Framing framing, std::size_t maximum, const std::string& delimiter)
        : framer_(framing, maximum, delimiter), maximum_(maximum), is_whole_(framing == Framing::whole) {}

    std::vector<Message> read(std::string_view input, std::size_t step) {
        while (!input.empty()) {
            const std::string_view piece = input.substr(0, step);
            input.remove_prefix(piece.size());
            framer_.input().append(piece);
            while (take(&Framer::next)) {
            }
            if (is_whole_ && !messages_.empty()) return std::move(messages_);
        }
        while (take(&Framer::last)) {
        }
        return std::move(messages_);
    }

private:
    bool take(std::optional<std::string_view> (Framer::*from)(Errc&)) {
        Errc error = Errc::ok;
        const auto message = (framer_.*from)(error);
        if (!message && error == Errc::ok) return false;
        require(!message || (error == Errc::ok && message->size() <= maximum_));
        messages_.push_back({framer_.number(), error, std::string(message.value_or(""))});
        require(messages_.back().number == messages_.size());
        if (error == Errc::ok) return true;
        if (is_whole_) return false;  // nothing can follow
        framer_.skip();
        return true;
    }

    Framer framer_;
    std::size_t maximum_;
    bool is_whole_;
    std::vector<Message> messages_;
};

void read_record(std::string_view record) {
    constexpr std::string_view delimiter = "=";
    record::RecordReader reader(record::RecordForm::topic_and_payload, std::string(delimiter));
    wire::Publish message;
    if (const auto read = reader.read(record, message); !read) {
        require(!read.error().cause.empty());
        return;
    }
    require(message.topic_name.find_first_of(delimiter) == message.topic_name.npos);
    require(message.topic_name.size() + delimiter.size() + message.payload.size() == record.size());
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto framing = static_cast<Framing>(std::min(data[0] & 3, 2));
    const std::string delimiter = (data[0] & 4) != 0 ? "\r\n--" : "\n";
    const std::size_t maximum = data[0] / 8U * 4U;
    const std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
    const auto at_once = Reader(framing, maximum, delimiter).read(input, input.size());
    const auto in_pieces = Reader(framing, maximum, delimiter).read(input, data[1] % 64U + 1U);
    require(at_once == in_pieces);
    for (const Message& message : at_once)
        read_record(message.bytes);
    return 0;
}
