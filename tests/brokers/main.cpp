// SPDX-License-Identifier: Apache-2.0
// Runs the matrix, or a part of it, and prints it:
//
//     brokers-matrix [--all] [--rule NAME] [--variant NAME] [--repeat COUNT] [--retained COUNT] BROKER...
//     brokers-matrix --versions
//     brokers-matrix --serve BROKER...
//
// Without --all each rule is tried in one variant at each broker, another one at the next. A cell that a broker cannot
// fill is printed with the reason. Ends with 0 when every cell is right, with 77 when no broker is installed.
// --repeat tries each cell so often, --retained has so many messages retained (100). --serve starts the brokers, says
// by which options they are reached, and waits for the end of standard input.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "brokers/cell.hpp"
#include "support/broker.hpp"

namespace {

using namespace mqtts::test;

struct Request {
    bool versions = false;  // only what is installed
    bool serve = false;     // only run them
    bool all = false;
    std::string rule;     // empty: every one
    std::string variant;  // empty: every one
    int retained = 100;   // so many messages
    int repeat = 1;       // each cell
    std::vector<std::string> brokers;
};

struct NamedRule {
    Rule rule;
    const char* name;
    std::function<void(Cell&, const Request&)> run;
};

const std::array<NamedRule, rule_count> rules{{
    {Rule::publish_qos_0, "publish-0", [](Cell& cell, const Request&) { publish_cell(cell, 0); }},
    {Rule::publish_qos_1, "publish-1", [](Cell& cell, const Request&) { publish_cell(cell, 1); }},
    {Rule::publish_qos_2, "publish-2", [](Cell& cell, const Request&) { publish_cell(cell, 2); }},
    {Rule::stream, "stream", [](Cell& cell, const Request&) { stream_cell(cell); }},
    {Rule::subscribe, "subscribe", [](Cell& cell, const Request&) { subscribe_cell(cell); }},
    {Rule::retained_done, "retained-done",
     [](Cell& cell, const Request& request) { retained_done_cell(cell, request.retained); }},
    {Rule::refused_publish, "refused-publish", [](Cell& cell, const Request&) { refused_publish_cell(cell); }},
    {Rule::refused_line, "refused-line", [](Cell& cell, const Request&) { refused_line_cell(cell); }},
    {Rule::refused_subscribe, "refused-subscribe", [](Cell& cell, const Request&) { refused_subscribe_cell(cell); }},
    {Rule::wrong_password, "wrong-password", [](Cell& cell, const Request&) { wrong_password_cell(cell); }},
    {Rule::take_over, "take-over", [](Cell& cell, const Request&) { take_over_cell(cell); }},
    {Rule::crash, "crash", [](Cell& cell, const Request&) { crash_cell(cell); }},
    {Rule::restart, "restart", [](Cell& cell, const Request&) { restart_cell(cell); }},
}};

struct NamedVariant {
    Variant variant;
    const char* name;
};

const std::array<NamedVariant, 4> variants{{
    {{Version::v5, Carrier::tls}, "5-tls"},
    {{Version::v311, Carrier::tls}, "311-tls"},
    {{Version::v5, Carrier::wss}, "5-wss"},
    {{Version::v311, Carrier::wss}, "311-wss"},
}};

Request parse(const std::vector<std::string>& words) {
    Request request;
    for (auto word = words.begin(); word != words.end(); ++word) {
        const bool has_value = word + 1 != words.end();
        if (*word == "--versions") {
            request.versions = true;
        } else if (*word == "--serve") {
            request.serve = true;
        } else if (*word == "--all") {
            request.all = true;
        } else if (*word == "--rule" && has_value) {
            request.rule = *++word;
        } else if (*word == "--variant" && has_value) {
            request.variant = *++word;
            request.all = true;
        } else if (*word == "--retained" && has_value) {
            request.retained = std::stoi(*++word);
        } else if (*word == "--repeat" && has_value) {
            request.repeat = std::stoi(*++word);
        } else if (word->starts_with("-")) {
            throw std::invalid_argument("what brokers-matrix takes is said in tests/brokers/main.cpp");
        } else {
            request.brokers.push_back(*word);
        }
    }
    return request;
}

/// Null: it is not installed. Says which one it is, or how to get it.
std::unique_ptr<RealBroker> find_broker(const std::string& name) {
    std::unique_ptr<RealBroker> broker = make_broker(name);
    const std::string version = broker->find_version();
    if (version.empty()) {
        std::printf("%s: skipped, as it is not installed (%s)\n", name.c_str(), broker->facts().from.c_str());
        return nullptr;
    }
    std::printf("%s %s%s\n", name.c_str(), version.c_str(),
                broker->facts().speaks_mqtt_5 ? "" : ", without MQTT 5: the programs fall back");
    return broker;
}

void serve(const std::vector<std::string>& names) {
    std::vector<std::unique_ptr<RealBroker>> brokers;
    for (const std::string& name : names) {
        std::unique_ptr<RealBroker> broker = find_broker(name);
        if (!broker) continue;
        broker->start();
        for (const NamedVariant& variant : variants) {
            if (!broker->cannot(Rule::subscribe, variant.variant).empty()) continue;
            std::printf("  %-8s", variant.name);
            for (const std::string& word : broker->options(variant.variant, restricted))
                std::printf(" %s", word.c_str());
            std::printf("\n");
        }
        brokers.push_back(std::move(broker));
    }
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
}

struct Tally {
    int passed = 0;
    int failed = 0;
    int impossible = 0;
};

class Matrix {
public:
    explicit Matrix(Request request) : request_(std::move(request)) {}

    /// False: the broker is not installed.
    bool run_broker(const std::string& name) {
        const std::unique_ptr<RealBroker> broker = find_broker(name);
        if (!broker) return false;
        broker->start();
        const auto names = broker_names();
        auto turn = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
        for (const NamedRule& rule : rules) {
            if (request_.rule.empty() || request_.rule == rule.name) run_rule(*broker, rule, turn);
            ++turn;
        }
        return true;
    }

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

private:
    void run_rule(RealBroker& broker, const NamedRule& rule, std::size_t turn) {
        if (request_.all) {
            for (const NamedVariant& variant : variants) {
                if (request_.variant.empty() || request_.variant == variant.name) run_cell(broker, rule, variant);
            }
            return;
        }
        // In the variant whose turn it is, or in the next one that this broker can do.
        for (std::size_t i = 0; i < variants.size(); ++i) {
            const NamedVariant& variant = variants.at((turn + i) % variants.size());
            if (broker.cannot(rule.rule, variant.variant).empty() || i + 1 == variants.size()) {
                return run_cell(broker, rule, variant);
            }
        }
    }

    void run_cell(RealBroker& broker, const NamedRule& rule, const NamedVariant& variant) {
        const std::string reason = broker.cannot(rule.rule, variant.variant);
        if (!reason.empty()) {
            print("cannot", rule, variant, ": " + reason);
            ++tally_.impossible;
            return;
        }
        for (int i = 0; i < request_.repeat; ++i)
            try_cell(broker, rule, variant);
    }

    void try_cell(RealBroker& broker, const NamedRule& rule, const NamedVariant& variant) {
        Cell cell(broker, rule.rule, variant.variant);
        const auto begin = std::chrono::steady_clock::now();
        try {
            rule.run(cell, request_);
        } catch (const std::exception& failure) {
            cell.expect(false, failure.what());
            broker.crash();  // whatever state it is in
            broker.start();
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        const Exception* exception = broker.exception(rule.rule, cell.spoken());
        std::array<char, 32> seconds{};
        std::snprintf(seconds.data(), seconds.size(), " %5.1f s", took.count());
        const bool right = cell.complaints().empty();
        ++(right ? tally_.passed : tally_.failed);
        print(right ? "ok" : "FAILED", rule, variant,
              seconds.data() + (cell.notes().empty() ? "" : "  " + cell.notes()) +
                  (exception ? "  (" + exception->reason + ")" : ""));
        if (!right) std::printf("%s\n", cell.complaints().c_str());
        std::fflush(stdout);
    }

    static void print(const char* verdict, const NamedRule& rule, const NamedVariant& variant,
                      const std::string& rest) {
        std::printf("  %-7s %-18s %-8s%s\n", verdict, rule.name, variant.name, rest.c_str());
        std::fflush(stdout);
    }

    Request request_;
    Tally tally_;
};

}  // namespace

int main(int count, char** arguments) {
    try {
        Request request = parse({arguments + 1, arguments + count});
        if (request.brokers.empty()) request.brokers = broker_names();
        if (request.versions) {
            for (const std::string& name : request.brokers)
                find_broker(name);
            return 0;
        }
        if (request.serve) {
            serve(request.brokers);
            return 0;
        }
        Matrix matrix(request);
        bool any = false;
        for (const std::string& name : request.brokers)
            any |= matrix.run_broker(name);
        if (!any) return skipped_status;
        const Tally& tally = matrix.tally();
        std::printf("%d cells are right, %d are wrong, %d are nothing that the broker can do\n", tally.passed,
                    tally.failed, tally.impossible);
        return tally.failed == 0 && tally.passed > 0 ? 0 : 1;
    } catch (const std::exception& failure) {
        std::printf("%s\n", failure.what());
        return 1;
    }
}
