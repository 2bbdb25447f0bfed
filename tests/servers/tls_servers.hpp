// SPDX-License-Identifier: Apache-2.0
// TLS as it is ended by nginx, haproxy, stunnel, Node, Erlang, GnuTLS, OpenSSL, wolfSSL, Mbed TLS and mosquitto, each
// with a certificate of the same authority for localhost.
#pragma once

#include <string>

#include "servers/real_server.hpp"
#include "support/certificate_form.hpp"

namespace mqtts::test {

/// Files that the servers and their clients share.
struct ServerFiles {
    TemporaryDirectory directory;
    Certified root{authority_form("servers root")};
    std::string ca = directory.write("ca.pem", root.pem());
    std::string certificate;
    std::string key;
    std::string both;

    ServerFiles();
    /// --cert and --key with a certificate of this form; `name` of the files.
    [[nodiscard]] Words identity(const std::string& name, const CertificateForm& form, const Certified& issuer) const;
};
const ServerFiles& server_files();

enum class Asks : std::uint8_t { never, optionally, always };  // for a client certificate

struct TlsServer {
    std::string tls = "1.3";  // this version alone
    Asks asks = Asks::never;
    std::string backend = "1";  // where what is in TLS goes, of those that pass it on: a port of 127.0.0.1
    std::string more = {};      // lines for the configuration of nginx and haproxy
    std::string port = {};
};

using StartTls = RealServer (*)(const TlsServer& server);

RealServer nginx(const TlsServer& server);
RealServer haproxy(const TlsServer& server);
RealServer stunnel(const TlsServer& server);
RealServer node(const TlsServer& server);
RealServer erlang(const TlsServer& server);  // passes nothing on: CONNACK and SUBACK are all it says
RealServer gnutls(const TlsServer& server);  // these two wait for a line
RealServer openssl(const TlsServer& server);
RealServer wolfssl(const TlsServer& server);  // small programs of the tests: they answer CONNECT, and nothing else
RealServer mbedtls(const TlsServer& server);  // TLS 1.2 alone
RealServer mosquitto(const TlsServer& server);
/// Without TLS.
RealServer plain_mosquitto(const std::string& port = {});

/// A program that reaches the server, and trusts it.
Words pub_to(const RealServer& server, const Words& more = {});
Words sub_to(const RealServer& server, const Words& more = {});

}  // namespace mqtts::test
