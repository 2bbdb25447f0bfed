// SPDX-License-Identifier: Apache-2.0
// A caller's conversation with a keeper, without an event loop: it sends its requests and waits for replies.
//
// It reads while it sends: a keeper that refuses a call says so before it has read all of it. Nothing here is waited
// for but the keeper, the deadline, and one more descriptor, which a signal handler may use.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"
#include "os/open_file.hpp"
#include "share/frame.hpp"
#include "share/frame_reader.hpp"
#include "share/identity.hpp"

namespace mqtts::share {

class Call {
public:
    enum class Event : std::uint8_t {
        reply,          // see reply()
        lost,           // the keeper is gone, after everything that it wrote was read
        other_version,  // the keeper has another version, and has not read what we sent
        malformed,      // it says what no keeper says
        timed_out,      // the deadline has passed
        woken,          // `wake` is readable
    };
    using Deadline = std::optional<std::chrono::steady_clock::time_point>;

    /// `socket`: of connect(). `program_version` must live as long as the call. `wake`: a descriptor that ends a wait
    /// when it is readable, or -1.
    Call(os::OpenFile socket, std::string_view program_version, int wake = -1);

    /// Add what is to be sent; next() sends it. The identity must live, unchanged, until a reply has come: it is sent
    /// from its own memory.
    void add_identity(const Identity& identity);
    /// Returns false, and adds nothing, if the message is larger than a frame.
    [[nodiscard]] bool add(const Publish& publish);
    void add(StatusRequest request);
    void add(EndRequest request);

    /// Waits for the next reply. After every event but `reply`, `timed_out` and `woken` the same one comes again.
    [[nodiscard]] Event next(const Deadline& deadline);
    /// Valid until the next call of next().
    [[nodiscard]] const Reply& reply() const noexcept { return reader_.reply(); }
    [[nodiscard]] std::string_view other_version() const noexcept { return reader_.other_version(); }

    /// Leaves a keeper that is not waited for any longer: whatever it says after this call does not reach us, and it
    /// sees that, so it does not take the message any more. What it has said before is still to be read: next() tells
    /// it, and then `lost`. Only Linux keeps that; other systems drop what came in the moment before this call.
    void leave() noexcept;

    /// Tells whether the keeper has said that the message may be on its way. See share/frame.hpp for what follows when
    /// it is lost.
    [[nodiscard]] bool is_taken() const noexcept { return is_taken_; }

private:
    void send_what_fits();
    void sent(std::size_t count);
    void receive();
    std::optional<Event> read_received();
    std::optional<Event> wait(const Deadline& deadline);

    os::OpenFile socket_;
    int wake_;
    ReplyReader reader_;
    std::deque<Buffer> own_;             // bytes of ours to send, in front of the identity and behind it
    std::deque<std::string_view> left_;  // what is still to be sent
    Buffer received_;
    std::size_t read_ = 0;  // of received_: the views of the last reply are in it
    bool is_taken_ = false;
    bool is_over_ = false;  // nothing more can come
    bool can_send_ = true;
};

}  // namespace mqtts::share
