// SPDX-License-Identifier: Apache-2.0
#include "support/broker.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace mqtts::test {

namespace {

constexpr int attempts_to_start = 10;

// Debian keeps the broker in /usr/sbin, which is not on everybody's PATH.
std::string find_mosquitto() {
    const char* path = std::getenv("PATH");
    std::string directories = std::string(path != nullptr ? path : "") + ":/usr/sbin:/usr/local/sbin";
    for (std::size_t begin = 0; begin <= directories.size();) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        std::string program = directories.substr(begin, end - begin) + "/mosquitto";
        if (::access(program.c_str(), X_OK) == 0) return program;
        begin = end + 1;
    }
    std::puts("skipped: mosquitto is not installed (apt install mosquitto)");
    std::exit(skipped_status);
}

std::string yes_or_no(bool value) {
    return value ? "true" : "false";
}

}  // namespace

Mosquitto::Mosquitto(MosquittoSettings settings) {
    write_files(settings);
    for (int attempt = 0; attempt < attempts_to_start; ++attempt) {
        if (start(settings)) return;
    }
    throw std::runtime_error("mosquitto does not find its port free");
}

std::vector<std::string> Mosquitto::arguments(std::vector<std::string> command_line) const {
    for (const std::string& word : {std::string("-h"), std::string("localhost"), std::string("-p"),
                                    std::to_string(port_), std::string("--cafile"), ca_file_, std::string("--cert"),
                                    certificate_file_, std::string("--key"), key_file_}) {
        command_line.push_back(word);
    }
    return command_line;
}

void Mosquitto::write_files(const MosquittoSettings& settings) {
    const std::string& key_type = settings.server.key_type;
    const Authority authority("test authority", {.key_type = key_type});
    const Identity server = authority.issue(settings.server);
    const Identity client = authority.issue({.common_name = "client", .client = true, .key_type = key_type});
    ca_file_ = directory_.write("ca.pem", authority.certificate_pem());
    certificate_file_ = directory_.write("client.pem", client.certificate_pem);
    key_file_ = directory_.write("client.key", client.key_pem);
    directory_.write("server.pem", server.certificate_pem);
    directory_.write("server.key", server.key_pem);
    directory_.write("acl", settings.access_list);
    std::string passwords;
    for (const auto& user : settings.users)
        passwords += user.name + ":" + user.password + "\n";
    const std::string file = directory_.write("passwords", passwords);
    if (!settings.users.empty() && run({.arguments = {"mosquitto_passwd", "-U", file}}).status != 0) {
        throw std::runtime_error("mosquitto_passwd failed");
    }
}

void Mosquitto::write_configuration(const MosquittoSettings& settings) const {
    const std::string& in = directory_.path();
    std::string text = "listener " + std::to_string(port_) + " 127.0.0.1\n";
    if (settings.websockets) text += "protocol websockets\n";
    if (settings.tls) {
        text += "cafile " + in + "/ca.pem\ncertfile " + in + "/server.pem\nkeyfile " + in + "/server.key\n" +
                "require_certificate " + yes_or_no(settings.require_certificate) + "\n";
    }
    text += "allow_anonymous " + yes_or_no(settings.users.empty()) + "\n";
    if (!settings.users.empty()) text += "password_file " + in + "/passwords\n";
    if (!settings.access_list.empty()) text += "acl_file " + in + "/acl\n";
    if (::geteuid() == 0) text += "user root\n";  // else it would give up the right to read our files
    for (const char* type : {"error", "warning", "notice", "information", "subscribe"}) {
        text += std::string("log_type ") + type + "\n";
    }
    if (settings.persistence) text += "persistence true\npersistence_location " + in + "/\nautosave_interval 0\n";
    text += "log_dest stderr\n" + settings.configuration;
    // mosquitto 2.0 does not start where all its listeners are WebSockets.
    if (settings.websockets) text += "listener 0 " + in + "/socket\n";
    directory_.write("mosquitto.conf", text);
}

void Mosquitto::launch() {
    process_.emplace(Command{.arguments = {find_mosquitto(), "-c", directory_.path() + "/mosquitto.conf"},
                             .environment = environment_});
}

void Mosquitto::crash_and_restart() {
    launch();  // the end of a Process is SIGKILL
    process_->wait_for_error(" running\n");
}

void Mosquitto::save() const {
    const std::string file = directory_.path() + "/mosquitto.db";
    ::unlink(file.c_str());
    process_->signal(SIGUSR1);
    // It writes another file and renames it when that is complete.
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::access(file.c_str(), F_OK) != 0) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("mosquitto does not save: " + log());
        ::poll(nullptr, 0, 1);  // nobody tells, so it is asked again
    }
}

bool Mosquitto::start(const MosquittoSettings& settings) {
    port_ = free_port();
    write_configuration(settings);
    environment_.clear();
    if (!settings.maximum_tls_version.empty()) {
        const std::string file = directory_.write(
            "openssl.cnf",
            "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = limits\n[limits]\nMaxProtocol = " +
                settings.maximum_tls_version + "\n");
        environment_.push_back("OPENSSL_CONF=" + file);
    }
    launch();
    try {
        process_->wait_for_error(" running\n");
        return true;
    } catch (const std::runtime_error&) {
        if (log().find("Address already in use") == std::string::npos) throw;
        return false;
    }
}

}  // namespace mqtts::test
