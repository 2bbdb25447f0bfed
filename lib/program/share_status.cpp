// SPDX-License-Identifier: Apache-2.0
#include "program/share_status.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "client/statistics.hpp"
#include "json/writer.hpp"
#include "program/share_plan.hpp"
#include "share/call.hpp"
#include "share/connect.hpp"
#include "share/directory.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace {

/// How long a keeper may take to answer: it does nothing that takes time.
constexpr std::chrono::seconds time_to_answer{2};

using Take = std::function<void(const share::Status&)>;

/// Asks one keeper. One that is gone, has another version or does not answer is left out.
void ask(const share::Directory& directory, const std::string& name, const Take& take) {
    auto socket = share::connect(directory, name);
    if (!socket || !*socket) return;
    share::Call call(std::move(**socket), share_version());
    call.add(share::StatusRequest());
    const auto deadline = std::chrono::steady_clock::now() + time_to_answer;
    while (call.next(deadline) == share::Call::Event::reply) {
        const auto* status = std::get_if<share::Status>(&call.reply());
        if (status != nullptr) return take(*status);
    }
}

double in_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::string line_of(const share::Status& status) {
    const std::string end = status.ends_in ? fmt::format("idle for {:.0f} s, ends in {:.0f} s", in_seconds(status.idle),
                                                         in_seconds(*status.ends_in))
                                           : "in use";
    return fmt::format("{}: process {}, connected for {:.0f} s, {}, {}\n", escape(status.broker), status.process,
                       in_seconds(status.connected_since), client::count_of(status.messages, "message"), end);
}

void write_seconds(json::Writer& json, std::string_view name, std::chrono::milliseconds time) {
    json.verbatim_key(name);
    json.verbatim(fmt::format("{:.3f}", in_seconds(time)));
}

void write(json::Writer& json, const share::Status& status) {
    json.element();
    json.begin_object();
    json.text_member("broker", escape(status.broker));
    json.number_member("process", status.process);
    write_seconds(json, "connected", status.connected_since);
    json.number_member("messages", status.messages);
    write_seconds(json, "idle", status.idle);
    if (status.ends_in) write_seconds(json, "ends_in", *status.ends_in);
    json.end_object();
}

}  // namespace

Result<std::string> share_status(bool is_json) {
    const auto directory = share::Directory::find();
    if (!directory) return directory.error();
    std::vector<std::string> names;
    if (*directory) {
        auto all = (*directory)->names();
        if (!all) return all.error();
        names = std::move(*all);
    }
    std::string lines;
    Buffer object;
    json::Writer json(object, {});
    json.begin_object();
    json.verbatim_key("keepers");
    json.begin_array();
    for (const std::string& name : names)
        ask(**directory, name, [&](const share::Status& status) {
            lines += line_of(status);
            write(json, status);
        });
    json.end_array();
    json.end_object();
    return is_json ? std::string(object.readable()) + '\n' : lines;
}

}  // namespace mqtts::program
