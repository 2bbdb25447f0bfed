// SPDX-License-Identifier: Apache-2.0
// A connection is shared only by calls with the same settings and the same files.
#include <sys/stat.h>

#include "integration/sharing.hpp"
#include "os/os.hpp"

namespace {

using namespace mqtts::test;

/// One broker, one keeper, and calls that differ from the first.
class Differing {
public:
    Differing() : ca_(copy(broker_.ca_file(), "ca.pem")) {
        certificate_ = copy(broker_.certificate_file(), "cert.pem");
        key_ = copy(broker_.key_file(), "key.pem");
    }

    [[nodiscard]] Words arguments(const Words& options) const {
        return mqtts_pub(with({"--share", "-h", "localhost", "-p", std::to_string(broker_.port()), "--cafile", ca_,
                               "--cert", certificate_, "--key", key_, "-t", "a", "-m", "x", "-q", "1", "-W", "20"},
                              options));
    }
    Outcome call(const Words& options, const Words& variables = {}) const {
        return run({.arguments = arguments(options), .environment = with(sharing_.environment(), variables)});
    }
    /// Messages that passed through the keeper of the first call.
    [[nodiscard]] std::uint64_t served() const {
        for (const KeeperStatus& one : sharing_.keepers())
            if (one.process == first_) return one.messages;
        FAIL("the first keeper is gone");
        return 0;
    }
    void begin() {
        REQUIRE(call({}).status == 0);
        first_ = sharing_.keeper().process;
        REQUIRE(call({}).status == 0);
        REQUIRE(served() == 1);
    }
    /// A call with something else is not served by the first connection, and one without is.
    void check(const std::string& what, const Words& options, const Words& variables = {}) {
        CAPTURE(what);
        const std::uint64_t before = served();
        static_cast<void>(call(options, variables));
        CHECK(served() == before);
        CHECK(call({}).status == 0);
        CHECK(served() == before + 1);
    }
    /// The same for a file that changes for one call, and then is what it was.
    void check_file(const std::string& path) {
        CAPTURE(path);
        const std::uint64_t before = served();
        const std::string content = read_file(path);
        for (const std::size_t at : {std::size_t{0}, content.size() / 2, content.size() - 1}) {
            std::string changed = content;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            write(path, changed);
            static_cast<void>(call({}));
            CHECK(served() == before);
        }
        write(path, content + "\n");
        static_cast<void>(call({}));
        CHECK(served() == before);
        write(path, content);
        CHECK(call({}).status == 0);
        CHECK(served() == before + 1);
    }

    [[nodiscard]] Words environment() const { return sharing_.environment(); }
    [[nodiscard]] const std::string& ca() const noexcept { return ca_; }
    [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] const TemporaryDirectory& directory() const noexcept { return directory_; }

private:
    std::string copy(const std::string& from, const std::string& name) const {
        return directory_.write(name, read_file(from));
    }
    static void write(const std::string& path, const std::string& content) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    }

    TemporaryDirectory directory_;
    Mosquitto broker_;
    Sharing sharing_;
    std::string ca_;
    std::string certificate_;
    std::string key_;
    pid_t first_ = 0;
};

}  // namespace

TEST_CASE("one changed option, and the call has another connection") {
    Differing calls;
    calls.begin();
    const std::string password = calls.directory().write("password", "secret\n");
    const Words changes[] = {
        {"-i", "name"},
        {"-I", "prefix"},
        {"-u", "user"},
        {"-u", "user", "-P", "secret"},
        {"-u", "user", "--pw-file", password},
        {"-h", "127.0.0.1"},
        {"-h", "localhost,localhost"},
        {"-k", "30"},
        {"-V", "311"},
        {"-V", "5"},
        {"-x", "10"},
        {"-M", "5"},
        {"-A", "127.0.0.1"},
        {"--ipv4"},
        {"--nodelay"},
        {"--tls-use-os-certs"},
        {"--tls-name", "broker"},
        {"--tls-version", "tlsv1.3"},
        {"--ciphers", "TLS_AES_256_GCM_SHA384"},
        {"--tls-groups", "P-256"},
        {"--tls-alpn", "mqtt"},
        {"--tls-session-cache"},
        {"--min-cert-days", "1"},
        {"--pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"--insecure"},
        {"--connect-to", "localhost:1"},
        {"--proxy", "http://127.0.0.1:1"},
        {"--no-proxy", "*"},
        {"--reconnect", "1"},
        {"--connect-timeout", "9"},
        {"--ack-timeout", "9"},
        {"-D", "connect", "user-property", "a", "b"},
        {"--fail-no-subscribers"},
        {"--early"},
        {"-L", "mqtts://127.0.0.1"},
    };
    for (const Words& change : changes)
        calls.check(change.front() + " " + change.back(), change);
}

TEST_CASE("one changed byte of a file, and the call has another connection") {
    Differing calls;
    calls.begin();
    calls.check_file(calls.ca());
    calls.check_file(calls.certificate());
    calls.check_file(calls.key());
}

TEST_CASE("what OpenSSL and the resolver read from the environment counts") {
    Differing calls;
    calls.begin();
    for (const char* variable :
         {"SSL_CERT_FILE=/dev/null", "SSL_CERT_DIR=/tmp", "OPENSSL_CONF=/dev/null", "OPENSSL_MODULES=/tmp",
          "RES_OPTIONS=attempts:1", "LOCALDOMAIN=example", "ALL_PROXY=http://127.0.0.1:1", "MQTTS_USERNAME=user"})
        calls.check(variable, {}, {variable});
}

TEST_CASE("a call in another network has another connection: there the same name may be another server") {
    const bool can_make_one = run({.arguments = {"unshare", "-n", "true"}}).status == 0;
    if (mqtts::os::network() == 0 || !can_make_one) {
        MESSAGE("skipped: the system does not tell networks apart, or this user may not make one");
        return;
    }
    Differing calls;
    calls.begin();
    const std::uint64_t before = calls.served();
    const Outcome outcome =
        run({.arguments = with({"unshare", "-n"}, calls.arguments({})), .environment = calls.environment()});
    CHECK(outcome.status == 4);  // it has no interface
    CHECK(calls.served() == before);
}

TEST_CASE("what is about one message or one call does not count") {
    Differing calls;
    calls.begin();
    std::uint64_t served = calls.served();
    const std::string file = calls.directory().write("message", "text");
    const char* const folder = std::getenv("XDG_CONFIG_HOME");  // -o with the same options: those count, not the file
    const std::string usual = folder != nullptr ? std::string(folder) + "/mqtts-pub" : "";
    const std::string configuration = std::filesystem::exists(usual) ? usual : "/dev/null";
    for (const Words& same :
         {Words{"-t", "b"}, Words{"-f", file}, Words{"-n"}, Words{"-q", "2"}, Words{"-r"}, Words{"-d"},
          Words{"--quiet"}, Words{"--stats"}, Words{"-W", "30"}, Words{"--log-format", "json"},
          Words{"-D", "publish", "content-type", "a"}, Words{"--share=30"}, Words{"-o", configuration}}) {
        Words options = calls.arguments(same);
        if (same.front() == "-f" || same.front() == "-n") std::erase(options, "-m"), std::erase(options, "x");
        CAPTURE(same.front());
        CHECK(run({.arguments = options, .environment = calls.environment()}).status == 0);
        CHECK(calls.served() == ++served);
    }
}
