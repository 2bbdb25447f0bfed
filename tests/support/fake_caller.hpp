// SPDX-License-Identifier: Apache-2.0
// A caller of a keeper, without a socket: the test writes what it sends, and reads what it is told as text.
#pragma once

#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/overload.hpp"
#include "program/caller_link.hpp"
#include "share/frame_reader.hpp"
#include "support/loop.hpp"

namespace mqtts::test {

class FakeCaller {
public:
    FakeCaller(Loop& loop, std::string_view program_version)
        : wire_(std::make_shared<Wire>(loop)), replies_(program_version) {}

    /// The keeper's end; once.
    [[nodiscard]] std::unique_ptr<program::CallerLink> link() { return std::make_unique<Link>(wire_); }

    /// Sends these bytes, however many.
    void say(std::string_view bytes) {
        wire_->said += bytes;
        wire_->wake();
        wire_->loop.settle();
    }
    /// Closes its end, as the end of the process does it.
    void leave() {
        wire_->has_left = true;
        wire_->wake();
        wire_->loop.settle();
    }
    /// Takes nothing any more: its socket is full.
    void stop_reading() { wire_->reads = false; }
    /// Called before the keeper's words arrive.
    void on_told(std::function<void()> look) { wire_->on_told = std::move(look); }

    /// What it was told since the last call: "taken; done; refused 1; failed 8 the broker …; log …; closed".
    [[nodiscard]] std::string heard() {
        wire_->loop.settle();
        const std::string told = std::exchange(wire_->told, {});
        std::string_view bytes = told;
        std::string text;
        const auto add = [&](const std::string& word) { text += (text.empty() ? "" : "; ") + word; };
        share::ReadState state = replies_.read(bytes);
        for (; state == share::ReadState::frame; state = replies_.read(bytes))
            add(to_text(replies_.reply()));
        if (state != share::ReadState::more) add("malformed");
        if (wire_->is_closed) add("closed");
        return text;
    }

private:
    struct Wire {
        explicit Wire(Loop& of_test) : loop(of_test) {}
        void wake() {
            if (ready) boost::asio::post(loop.executor(), std::exchange(ready, nullptr));
        }

        Loop& loop;
        std::string said;
        std::string told;
        std::function<void()> ready;
        std::function<void()> on_told;
        bool reads = true;
        bool has_left = false;
        bool is_closed = false;  // by the keeper
    };

    class Link final : public program::CallerLink {
    public:
        explicit Link(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
        ~Link() override { wire_->is_closed = true; }

        [[nodiscard]] Received receive(os::SecretBytes& to) override {
            if (wire_->said.empty()) return wire_->has_left ? Received::over : Received::nothing;
            to.append(std::exchange(wire_->said, {}));
            return Received::bytes;
        }
        void wait(std::function<void()> ready) override {
            wire_->ready = std::move(ready);
            if (!wire_->said.empty() || wire_->has_left) wire_->wake();
        }
        [[nodiscard]] bool send(std::string_view bytes) override {
            if (!wire_->reads || wire_->has_left) return false;
            if (wire_->on_told) wire_->on_told();
            wire_->told += bytes;
            return true;
        }
        [[nodiscard]] bool is_gone() override { return wire_->has_left; }

    private:
        std::shared_ptr<Wire> wire_;
    };

    static std::string to_text(const share::Reply& reply) {
        return std::visit(
            Overload{[](const share::Refused& refused) {
                         return "refused " + std::to_string(static_cast<unsigned>(refused.reason));
                     },
                     [](const share::Taken&) { return std::string("taken"); },
                     [](const share::LogLine& line) { return "log " + std::string(line.text); },
                     [](const share::Done& done) {
                         return done.code == Errc::ok ? std::string("done")
                                                      : "failed " + std::to_string(exit_status(done.code)) + ' ' +
                                                            std::string(done.cause);
                     },
                     [](const share::Status& status) { return "status of " + std::string(status.broker); }},
            reply);
    }

    std::shared_ptr<Wire> wire_;
    share::ReplyReader replies_;
};

}  // namespace mqtts::test
