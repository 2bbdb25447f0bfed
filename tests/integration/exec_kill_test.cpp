// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec as a worker: killed at random moments, or cut off from the broker, it loses no job.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "integration/commands.hpp"
#include "integration/losses.hpp"

namespace {

using namespace mqtts::test;

/// How often the worker is killed, and with how many jobs in between: a soak test wants more.
struct Extent {
    int kills = 6;
    int jobs = 600;
};
Extent extent() {
    const char* wanted = std::getenv("MQTTS_SOAK_KILLS");
    if (wanted == nullptr) return {};
    const int kills = std::max(std::atoi(wanted), 1);
    return {.kills = kills, .jobs = 500 * kills};
}

/// Chance, and the seed that repeats it.
class Chance {
public:
    Chance() : seed_(std::random_device()()), random_(seed_) {
        if (const char* wanted = std::getenv("MQTTS_SEED")) {
            seed_ = static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
            random_.seed(seed_);
        }
        MESSAGE("MQTTS_SEED=" << seed_ << " repeats it");
    }
    [[nodiscard]] unsigned seed() const noexcept { return seed_; }
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

private:
    unsigned seed_;
    std::mt19937 random_;
};

/// A script that appends its job to the file, in one piece. It is careful: if its feeder is killed in between, it has
/// only a part of its standard input.
std::string append_script(const TemporaryDirectory& directory) {
    const std::string path = directory.write("append",
                                             "#!/bin/sh\n"
                                             "job=$(cat)\n"
                                             "[ ${#job} -eq \"$MQTT_PAYLOAD_LENGTH\" ] || exit 1\n"
                                             "echo \"$job\" >>\"$DONE\"\n");
    REQUIRE(::chmod(path.c_str(), 0700) == 0);
    return path;
}

/// How often each job was run, and the order in which they were first.
struct Runs {
    std::map<int, int> times;
    bool first_in_order = true;
    int in_all = 0;

    explicit Runs(const std::string& text) {
        std::istringstream lines(text);
        int largest = 0;
        for (int job = 0; lines >> job; ++in_all) {
            if (times[job]++ > 0) continue;
            first_in_order = first_in_order && job > largest;
            largest = std::max(largest, job);
        }
    }
    /// Those of 1 to `last` that were never run.
    [[nodiscard]] std::string missing(int last) const {
        std::string numbers;
        for (int job = 1; job <= last; ++job)
            if (!times.contains(job)) numbers += std::to_string(job) + ' ';
        return numbers;
    }
};

/// One life of the worker: killed when that many jobs are done, or a moment later.
void work_until_killed(const Command& command, const Diary& diary, std::size_t done, Chance& chance) {
    const std::size_t before = lines_in(diary.text());
    Process subscriber(command);
    diary.wait_for_lines(std::max(done, before + 1));
    std::this_thread::sleep_for(std::chrono::microseconds(chance.below(5'000)));  // the moment is what is random
    subscriber.signal(SIGKILL);
    CHECK(subscriber.wait().status == 137);  // commands that it left behind have ended, too
}

/// Queues all jobs, has a worker with these options killed on the way, and lets its last life finish.
Runs kill_worker(const Words& options, const std::string& qos) {
    Chance chance;
    CAPTURE(chance.seed());
    const Extent extent = ::extent();
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    Words all{"-t", "jobs", "-q", qos, "--exec", append_script(broker.directory())};
    for (const std::string& word : options)
        all.push_back(word == "STATE" ? broker.directory().path() + "/state" : word);
    const auto command = [&](const Words& more) {
        return Command{.arguments = mqtts_sub(broker, with(all, more)), .environment = {diary.variable()}};
    };
    const Outcome begun = run(command({"-E"}));
    CAPTURE(begun.error);
    REQUIRE(begun.status == 0);
    publish_lines(broker, numbers(extent.jobs), {"-t", "jobs", "-q", qos});
    std::vector<int> moments(static_cast<std::size_t>(extent.kills));
    for (int& moment : moments)
        moment = chance.below(extent.jobs * 9 / 10);
    std::ranges::sort(moments);
    for (const int moment : moments)
        work_until_killed(command({}), diary, static_cast<std::size_t>(moment), chance);
    const std::string end = std::to_string(extent.jobs + 1);
    publish_lines(broker, end + '\n', {"-t", "jobs", "-q", qos});
    const Outcome last = run(command({"--until", '^' + end + '$'}));
    CAPTURE(last.error);
    CHECK(last.status == 0);
    Runs runs(diary.text());
    CHECK(runs.missing(extent.jobs + 1) == "");
    return runs;
}

/// More runs than these are too many, if each kill may repeat that many.
int most_runs(int repeated_by_each_kill) {
    return extent().jobs + 1 + repeated_by_each_kill * extent().kills;
}

}  // namespace

TEST_CASE("a worker that is killed at random moments, --jobs 8 at QoS 1: each job was run at least once") {
    const Runs runs = kill_worker({"-c", "-i", "worker", "--jobs", "8"}, "1");
    // What was not acknowledged when it was killed comes again, no more than Receive Maximum, and as many of which the
    // acknowledgement was lost: a killed process resets a connection with bytes that it has not read.
    CHECK(runs.in_all <= most_runs(2 * 9));
}

TEST_CASE("a worker that is killed at random moments, --jobs 1: each job was run at least once, in order") {
    const Runs runs = kill_worker({"-c", "-i", "worker", "--jobs", "1"}, "1");
    CHECK(runs.first_in_order);
    CHECK(runs.in_all <= most_runs(2 * 2));
}

TEST_CASE("a worker with --state at QoS 2 that is killed: what it has recorded as done is not run again") {
    // It may be killed between a command's end and its record. With one job, one has run then. With four, a fifth may
    // have begun while the oldest still ran: as many as Receive Maximum.
    CHECK(kill_worker({"--state", "STATE", "--jobs", "1"}, "2").in_all <= most_runs(1));
    CHECK(kill_worker({"--state", "STATE", "--jobs", "4"}, "2").in_all <= most_runs(5));
}

TEST_CASE("a connection that is lost while commands run: each job is run at least once, and the worker goes on") {
    for (const char* qos : {"1", "2"}) {
        CAPTURE(qos);
        Mosquitto broker({.configuration = lossless});
        FaultProxy proxy(broker.port(), [](int) { return Fault{}; });
        const Diary diary(broker.directory());
        const Words options{"-c",
                            "-i",
                            "worker",
                            "-t",
                            "jobs",
                            "-q",
                            qos,
                            "--until",
                            "^0$",
                            "--jobs",
                            "3",
                            "--exec",
                            append_script(broker.directory())};
        Process subscriber(
            {.arguments = through(proxy, mqtts_sub(broker, options)), .environment = {diary.variable()}});
        wait_for_subscription(broker, "jobs");
        publish_lines(broker, numbers(200) + "0\n", {"-t", "jobs", "-q", qos});
        for (const std::size_t done : {20, 70, 150}) {
            diary.wait_for_lines(done);
            proxy.hold();
            proxy.cut();
        }
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(Runs(diary.text()).missing(200) == "");
    }
}

TEST_CASE("two workers of a pool, one killed in the middle of a job: nothing is lost") {
    constexpr int jobs = 60;
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    const Gate gate(broker.directory());
    const auto worker_command = [&](const std::string& name) {
        const std::string command =
            "job=$(cat); echo started >>\"$DONE.$NAME\"; read x <\"$GATE\"; "
            "echo $job >>\"$DONE\"";
        const Words options{"-c", "-i", name, "-t", "$share/workers/jobs", "-q", "1", "--jobs", "2", "--exec", command};
        return Command{.arguments = mqtts_sub(broker, options),
                       .environment = {diary.variable(), gate.variable(), "NAME=" + name}};
    };
    const Diary started_by_one(broker.directory(), "done.one");
    const Diary started_by_two(broker.directory(), "done.two");
    Process one(worker_command("one"));
    broker.wait_for_log(" one 1 ");
    Process two(worker_command("two"));
    broker.wait_for_log(" two 1 ");
    publish_lines(broker, numbers(jobs), {"-t", "jobs", "-q", "1"});
    started_by_one.wait_for_lines(2);
    started_by_two.wait_for_lines(2);
    one.signal(SIGKILL);
    // Whatever started it starts it again, with its session. What it left behind in the middle of a job is still there.
    Process again(worker_command("one"));
    gate.open(10 * jobs);
    wait_until("all jobs", [&] { return Runs(diary.text()).missing(jobs).empty(); });
    for (Process* process : {&again, &two}) {
        process->signal(SIGTERM);
        CHECK(process->wait().status == 0);
    }
    CHECK(one.wait().status == 137);
    CHECK(Runs(diary.text()).in_all <= jobs + 3);
}
