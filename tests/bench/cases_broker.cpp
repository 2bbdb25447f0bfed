#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bench/cases.hpp"
#include "support/listener.hpp"

namespace mqtts::bench {

namespace {

// Debian keeps the broker in /usr/sbin, which is not on everybody's PATH.
const std::string find_broker = R"(PATH="$PATH:/usr/sbin:/usr/local/sbin"; )";

/// The distribution's mosquitto, with the certificates of the peer.
class Broker {
public:
    explicit Broker(const Bench& bench)
        : port_(std::to_string(test::free_port())),
          process_({"sh", "-c", find_broker + "exec mosquitto -c \"$0\" 2>&1", configuration(bench)}) {
        wait_for_log(" running");
    }

    [[nodiscard]] const std::string& port() const noexcept { return port_; }
    [[nodiscard]] double cpu() const { return process_.cpu(); }
    void wait_for_log(const std::string& end) const {
        while (!process_.read_line().ends_with(end)) {
        }
    }

private:
    [[nodiscard]] std::string configuration(const Bench& bench) const {
        const std::string path = bench.file("mosquitto.conf");
        std::ofstream file(path);
        file << "listener " << port_ << " 127.0.0.1\ncafile " << bench.file("ca.pem") << "\ncertfile "
             << bench.file("server.pem") << "\nkeyfile " << bench.file("server.key")
             << "\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\nconnection_messages false\n"
                "log_dest stderr\nlog_type information\nlog_type subscribe\n";
        if (::geteuid() == 0) file << "user root\n";  // else it would give up the right to read our files
        return path;
    }

    std::string port_;
    Child process_;
};

struct Passage {
    double cpu = 0;   // of publisher, broker and subscriber, in microseconds
    double wall = 0;  // from the start of the publisher to the end of the subscriber, in microseconds
    std::uint64_t arrived = 0;
};

std::uint64_t count_lines(const std::string& path) {
    std::ifstream file(path);
    return static_cast<std::uint64_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

Passage pass(const Bench& bench, const Broker& broker, const std::string& program, unsigned qos, std::uint64_t count) {
    const std::string level = std::to_string(qos);
    const std::string output = bench.file("output");
    // -W: who waits for a lost message waits for ever.
    const Running subscriber =
        start({.arguments = bench.command(
                   program, "sub", {"-t", "b", "-q", level, "-C", std::to_string(count), "-W", "20"}, broker.port()),
               .output_file = output});
    broker.wait_for_log(fmt::format(" {} b", qos));
    const double broker_before = broker.cpu();
    const auto begin = std::chrono::steady_clock::now();
    const Usage publishing =
        measure({.arguments = bench.command(program, "pub", {"-t", "b", "-q", level, "-l"}, broker.port()),
                 .input_file = bench.input_file(64, count)});
    const Usage subscribing = finish(subscriber);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
    const Passage passage = {.cpu = publishing.cpu + subscribing.cpu + broker.cpu() - broker_before,
                             .wall = wall.count(),
                             .arrived = count_lines(output)};
    if (program == "ours" && (publishing.status != 0 || subscribing.status != 0 || passage.arrived != count)) {
        throw std::runtime_error(fmt::format("{} of {} messages arrived; status {} and {}", passage.arrived, count,
                                             publishing.status, subscribing.status));
    }
    return passage;
}

void add_ratio(Bench& bench, const std::string& quantity, const std::string& name, double Passage::*member,
               const std::vector<std::pair<Passage, Passage>>& rounds, const std::string& detail) {
    std::vector<double> ratios;
    std::vector<double> ours;
    std::vector<double> theirs;
    for (const auto& [us, them] : rounds) {
        ours.push_back(us.*member / 1000);
        theirs.push_back(them.*member / 1000);
        ratios.push_back(ours.back() / theirs.back());
    }
    bench.add(
        {.name = name,
         .quantity = quantity + " / mosquitto's pair",
         .value = median(ratios),
         .bar = 1.0,
         .detail = fmt::format("ours {:.0f} ms, mosquitto {:.0f} ms for {}", median(ours), median(theirs), detail)});
}

bool has_broker() {
    return measure({.arguments = {"sh", "-c", find_broker + "command -v mosquitto"}}).status == 0;
}

/// As many for both pairs: they take a second or two.
std::uint64_t broker_count(const Bench& bench, unsigned qos) {
    const std::uint64_t usual = std::max<std::uint64_t>(bench.settings().count, 100);
    if (qos == 0) return std::min<std::uint64_t>(usual * 15 / 100, 300'000);
    return std::min<std::uint64_t>(usual * 6 / 100, 60'000);  // mosquitto_pub loses of more
}

/// QoS 2 is left out: when the subscriber has fallen behind for once, mosquitto 2.0 works off its backlog twenty times
/// slower than at QoS 1, or does not get to the end of it. The figure would be by chance one of that.
void run_broker(Bench& bench, unsigned qos) {
    if (!bench.settings().mosquitto || !has_broker()) return;
    const std::uint64_t count = broker_count(bench, qos);
    const Broker broker(bench);
    std::vector<std::pair<Passage, Passage>> rounds;
    std::string lost;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        const Passage ours = pass(bench, broker, "ours", qos, count);
        const Passage theirs = pass(bench, broker, "mosquitto", qos, count);
        if (theirs.arrived == count) {
            rounds.emplace_back(ours, theirs);
        } else {  // then its subscriber ended by the clock
            lost += fmt::format("; mosquitto's lost {} in a round that does not count", count - theirs.arrived);
        }
    }
    const std::string name = fmt::format("broker-q{}", qos);
    if (rounds.empty()) {
        fmt::print(stderr, "{}: no round of mosquitto's pair was complete{}\n", name, lost);
        return;
    }
    const std::string detail = std::to_string(count) + " messages" + lost;
    add_ratio(bench, "CPU", name, &Passage::cpu, rounds, detail);
    add_ratio(bench, "wall", name, &Passage::wall, rounds, detail);
}

}  // namespace

std::vector<Case> broker_cases() {
    return {{"broker-q0", [](Bench& bench) { run_broker(bench, 0); }},
            {"broker-q1", [](Bench& bench) { run_broker(bench, 1); }}};
}

}  // namespace mqtts::bench
