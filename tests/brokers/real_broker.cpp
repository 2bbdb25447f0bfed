// SPDX-License-Identifier: Apache-2.0
#include "brokers/real_broker.hpp"

#include <stdexcept>

#include "support/listener.hpp"
#include "support/process.hpp"

namespace mqtts::test {

namespace {

constexpr int attempts_to_start = 5;

bool port_was_taken(const std::string& log) {
    for (const char* text : {"ddress already in use", "EADDRINUSE", "eaddrinuse"}) {
        if (log.find(text) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

void RealBroker::start() {
    if (!ports_.empty()) return launch();
    prepare();
    for (int attempt = 1;; ++attempt) {
        ports_ = {{Carrier::tls, free_port()}, {Carrier::wss, free_port()}};
        write_configuration();
        try {
            return launch();
        } catch (const std::runtime_error& failure) {
            if (attempt == attempts_to_start || !port_was_taken(failure.what())) throw;
            stop_helpers();
        }
    }
}

void RealBroker::write(std::string_view name, std::string content) const {
    std::map<std::string, std::string> values{
        {"@dir@", directory()}, {"@certificate@", certificate_file()}, {"@key@", key_file()}};
    for (const auto& [carrier, number] : ports_)
        values[carrier == Carrier::tls ? "@tls@" : "@wss@"] = std::to_string(number);
    for (const auto& [word, value] : values) {
        for (std::size_t at = 0; (at = content.find(word, at)) != std::string::npos; at += value.size())
            content.replace(at, word.size(), value);
    }
    files_.write(name, content);
}

void RealBroker::prepare() {
    const Authority authority("authority of the matrix");
    server_ = authority.issue({.common_name = "broker", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}});
    write("ca.pem", authority.certificate_pem());
    write("server.pem", server_.certificate_pem);
    write("server.key", server_.key_pem);
}

void RealBroker::launch() {
    start_helpers();
    process_ = std::make_unique<ServerProcess>(command());
    process_->wait_for_log(ready());
    wait_until_accepting(ports_.at(Carrier::tls));
    if (!facts_.websocket_path.empty()) wait_until_accepting(ports_.at(Carrier::wss));
}

void RealBroker::stop() {
    process_->stop();
    stop_helpers();
}

void RealBroker::crash() {
    process_->kill();
    stop_helpers();
}

std::string RealBroker::log() const {
    return process_ ? process_->log() : std::string();
}

std::vector<std::string> RealBroker::options(Variant variant, const User& user) const {
    std::vector<std::string> words{"-h", "localhost", "-p", port(variant.carrier), "--cafile", directory() + "/ca.pem",
                                   "-u", user.name,   "-P", user.password};
    if (variant.version == Version::v311) words.insert(words.end(), {"-V", "311"});
    if (variant.carrier == Carrier::wss) words.insert(words.end(), {"--ws", "--ws-path", facts_.websocket_path});
    return words;
}

std::string RealBroker::cannot(Rule rule, Variant variant) const {
    if (variant.carrier == Carrier::wss && facts_.websocket_path.empty()) return facts_.no_websocket;
    for (const Impossible& impossible : facts_.impossible) {
        if (impossible.rule == rule) return impossible.reason;
    }
    return {};
}

const Exception* RealBroker::exception(Rule rule, Variant spoken) const {
    if (rule == Rule::refused_line) rule = Rule::refused_publish;
    for (const Exception& exception : facts_.exceptions) {
        if (exception.rule == rule && exception.version.value_or(spoken.version) == spoken.version &&
            exception.carrier.value_or(spoken.carrier) == spoken.carrier)
            return &exception;
    }
    return nullptr;
}

std::string package_version(const std::string& package) {
    const Outcome outcome =
        run({.arguments = {"dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package}});
    const std::string installed = "installed ";
    return outcome.output.starts_with(installed) ? outcome.output.substr(installed.size()) : std::string();
}

bool is_package_since(const std::string& package, const std::string& version) {
    const std::string installed = package_version(package);
    return run({.arguments = {"dpkg", "--compare-versions", installed, "ge", version}}).status == 0;
}

}  // namespace mqtts::test
