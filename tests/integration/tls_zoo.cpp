// SPDX-License-Identifier: Apache-2.0
#include "integration/tls_zoo.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <exception>
#include <mutex>

#include "os/os.hpp"
#include "support/enough_time.hpp"
#include "support/server_wire.hpp"

namespace mqtts::test {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t runs_at_once = 4;
const std::string user_name = "zoo-user";
const std::string password = "zoo-password";
const std::string topic = "zoo-topic";

// --- the servers -----------------------------------------------------------------------------------------------------

template <class Packet>
void send(TlsConnection& connection, const Packet& packet) {
    Buffer bytes;
    encode(bytes, packet, wire::ProtocolVersion::v5);
    connection.write(bytes.readable());
}

void grant(TlsConnection& connection, const wire::Frame& frame) {
    if (frame.type == wire::PacketType::connect) send(connection, wire::Connack{});
    if (frame.type == wire::PacketType::pingreq) send(connection, wire::Pingresp{});
    ClientSubscribe request;
    if (frame.type != wire::PacketType::subscribe) return;
    if (decode(frame, wire::ProtocolVersion::v5, request) != Errc::ok) return;
    const std::string grants(1, '\0');
    send(connection, wire::SubscriptionAnswer{.reason_codes = grants, .packet_identifier = request.packet_identifier});
    send(connection, wire::Publish{.topic_name = topic, .payload = "x"});
}

// The next bytes, whatever they are; empty at the end.
std::string receive(int socket) {
    std::array<char, 16'384> block;
    const ssize_t count = ::recv(socket, block.data(), block.size(), 0);
    return {block.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

void wait_for_end(int socket) {
    while (!receive(socket).empty()) {
    }
}

void send(int socket, const std::string& bytes) {
    static_cast<void>(os::send(socket, bytes));
}

// --- the runs --------------------------------------------------------------------------------------------------------

struct Run {
    const ZooRow* row = nullptr;
    TlsServerOptions tls;
    bool subscribes = false;
    bool slow = false;

    std::string seconds = {};  // the connect timeout, where the row has one
    std::string trouble = {};  // of the test itself
    std::string plaintext = {};
    std::string sent = {};
    Outcome outcome = {};
};

Words command_line(const Run& run, std::uint16_t port) {
    Words words = run.subscribes ? mqtts_sub({"-C", "1"}) : mqtts_pub({"-m", "zoo-payload"});
    const std::string number = std::to_string(port);
    for (const std::string& word :
         {std::string("-h"), run.row->host, std::string("-p"), number, std::string("--connect-to"),
          "127.0.0.1:" + number, std::string("-t"), topic, std::string("-u"), user_name, std::string("-P"), password})
        words.push_back(word);
    words.insert(words.end(), run.row->options.begin(), run.row->options.end());
    if (!run.seconds.empty()) words.insert(words.end(), {"--connect-timeout", run.seconds});
    return words;
}

// The same for every port: runs are compared.
std::string without_port(std::string text, std::uint16_t port) {
    const std::string number = ":" + std::to_string(port);
    for (std::size_t at = text.find(number); at != text.npos; at = text.find(number))
        text.replace(at, number.size(), ":PORT");
    return text;
}

/// False: the connect timeout was over too early.
bool execute_once(Run& run) {
    std::mutex mutex;
    run.trouble = run.plaintext = "";
    LinkOptions options = run.row->link;
    if (run.slow) {
        options.piece = 1;
        options.delay = 100us;
    }
    Link link(
        [&](int socket) {
            std::string plaintext;
            std::string trouble;
            try {
                plaintext = run.row->server(socket, run.tls);
            } catch (const std::exception& error) {
                trouble = error.what();
            }
            const std::lock_guard lock(mutex);
            run.plaintext += plaintext;
            run.trouble += trouble;
        },
        options);
    run.outcome = mqtts::test::run({.arguments = command_line(run, link.port())});
    run.outcome.error = without_port(run.outcome.error, link.port());
    link.close();
    run.sent = link.sent();
    const bool breaks = options.broken_after != LinkOptions{}.broken_after;
    return breaks ? link.broken() : !(run.row->trusted ? run.plaintext : run.sent).empty();
}

void execute(Run& run) {
    double seconds = run.row->connect_timeout;
    if (seconds == 0) {
        execute_once(run);
        return;
    }
    do {
        run.seconds = to_text(seconds);
        seconds *= 4;
    } while (!execute_once(run) && seconds < patience.count());
}

void execute_all(std::vector<Run>& runs) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < runs_at_once; ++i)
        workers.emplace_back([&] {
            for (std::size_t index = next++; index < runs.size(); index = next++) {
                try {
                    execute(runs[index]);
                } catch (const std::exception& error) {
                    runs[index].trouble += error.what();
                }
            }
        });
    for (std::thread& worker : workers)
        worker.join();
}

std::vector<Run> runs_of(const std::vector<ZooRow>& rows) {
    std::vector<Run> runs;
    bool subscribes = false;
    for (const ZooRow& row : rows) {
        std::vector<TlsServerOptions> servers;
        for (const int version : row.versions) {
            servers.push_back(row.tls);
            servers.back().minimum_version = servers.back().maximum_version = version;
        }
        if (servers.empty()) servers.push_back(row.tls);
        for (const TlsServerOptions& server : servers) {
            runs.push_back({.row = &row, .tls = server, .subscribes = subscribes});
            if (row.slow) runs.push_back({.row = &row, .tls = server, .subscribes = subscribes, .slow = true});
            subscribes = !subscribes;
        }
    }
    return runs;
}

// --- the verdict -----------------------------------------------------------------------------------------------------

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

void check(const Run& run) {
    const ZooRow& row = *run.row;
    const std::string title = row.name + (run.subscribes ? ", mqtts-sub" : ", mqtts-pub") + (run.slow ? ", slow" : "");
    CAPTURE(title);
    CAPTURE(run.tls.maximum_version);
    CAPTURE(run.outcome.error);
    CHECK(run.trouble == "");
    CHECK(run.outcome.status == row.status);
    CHECK(run.outcome.output == (row.status == 0 && run.subscribes ? "x\n" : ""));
    const auto lines = std::count(run.outcome.error.begin(), run.outcome.error.end(), '\n');
    CHECK(lines == (row.sentence.empty() ? 0 : 1));
    for (std::string part : row.sentence) {
        if (const std::size_t at = part.find("TIME"); at != part.npos) part.replace(at, 4, run.seconds);
        CHECK_MESSAGE(contains(run.outcome.error, part), part);
    }
    CHECK_FALSE(contains(run.outcome.error, password));
    CHECK_FALSE(contains(run.sent, "zoo-"));  // nothing in the clear
    if (row.status == 0)
        CHECK(contains(run.plaintext, password));
    else if (!row.trusted)
        CHECK(run.plaintext == "");
}

}  // namespace

std::string serve_mqtt(int socket, const TlsServerOptions& options) {
    TlsConnection connection(socket, options);
    if (!connection.accept()) return "";
    std::string received;
    std::size_t answered = 0;
    for (std::string more = connection.read(); !more.empty(); more = connection.read()) {
        received += more;
        Errc error = Errc::ok;
        while (const auto frame = wire::next_frame(std::string_view(received).substr(answered),
                                                   wire::maximum_remaining_length, error)) {
            grant(connection, *frame);
            answered += frame->size;
            if (frame->type != wire::PacketType::disconnect) continue;
            connection.close();
            return received;
        }
    }
    return received;
}

std::string hang_up_on_connect(int socket, const TlsServerOptions& options) {
    TlsConnection connection(socket, options);
    return connection.accept() ? connection.read() : "";
}

ZooServer answer_with(std::string bytes) {
    return [bytes = std::move(bytes)](int socket, const TlsServerOptions&) {
        if (!receive(socket).empty()) send(socket, bytes);
        return std::string();
    };
}

ZooServer greet_with(std::string bytes) {
    return [bytes = std::move(bytes)](int socket, const TlsServerOptions&) {
        send(socket, bytes);
        wait_for_end(socket);
        return std::string();
    };
}

std::string close_at_once(int socket, const TlsServerOptions&) {
    receive(socket);
    return "";
}

std::string stay_silent(int socket, const TlsServerOptions&) {
    wait_for_end(socket);
    return "";
}

void check_rows(const std::vector<ZooRow>& rows) {
    std::vector<Run> runs = runs_of(rows);
    execute_all(runs);
    for (std::size_t index = 0; index < runs.size(); ++index) {
        check(runs[index]);
        if (!runs[index].slow) continue;
        CHECK(runs[index].outcome.status == runs[index - 1].outcome.status);
        CHECK(runs[index].outcome.error == runs[index - 1].outcome.error);
    }
}

TlsServerOptions Zoo::server(CertificateForm form) const {
    const Certified leaf = root.issue(form);
    return serving({&leaf});
}

Words Zoo::trusting(const std::string& pem, Words more) const {
    more.insert(more.begin(), {"--cafile", file(pem)});
    return more;
}

Words Zoo::usual(const Words& more) const {
    Words words{"--cafile", trust};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

std::string Zoo::file(const std::string& content) const {
    return directory.write("file" + std::to_string(++files_), content);
}

TlsServerOptions serving(const std::vector<const Certified*>& chain) {
    Identity identity{.certificate_pem = "", .key_pem = chain.front()->key_pem()};
    for (const Certified* certificate : chain)
        identity.certificate_pem += certificate->pem();
    return {.identity = identity};
}

}  // namespace mqtts::test
