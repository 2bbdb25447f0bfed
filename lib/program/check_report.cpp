// SPDX-License-Identifier: Apache-2.0
#include "program/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "program/check_failure.hpp"
#include "text/escape.hpp"
#include "tls/report_text.hpp"

namespace mqtts::program {

namespace {

struct Step {
    std::string_view key;
    std::string_view name;
    double milliseconds;
};

/// Returns how long each completed step took.
std::vector<Step> steps(const CheckReport& report) {
    using Moment = std::optional<CheckReport::Moment>;
    std::vector<Step> result;
    const auto add = [&](std::string_view key, std::string_view name, const Moment& from, const Moment& to) {
        if (from && to) result.push_back({key, name, std::chrono::duration<double, std::milli>(*to - *from).count()});
    };
    const net::OpenTimes& times = report.times;
    add("name", "name", times.started, times.resolved);
    add("tcp", "TCP", times.resolved, times.connected);
    add("tls", "TLS", times.connected, times.secured);
    if (report.websocket) add("websocket", "WebSocket", times.secured, report.opened);
    add("connack", "CONNACK", report.opened, report.connected);
    add("round_trip", "round trip", report.published, report.returned);
    return result;
}

/// A limit that the broker named, or a default that holds without it, with its value as JSON.
struct Limit {
    std::string key;
    std::string_view name;
    std::string value;
};

std::string value_of(const session::LimitInfo& limit, std::uint32_t number) {
    if (limit.is_flag) return number != 0 ? "true" : "false";
    return std::to_string(number);
}

std::vector<Limit> limits(const session::Limits& granted) {
    std::vector<Limit> result;
    for (const session::LimitInfo& limit : session::limit_table()) {
        const auto number = limit.get(granted);
        if (!number) continue;
        std::string key(wire::info(limit.property).name);
        std::ranges::replace(key, '-', '_');
        result.push_back({std::move(key), limit.name, value_of(limit, *number)});
    }
    return result;
}

std::string to_text(const Granted& granted) {
    std::string text = fmt::format("MQTT:         {}\n", to_text(granted.version));
    if (granted.version != wire::ProtocolVersion::v5) return text;  // it has no limits to tell
    for (const Limit& limit : limits(granted.limits))
        text += fmt::format("  {}: {}\n", limit.name, limit.value);
    if (!granted.client_identifier.empty()) text += fmt::format("  client identifier: {}\n", granted.client_identifier);
    return text;
}

void write(json::Writer& json, const Granted& granted) {
    json.begin_object();
    json.text_member("version", to_text(granted.version));
    for (const Limit& limit : limits(granted.limits)) {
        json.verbatim_key(limit.key);
        json.verbatim(limit.value);
    }
    if (!granted.client_identifier.empty()) json.text_member("client_identifier", granted.client_identifier);
    json.end_object();
}

void write_steps(json::Writer& json, const CheckReport& report) {
    json.verbatim_key("milliseconds");
    json.begin_object();
    for (const Step& step : steps(report)) {
        json.verbatim_key(step.key);
        json.verbatim(fmt::format("{:.3f}", step.milliseconds));
    }
    json.end_object();
}

}  // namespace

std::string to_text(const CheckReport& report, const Result<>& result) {
    std::string text = "server:       " + report.server;
    if (!report.address.empty()) text += ", at " + report.address;
    text += '\n';
    std::string times;
    for (const Step& step : steps(report))
        times += fmt::format("{}{} {:.1f} ms", times.empty() ? "" : ", ", step.name, step.milliseconds);
    if (!times.empty()) text += fmt::format("time:         {}\n", times);
    if (report.tls) text += tls::to_text(*report.tls);
    if (report.granted) text += to_text(*report.granted);
    return text + fmt::format("result:       {}\n", result ? "ok" : "failed: " + escape(result.error().cause));
}

std::string to_json(const CheckReport& report, const Result<>& result) {
    Buffer text;
    json::Writer json(text, {});
    json.begin_object();
    json.boolean_member("ok", result.has_value());
    if (!report.server.empty()) json.text_member("host", report.server);
    if (!report.address.empty()) json.text_member("address", report.address);
    write_steps(json, report);
    if (report.tls) {
        json.verbatim_key("tls");
        tls::write(json, *report.tls);
    }
    if (report.granted) {
        json.verbatim_key("mqtt");
        write(json, *report.granted);
    }
    if (!result) {
        json.verbatim_key("error");
        write_failure(json, result.error());
    }
    json.end_object();
    return std::string(text.readable()) + "\n";
}

}  // namespace mqtts::program
