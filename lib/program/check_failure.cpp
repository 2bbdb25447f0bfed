// SPDX-License-Identifier: Apache-2.0
#include "program/check_failure.hpp"

#include "base/buffer.hpp"
#include "log/log.hpp"

namespace mqtts::program {

void write_failure(json::Writer& json, const Failure& failure) {
    json.begin_object();
    json.text_member("event", describe(failure.code).name);
    json.number_member("code", static_cast<unsigned>(failure.code));
    json.number_member("exit", static_cast<unsigned>(exit_status(failure.code)));
    write_parts(json, failure);
    json.end_object();
}

std::string check_failure(std::string_view server, const Failure& failure) {
    Buffer text;
    json::Writer json(text, {});
    json.begin_object();
    json.boolean_member("ok", false);
    if (!server.empty()) json.text_member("host", server);
    json.verbatim_key("milliseconds");
    json.begin_object();
    json.end_object();
    json.verbatim_key("error");
    write_failure(json, failure);
    json.end_object();
    return std::string(text.readable()) + "\n";
}

}  // namespace mqtts::program
