// SPDX-License-Identifier: Apache-2.0
// What is said of a handshake, and of what comes right behind it, by the TLS servers of other people.
#include <doctest/doctest.h>

#include "servers/real_server.hpp"

namespace {

using namespace mqtts::test;

struct Files {
    TemporaryDirectory directory;
    Authority root{"servers root"};
    std::string ca = directory.write("ca.pem", root.certificate_pem());
};

const Files& files() {
    static const Files files;
    return files;
}

Words publishing(const RealServer& server, const Words& more = {}) {
    return with(mqtts_pub({"-h", "localhost", "-p", server.port(), "--cafile", files().ca, "-t", "a", "-m", "x"}),
                more);
}

/// nginx, which ends TLS in front of nothing.
RealServer nginx(const std::string& lines) {
    return RealServer(
        {.program = "nginx", .package = "libnginx-mod-stream", .arguments = [&](const Site& site) {
             const Identity identity = files().root.issue({.common_name = "nginx", .dns_names = {"localhost"}});
             const std::string certificate = site.directory.write("server.pem", identity.certificate_pem);
             const std::string key = site.directory.write("server.key", identity.key_pem);
             const std::string configuration = site.directory.write(
                 "nginx.conf", "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off;\npid " +
                                   site.directory.path() + "/pid;\nerror_log stderr;\nevents {}\nstream { server {\n" +
                                   "listen 127.0.0.1:" + site.port + " ssl;\nssl_certificate " + certificate +
                                   ";\nssl_certificate_key " + key + ";\nproxy_pass 127.0.0.1:1;\n" + lines + "} }\n");
             return Words{"-c", configuration, "-p", site.directory.path(), "-e", "stderr"};
         }});
}

}  // namespace

TEST_CASE("nginx: a terminator whose broker is down") {
    const RealServer server = nginx("");
    const Outcome outcome = run({.arguments = publishing(server)});
    CHECK(outcome.status == 10);
}
