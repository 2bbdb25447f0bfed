// SPDX-License-Identifier: Apache-2.0
// A broker as other people wrote it, and what is known of it: how it is started, what it cannot do and why, and where
// its answer is another than that of most brokers. The cells of the matrix (cell.hpp) ask for nothing else.
//
// To add a broker:
// 1. Derive a class from RealBroker in a file of its own; nats.cpp is the shortest example. The constructor writes down
//    the Facts; find_version() tells whether it is installed; write_configuration() and command() start it in
//    directory(), on port(), with the certificate server_certificate(), and nothing outside that directory. It knows
//    two users: `restricted`, who may not publish or subscribe below "forbidden/", and `unrestricted`, who may do all.
// 2. Name the class in make_broker(), and in CMakeLists.txt.
// 3. Run `brokers-matrix NAME`. Where a cell fails, find out who is right. What the broker cannot do becomes an
//    Impossible, where it answers in its own way an Exception, each with its reason, which is printed. What the
//    programs do wrong is mended in the programs.
#pragma once

#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/server_process.hpp"

namespace mqtts::test {

enum class Rule : std::uint8_t {
    publish_qos_0,
    publish_qos_1,
    publish_qos_2,
    stream,
    subscribe,
    retained_done,
    refused_publish,
    refused_line,  // of many: what a broker does then it does as in refused_publish
    refused_subscribe,
    wrong_password,
    take_over,
    crash,
    restart,
};
constexpr std::size_t rule_count = static_cast<std::size_t>(Rule::restart) + 1;

enum class Version : std::uint8_t { v311, v5 };
enum class Carrier : std::uint8_t { tls, wss };

struct Variant {
    Version version = Version::v5;
    Carrier carrier = Carrier::tls;
};

/// Whether the message is delivered.
enum class Arrives : std::uint8_t { once, never, perhaps };

/// What the programs are to make of it.
struct Answer {
    int status = 0;
    std::vector<std::string> says = {};  // each is a part of standard error
    Arrives arrives = Arrives::once;
};

/// What a broker cannot do.
struct Impossible {
    Rule rule;
    std::string reason;
};

/// Where a broker does something else than the others: with all versions, or with one; through both carriers, or one.
struct Exception {
    Rule rule;
    std::optional<Version> version;
    Answer answer;
    std::string reason;
    std::optional<Carrier> carrier = {};
};

struct Facts {
    std::string name;
    std::string from;                 // how it is installed, for whoever has not
    bool speaks_mqtt_5 = true;        // else the programs fall back to 3.1.1 by themselves
    std::string websocket_path = {};  // empty: there is none,
    std::string no_websocket = {};    // and why
    bool retained_by_wildcard = true;
    std::vector<Impossible> impossible = {};
    std::vector<Exception> exceptions = {};
};

struct User {
    std::string name;
    std::string password;
};
inline const User restricted{"meter", "right"};
inline const User unrestricted{"admin", "right"};

class RealBroker {
public:
    explicit RealBroker(Facts facts) : facts_(std::move(facts)) {}
    RealBroker(const RealBroker&) = delete;
    RealBroker& operator=(const RealBroker&) = delete;
    virtual ~RealBroker() = default;

    [[nodiscard]] const Facts& facts() const noexcept { return facts_; }
    /// Empty: it is not installed.
    [[nodiscard]] virtual std::string find_version() const = 0;

    /// Returns when it takes connections. The ports stay the same from one start to the next.
    void start();
    /// In order, as `systemctl stop` does, or by SIGKILL.
    void stop();
    void crash();
    /// Stops it in its tracks: connections stay, nothing is read or answered any more, until crash().
    void stall() const { process_->signal(SIGSTOP); }
    [[nodiscard]] std::string log() const;

    [[nodiscard]] std::uint16_t port_number(Carrier carrier) const { return ports_.at(carrier); }
    /// Options by which the programs reach it: address, trust, user, version.
    [[nodiscard]] std::vector<std::string> options(Variant variant, const User& user) const;

    /// Why it cannot do this; empty where it can.
    [[nodiscard]] std::string cannot(Rule rule, Variant variant) const;
    /// Null: it answers as the rule wants it.
    [[nodiscard]] const Exception* exception(Rule rule, Variant spoken) const;

protected:
    virtual void write_configuration() = 0;
    [[nodiscard]] virtual ServerCommand command() const = 0;
    /// What it logs when it is ready.
    [[nodiscard]] virtual std::string ready() const = 0;
    /// Servers that it needs beside it, and does not start itself.
    virtual void start_helpers() {}
    virtual void stop_helpers() {}

    [[nodiscard]] const std::string& directory() const noexcept { return files_.path(); }
    /// Writes a file in directory(). In its text stands @dir@ for directory(), @tls@ and @wss@ for the ports,
    /// @certificate@ and @key@ for the server's files.
    void write(std::string_view name, std::string content) const;
    [[nodiscard]] std::string port(Carrier carrier) const { return std::to_string(ports_.at(carrier)); }
    [[nodiscard]] const Identity& server_certificate() const noexcept { return server_; }
    /// Files in directory(): the server's certificate, its key.
    [[nodiscard]] std::string certificate_file() const { return directory() + "/server.pem"; }
    [[nodiscard]] std::string key_file() const { return directory() + "/server.key"; }

private:
    void prepare();
    void launch();

    Facts facts_;
    TemporaryDirectory files_;
    Identity server_;
    std::map<Carrier, std::uint16_t> ports_;
    std::unique_ptr<ServerProcess> process_;
};

/// All that are known, in the order of the table.
std::vector<std::string> broker_names();
std::unique_ptr<RealBroker> make_broker(const std::string& name);

/// The version of a Debian package; empty where it is not installed.
std::string package_version(const std::string& package);
/// Whether it is this version or a later one.
bool is_package_since(const std::string& package, const std::string& version);

}  // namespace mqtts::test
