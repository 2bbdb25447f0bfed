// SPDX-License-Identifier: Apache-2.0
// A caller of a keeper: what it says, and the message that it has handed over.
//
// It is read only while it has no message here, so it costs the keeper at most one frame. What it does not take at once
// is not kept for it: a caller that stops reading is dropped, and harms nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "os/secret_bytes.hpp"
#include "program/caller_link.hpp"
#include "share/frame.hpp"
#include "share/frame_reader.hpp"
#include "wire/packet.hpp"

namespace mqtts::program {

/// A message that is waiting or on its way.
struct HandedOver {
    std::string topic_name;
    std::string payload;
    std::string properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;

    [[nodiscard]] wire::Publish packet() const noexcept {
        return {.topic_name = topic_name,
                .payload = payload,
                .properties = wire::PropertiesView(properties),
                .qos = qos,
                .retain = retain};
    }
};

class KeeperCaller : public std::enable_shared_from_this<KeeperCaller> {
public:
    using Ready = std::function<void(const std::shared_ptr<KeeperCaller>&)>;

    /// The views must outlive the caller.
    KeeperCaller(std::unique_ptr<CallerLink> link, std::string_view program_version, std::string_view identity);

    /// Calls `ready` once, from the event loop, when there is something to read.
    void wait(const Ready& ready);

    enum class Read : std::uint8_t { nothing, request, other_identity, over };
    /// Reads what has come, through `scratch`, where it leaves nothing. request: see request(), which is valid until
    /// the next read. over: the caller is gone, or has another version.
    [[nodiscard]] Read read(os::SecretBytes& scratch);
    [[nodiscard]] const share::Request& request() const noexcept { return reader_.request(); }
    /// Copies the publish of the request, which is gone then. Returns false if nobody may publish that.
    [[nodiscard]] bool take(const share::Publish& publish);
    [[nodiscard]] bool has_our_identity() const noexcept { return reader_.has_our_identity(); }

    /// Tells whether the caller has gone since it was last read.
    [[nodiscard]] bool is_gone() { return !is_open() || link_->is_gone(); }

    /// Sends a reply at once, or closes the link.
    template <class Reply>
    void tell(const Reply& reply) {
        share::encode(output_, reply);
        if (!send()) close();
    }
    void refuse(share::Refusal reason) { tell(share::Refused{reason}); }
    void close();
    [[nodiscard]] bool is_open() const noexcept { return link_ != nullptr; }

    [[nodiscard]] const HandedOver& message() const noexcept { return message_; }
    [[nodiscard]] bool wants_log() const noexcept { return wants_log_ && is_open(); }
    void forget_message() { message_ = {}; }

private:
    [[nodiscard]] bool send();

    std::unique_ptr<CallerLink> link_;  // null: closed
    share::RequestReader reader_;
    Buffer output_;
    HandedOver message_;
    bool wants_log_ = false;
};

}  // namespace mqtts::program
