// SPDX-License-Identifier: Apache-2.0
// mqtts-bench-peer: the broker of the benchmark.
//
//     mqtts-bench-peer --directory DIR [--verify]
//
// Makes certificates, writes ca.pem, client.pem and client.key to DIR and the port to standard output, then serves one
// client after the other, each followed by a line "PUBLISHED WRONG ACKNOWLEDGED" (see Tally).
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "bench/arguments.hpp"
#include "bench/broker_connection.hpp"
#include "support/certificates.hpp"
#include "support/listener.hpp"

namespace {

using namespace mqtts;

void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path) << content;
}

bench::TlsContext make_certificates(const std::string& directory) {
    const test::Authority authority("benchmark");
    const test::Identity server = authority.issue({.common_name = "peer", .dns_names = {"localhost"}});
    const test::Identity client = authority.issue({.common_name = "client", .client = true});
    write_file(directory + "/ca.pem", authority.certificate_pem());
    write_file(directory + "/server.pem", server.certificate_pem);
    write_file(directory + "/server.key", server.key_pem);
    write_file(directory + "/client.pem", client.certificate_pem);
    write_file(directory + "/client.key", client.key_pem);
    return bench::server_context({.ca_file = directory + "/ca.pem",
                                  .certificate_file = directory + "/server.pem",
                                  .key_file = directory + "/server.key"});
}

void serve_clients(SSL_CTX& context, bool verify) {
    const test::Listener listener;
    std::printf("%u\n", static_cast<unsigned>(listener.port()));
    std::fflush(stdout);
    bench::StreamCache cache;
    for (;;) {
        test::FileDescriptor socket = listener.accept();
        bench::Tally tally;
        try {
            bench::TlsStream stream(context, std::move(socket));
            tally = bench::BrokerConnection(stream, cache, verify).serve();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "peer: %s\n", error.what());
        }
        std::printf("%ju %ju %ju\n", uintmax_t{tally.published}, uintmax_t{tally.wrong}, uintmax_t{tally.acknowledged});
        std::fflush(stdout);
    }
}

}  // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077);  // what is written are keys
    try {
        const bench::Arguments arguments(count, values);
        const bench::TlsContext context = make_certificates(arguments.text("--directory", "."));
        serve_clients(*context, arguments.has("--verify"));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mqtts-bench-peer: %s\n", error.what());
        return 1;
    }
}
