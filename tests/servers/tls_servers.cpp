// SPDX-License-Identifier: Apache-2.0
#include "servers/tls_servers.hpp"

#include <unistd.h>

namespace mqtts::test {

namespace {

/// `never`, `optionally` or `always`, whichever it is.
std::string by_asks(const TlsServer& server, std::string optionally, std::string always) {
    if (server.asks == Asks::never) return {};
    return server.asks == Asks::always ? always : optionally;
}

const std::string node_script = R"(
const tls = require('tls'), net = require('net'), read = require('fs').readFileSync;
const [port, version, backend, asks, ca, cert, key] = process.argv.slice(1);
tls.createServer({ca: read(ca), cert: read(cert), key: read(key), requestCert: asks != '', minVersion: version,
                  rejectUnauthorized: asks == 'always', maxVersion: version}, (client) => {
    const broker = net.connect(+backend, '127.0.0.1');
    for (const [one, other] of [[client, broker], [broker, client]])
        one.on('error', () => {}).on('close', () => other.destroy()).pipe(other);
}).listen(+port, '127.0.0.1');
)";

/// Its default for SIGTERM is to stop in order.
const std::string erlang_script = R"(
{ok, _} = application:ensure_all_started(ssl),
{ok, Listener} = ssl:listen(@port@, [{ip, {127, 0, 0, 1}}, {cacertfile, "@ca@"}, {certfile, "@cert@"}, {keyfile, "@key@"},
                                   {versions, ['tlsv@tls@']}, {reuseaddr, true}, binary, {active, false}@asks@]),
Answer = fun Answer(Client) -> case ssl:recv(Client, 0) of
    {ok, <<16, _/binary>>} -> ssl:send(Client, <<32, 3, 0, 0, 0>>), Answer(Client);
    {ok, <<130, _, Id:16, _/binary>>} -> ssl:send(Client, <<144, 4, Id:16, 0, 0>>), Answer(Client);
    {ok, _} -> Answer(Client);
    End -> End end end,
Serve = fun Serve() ->
    {ok, Socket} = ssl:transport_accept(Listener),
    Child = spawn(fun() -> receive go -> case ssl:handshake(Socket) of {ok, Client} -> Answer(Client); No -> No end end end),
    ssl:controlling_process(Socket, Child), Child ! go, Serve() end,
Serve().
)";

/// Otherwise mosquitto would give up the right to read our files.
const std::string as_root = ::geteuid() == 0 ? "user root\n" : "";

std::string replaced(std::string text, const std::string& word, const std::string& by) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
    return text;
}

Words reaching(const RealServer& server) {
    return {"-h", "localhost", "-p", server.port(), "--cafile", server_files().ca, "-t", "a"};
}

}  // namespace

ServerFiles::ServerFiles() {
    const Certified server = root.issue({.common_name = "server", .names = {dns("localhost")}});
    certificate = directory.write("server.pem", server.pem());
    key = directory.write("server.key", server.key_pem());
    both = directory.write("both.pem", server.pem() + server.key_pem());
}

Words ServerFiles::identity(const std::string& name, const CertificateForm& form, const Certified& issuer) const {
    const Certified client = issuer.issue(form);
    return {"--cert", directory.write(name + ".pem", client.pem()), "--key",
            directory.write(name + ".key", client.key_pem())};
}

const ServerFiles& server_files() {
    static const ServerFiles files;
    return files;
}

RealServer nginx(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "nginx",
                       .package = "nginx-light libnginx-mod-stream",
                       .arguments =
                           [&](const Site& site) {
                               const std::string verify = by_asks(server, "optional", "on");
                               const std::string text =
                                   "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off;\npid pid;\n"
                                   "error_log stderr;\nevents {}\nstream { server {\nlisten 127.0.0.1:" +
                                   site.port + " ssl;\nssl_protocols TLSv" + server.tls + ";\nssl_certificate " +
                                   files.certificate + ";\nssl_certificate_key " + files.key + ";\n" +
                                   (verify.empty() ? "" : "ssl_client_certificate " + files.ca + ";\n") +
                                   (verify.empty() ? "" : "ssl_verify_client " + verify + ";\n") +
                                   "proxy_pass 127.0.0.1:" + server.backend + ";\n" + server.more + "} }\n";
                               return Words{"-p", site.directory.path(),
                                            "-e", "stderr",
                                            "-c", site.directory.write("nginx.conf", text)};
                           },
                       .port = server.port});
}

RealServer haproxy(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "haproxy",
                       .package = "haproxy",
                       .arguments =
                           [&](const Site& site) {
                               const std::string verify = by_asks(server, "optional", "required");
                               const std::string text =
                                   "defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server "
                                   "60s\n retries 0\n" +
                                   server.more + "frontend f\n bind 127.0.0.1:" + site.port + " ssl crt " + files.both +
                                   " ssl-min-ver TLSv" + server.tls + " ssl-max-ver TLSv" + server.tls +
                                   (verify.empty() ? "" : " verify " + verify + " ca-file " + files.ca) +
                                   "\n default_backend b\nbackend b\n server s 127.0.0.1:" + server.backend + "\n";
                               return Words{"-db", "-f", site.directory.write("haproxy.cfg", text)};
                           },
                       .port = server.port});
}

RealServer stunnel(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "stunnel",
                       .package = "stunnel4",
                       .arguments =
                           [&](const Site& site) {
                               const std::string text =
                                   "foreground = yes\npid =\nsyslog = no\n[s]\naccept = 127.0.0.1:" + site.port +
                                   "\nconnect = 127.0.0.1:" + server.backend + "\ncert = " + files.certificate +
                                   "\nkey = " + files.key + "\nsslVersion = TLSv" + server.tls + "\n" +
                                   by_asks(server, "verify = 1\n", "verifyChain = yes\nrequireCert = yes\n") +
                                   (server.asks == Asks::never ? "" : "CAfile = " + files.ca + "\n");
                               return Words{site.directory.write("stunnel.conf", text)};
                           },
                       .port = server.port});
}

RealServer node(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "node",
                       .package = "nodejs",
                       .arguments =
                           [&](const Site& site) {
                               return Words{"-e",           node_script,
                                            site.port,      "TLSv" + server.tls,
                                            server.backend, by_asks(server, "optionally", "always"),
                                            files.ca,       files.certificate,
                                            files.key};
                           },
                       .port = server.port});
}

RealServer erlang(const TlsServer& server) {
    const ServerFiles& files = server_files();
    const std::string asks =
        by_asks(server, ", {verify, verify_peer}", ", {verify, verify_peer}, {fail_if_no_peer_cert, true}");
    return RealServer({.program = "erl",
                       .package = "erlang-base erlang-ssl",
                       .arguments =
                           [&](const Site& site) {
                               std::string script = erlang_script;
                               for (const auto& [word, by] : {std::pair{"@port@", site.port},
                                                              {"@ca@", files.ca},
                                                              {"@cert@", files.certificate},
                                                              {"@key@", files.key},
                                                              {"@asks@", asks},
                                                              {"@tls@", server.tls}})
                                   script = replaced(script, word, by);
                               return Words{"-noshell", "-eval", script};
                           },
                       .environment = {"HOME=" + files.directory.path(), "ERL_CRASH_DUMP=/dev/null"},
                       .port = server.port});
}

RealServer gnutls(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "gnutls-serv",
                       .package = "gnutls-bin",
                       .arguments =
                           [&](const Site& site) {
                               Words words{"-p",
                                           site.port,
                                           "--x509certfile",
                                           files.certificate,
                                           "--x509keyfile",
                                           files.key,
                                           "--priority",
                                           "NORMAL:-VERS-ALL:+VERS-TLS" + server.tls};
                               if (server.asks == Asks::never) words.emplace_back("--disable-client-cert");
                               if (server.asks != Asks::never) words = with(words, {"--x509cafile", files.ca});
                               if (server.asks == Asks::always) words.emplace_back("--require-client-cert");
                               return words;
                           },
                       .port = server.port});
}

RealServer openssl(const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = "openssl",
                       .package = "openssl",
                       .arguments =
                           [&](const Site& site) {
                               // Without -www it ends with its standard input.
                               Words words{"s_server",
                                           "-www",
                                           "-accept",
                                           "127.0.0.1:" + site.port,
                                           "-cert",
                                           files.certificate,
                                           "-key",
                                           files.key,
                                           "-tls" + replaced(server.tls, ".", "_")};
                               if (server.asks != Asks::never)
                                   words = with(words, {server.asks == Asks::always ? "-Verify" : "-verify", "3",
                                                        "-verify_return_error", "-CAfile", files.ca});
                               return words;
                           },
                       .port = server.port});
}

namespace {

RealServer small_server(const std::string& program, const std::string& package, const TlsServer& server) {
    const ServerFiles& files = server_files();
    return RealServer({.program = program,
                       .package = package,
                       .arguments =
                           [&](const Site& site) {
                               const std::string asks = by_asks(server, "optionally", "always");
                               return Words{site.port, server.tls,        asks.empty() ? "never" : asks,
                                            files.ca,  files.certificate, files.key};
                           },
                       .port = server.port});
}

}  // namespace

RealServer wolfssl(const TlsServer& server) {
    return small_server(MQTTS_WOLFSSL_SERVER, "libwolfssl-dev, and configure again", server);
}

RealServer mbedtls(const TlsServer& server) {
    return small_server(MQTTS_MBEDTLS_SERVER, "libmbedtls-dev, and configure again", server);
}

RealServer mosquitto(const TlsServer& server) {
    const ServerFiles& files = server_files();
    const std::string limit =
        files.directory.write("openssl-" + server.tls + ".cnf",
                              "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                              "MaxProtocol = TLSv" +
                                  server.tls + "\n");
    return RealServer({.program = "mosquitto",
                       .package = "mosquitto",
                       .arguments =
                           [&](const Site& site) {
                               const std::string text = "listener " + site.port + " 127.0.0.1\n" + as_root +
                                                        "allow_anonymous true\ncertfile " + files.certificate +
                                                        "\nkeyfile " + files.key + "\ncafile " + files.ca +
                                                        "\ntls_version tlsv" + server.tls + "\nrequire_certificate " +
                                                        (server.asks == Asks::always ? "true" : "false") + "\n";
                               return Words{"-c", site.directory.write("mosquitto.conf", text)};
                           },
                       .environment = {"OPENSSL_CONF=" + limit},
                       .port = server.port});
}

RealServer plain_mosquitto(const std::string& port) {
    return RealServer({.program = "mosquitto",
                       .package = "mosquitto",
                       .arguments =
                           [&](const Site& site) {
                               return Words{"-c", site.directory.write("mosquitto.conf", "listener " + site.port +
                                                                                             " 127.0.0.1\n" + as_root +
                                                                                             "allow_anonymous true\n")};
                           },
                       .port = port});
}

Words pub_to(const RealServer& server, const Words& more) {
    return with(with(mqtts_pub({"-m", "x"}), reaching(server)), more);
}

Words sub_to(const RealServer& server, const Words& more) {
    return with(with(mqtts_sub({}), reaching(server)), more);
}

}  // namespace mqtts::test
