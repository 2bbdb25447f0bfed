// SPDX-License-Identifier: Apache-2.0
// The certificate zoo: rows of one server and one command line each, and what must come of it.
//
// Every row runs with TLS 1.2 and with TLS 1.3, alternating between the programs; a row that is also `slow`, once more
// over a link that delivers single bytes, and must end with the same status and the same sentence. A refused server
// must never have seen anything of MQTT.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "integration/programs.hpp"
#include "support/certificate_form.hpp"
#include "support/link.hpp"
#include "support/tls_server.hpp"

namespace mqtts::test {

/// The server's side of a connection. Returns the plaintext that came.
using ZooServer = std::function<std::string(int socket, const TlsServerOptions& options)>;

/// Grants whatever a client asks for.
std::string serve_mqtt(int socket, const TlsServerOptions& options);
/// Takes the CONNECT and closes the connection: no CONNACK, no close_notify.
std::string hang_up_on_connect(int socket, const TlsServerOptions& options);
/// Says the same to everyone who has said something, and closes.
ZooServer answer_with(std::string bytes);
/// Says the same to everyone, at once, and stays.
ZooServer greet_with(std::string bytes);
/// Closes the connection as soon as something comes.
std::string close_at_once(int socket, const TlsServerOptions& options);
/// Never says anything.
std::string stay_silent(int socket, const TlsServerOptions& options);

struct ZooRow {
    std::string name;
    TlsServerOptions tls = {};
    Words options = {};    // behind those that say where the server is
    int status = 0;        // of the program
    Words sentence = {};   // parts of the line on standard error; empty: there is none
    bool trusted = false;  // the server may see CONNECT although the run fails
    bool slow = false;     // runs over a slow link, too
    /// Not 0: of silence, which the connect timeout ends, so many seconds. They grow until the server has come as far
    /// as the row is about; TIME in the sentence stands for them.
    double connect_timeout = 0;
    std::string host = "localhost";
    ZooServer server = serve_mqtt;
    LinkOptions link = {};
    std::vector<int> versions = {TLS1_2_VERSION, TLS1_3_VERSION};  // none: as `tls` says
};

/// Runs the rows, a few at a time, and checks each.
void check_rows(const std::vector<ZooRow>& rows);

/// Files and authorities that most rows use.
struct Zoo {
    TemporaryDirectory directory;
    Certified root{authority_form("zoo root")};
    std::string trust = directory.write("ca.pem", root.pem());

    /// A server with a certificate of the root.
    [[nodiscard]] TlsServerOptions server(CertificateForm form = {.names = {dns("localhost")}}) const;
    /// --cafile with these certificates.
    [[nodiscard]] Words trusting(const std::string& pem, Words more = {}) const;
    /// --cafile with the root.
    [[nodiscard]] Words usual(const Words& more = {}) const;
    /// The path of a new file with this content.
    [[nodiscard]] std::string file(const std::string& content) const;

private:
    mutable int files_ = 0;
};

/// A server that sends these certificates, its own first.
TlsServerOptions serving(const std::vector<const Certified*>& chain);

}  // namespace mqtts::test
