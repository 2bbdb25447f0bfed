// SPDX-License-Identifier: Apache-2.0
// The distribution's mosquitto, started on a free loopback port for the life of its object.
//
//     Mosquitto broker({.configuration = "max_queued_messages 0\n"});
//     run({.arguments = broker.arguments({"mqtts-pub", "-t", "a", "-m", "x"})});
//
// It asks for mutual TLS unless told otherwise, with certificates of an authority made for the occasion. Where
// mosquitto is not installed the whole test program ends with exit status 77, which ctest reports as skipped.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

namespace mqtts::test {

/// What ctest takes for "skipped" (the property SKIP_RETURN_CODE).
constexpr int skipped_status = 77;

struct MosquittoSettings {
    bool tls = true;
    bool require_certificate = true;
    bool websockets = false;               // instead of MQTT in TLS alone
    bool persistence = false;              // it keeps sessions in a file, written by save() and at its orderly end
    std::string maximum_tls_version = {};  // as openssl.cnf has it, "TLSv1.2"; empty: OpenSSL's own
    /// The server's certificate: its names and dates. All others have the same kind of key.
    CertificateOptions server = {.common_name = "broker", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}};
    struct User {
        std::string name;
        std::string password;
    };
    std::vector<User> users = {};    // empty: anybody
    std::string access_list = {};    // the contents of acl_file; empty: everything is allowed
    std::string configuration = {};  // further lines of mosquitto.conf
};

class Mosquitto {
public:
    explicit Mosquitto(MosquittoSettings settings = {});

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Files for the client: the authority's certificate, a client certificate and its key.
    [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }
    [[nodiscard]] const std::string& key_file() const noexcept { return key_file_; }
    [[nodiscard]] const TemporaryDirectory& directory() const noexcept { return directory_; }

    /// The command line of a program, followed by the options that reach this broker.
    [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> command_line) const;

    /// Waits until the broker has logged `text`.
    void wait_for_log(std::string_view text) { process_->wait_for_error(text); }
    [[nodiscard]] const std::string& log() const { return process_->error(); }

    /// Kills it with SIGKILL and starts it anew on the same port; what it kept in memory is gone.
    void crash_and_restart();
    /// Has it write what it knows to a file, which it reads when it starts. Precondition: the setting `persistence`.
    void save() const;
    /// Stops it in its tracks: connections stay, nothing is read or answered any more, until resume().
    void stall() const { process_->signal(SIGSTOP); }
    void resume() const { process_->signal(SIGCONT); }

private:
    void write_files(const MosquittoSettings& settings);
    void write_configuration(const MosquittoSettings& settings) const;
    bool start(const MosquittoSettings& settings);
    void launch();

    TemporaryDirectory directory_;
    std::string ca_file_;
    std::string certificate_file_;
    std::string key_file_;
    std::uint16_t port_ = 0;
    std::vector<std::string> environment_;
    std::optional<Process> process_;
};

}  // namespace mqtts::test
