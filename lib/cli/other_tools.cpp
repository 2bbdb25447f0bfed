// SPDX-License-Identifier: Apache-2.0
#include "cli/other_tools.hpp"

#include <algorithm>

namespace mqtts::cli {

namespace {

constexpr Command publisher = Command::publish;
constexpr Command subscriber = Command::subscribe;

constexpr std::string_view always_tls = "leave it out, as every connection uses TLS";
constexpr std::string_view always_verified = "leave it out, as the broker's certificate is always verified";
constexpr std::string_view broker_password = "give --pw or --pw-file";
constexpr std::string_view key_password = "give --key-pass-file or --key-pass";
constexpr std::string_view pem_file = "give --cafile with a PEM file";
constexpr std::string_view own_form = "leave it out, as the file shows its own form";
constexpr std::string_view redirected = "redirect standard output to the file";

constexpr ForeignOption foreign_table[] = {
    // Where the broker is
    {"--hostname", "give --host"},
    {"-connect", "give the host with -h and the port with -p"},
    {"-b", "give the host with -h and the port with -p"},
    {"--connection", "give -L with a URL that begins with mqtts:// or wss://"},
    {"--protocol", "leave it out, or give --ws for a WebSocket: every connection uses TLS"},
    {"--path", "give --ws-path"},
    {"--ws:path", "give --ws-path"},
    {"--ws-headers", "give --ws-header"},
    {"--header", "give --ws-header"},
    {"--secure", always_tls},
    {"--use-tls", always_tls},
    {"--ssl", always_tls},
    {"--tls", always_tls},
    {"--ssl-reqd", always_tls},
    {"--resolve", "give --connect-to with the address and port"},
    {"--interface", "give --bind-address"},
    {"-bind", "give --bind-address"},
    {"-4", "give --ipv4"},
    {"-6", "give --ipv6"},
    {"--proxy-user", "give the user name and password in the URL of --proxy"},
    {"--socks5-hostname", "give --proxy with a URL that begins with socks5h://"},
    {"--socks5", "give --proxy with a URL that begins with socks5://"},
    {"--socks4a", "give --proxy with a URL that begins with socks4a://"},
    {"--socks4", "give --proxy with a URL that begins with socks4://"},
    {"--max-time", "give --timeout"},
    {"--retry", "give --retry-connect or --reconnect"},
    {"--reconnect-period", "give --reconnect with the time to keep trying"},
    {"--maximum-reconnect-times", "give --reconnect with the time to keep trying"},

    // Whom to trust, and what TLS negotiates
    {"--ca", "give --cafile"},
    {"--cacert", "give --cafile"},
    {"--cacerts", "give --cafile"},
    {"--ca-cert", "give --cafile"},
    {"--ca-certificate", "give --cafile"},
    {"--ca-directory", "give --capath"},
    {"-CAfile", "give --cafile"},
    {"-CApath", "give --capath"},
    {"--trust-store", pem_file},
    {"--truststore", pem_file},
    {"--truststore-password", "leave it out, and give --cafile with a PEM file"},
    {"-servername", "give --tls-name"},
    {"-verify_hostname", "give --tls-name"},
    {"-verify_return_error", always_verified},
    {"--no-check-certificate", "give --cafile to trust a private CA; --insecure verifies nothing"},
    {"--pinnedpubkey", "give --pin"},
    {"--crlfile", "give --crl"},
    {"-CRL", "give --crl"},
    {"--cert-status", "give --ocsp-stapling require"},
    {"--tlsv1.2", "give --tls-version tlsv1.2"},
    {"--tlsv1.3", "give --tls-version tlsv1.3"},
    {"--tls13-ciphers", "give --ciphers"},
    {"-cipher", "give --ciphers"},
    {"-ciphersuites", "give --ciphers"},
    {"-groups", "give --tls-groups"},
    {"-curves", "give --tls-groups"},
    {"-alpn", "give --tls-alpn"},
    {"-keylogfile", "give --tls-keylog"},
    {"-showcerts", "give --tls-report"},
    {"-X", "give the options of TLS by their names, such as --cafile, --cert and --key"},

    // Who we are
    {"--certfile", "give --cert"},
    {"--cert-file", "give --cert"},
    {"--certificate", "give --cert"},
    {"--keyfile", "give --key"},
    {"--key-file", "give --key"},
    {"--private-key", "give --key"},
    {"--cert-type", own_form},
    {"--key-type", own_form},
    {"--keystore", "give --cert with a PKCS#12 or PEM file"},
    {"--keystore-password", key_password},
    {"--keystore-private-key-password", key_password},
    {"--keypw", key_password},
    {"--keypass", key_password},
    {"--pass", "give --pw for the broker, --key-pass for a private key"},
    {"-pass", key_password},
    {"-psk_identity", "give --psk-identity"},
    {"--user", "give --username, and the password with --pw or --pw-file"},
    {"--password", broker_password},
    {"--passwd", broker_password},
    {"-pw", "give -P or --pw-file"},
    {"-pw:env", "give the password in the environment variable MQTTS_PASSWORD"},
    {"-pw:file", "give --pw-file"},
    {"--netrc", "give --username and --pw-file"},

    // The session
    {"--client-id", "give --id"},
    {"--clientid", "give --id"},
    {"--identifier", "give --id"},
    {"--identifierPrefix", "give --id-prefix"},
    {"--mqtt-version", "give --protocol-version"},
    {"--mqttVersion", "give --protocol-version"},
    {"--MQTTversion", "give --protocol-version"},
    {"--no-clean", "give --disable-clean-session"},
    {"--no-cleanStart", "give --disable-clean-session"},
    {"--clean", "leave it out, as a session starts clean; -c keeps the session"},
    {"--cleanStart", "leave it out, as a session starts clean without --disable-clean-session"},
    {"--receive-maximum", "give -D connect receive-maximum COUNT"},
    {"--rcv-max", "give -D connect receive-maximum COUNT"},
    {"--rcvMax", "give -D connect receive-maximum COUNT"},
    {"--maximum-packet-size", "give -D connect maximum-packet-size BYTES"},
    {"--maxPacketSize", "give -D connect maximum-packet-size BYTES"},
    {"--topic-alias-maximum", "give -D connect topic-alias-maximum COUNT"},
    {"--topicAliasMax", "give -D connect topic-alias-maximum COUNT"},
    {"--req-response-info", "give -D connect request-response-information 1"},
    {"--reqResponseInfo", "give -D connect request-response-information 1"},
    {"--conn-user-properties", "give -D connect user-property NAME VALUE"},
    {"--connectUserProperty", "give -D connect user-property NAME VALUE"},
    {"--will-message", "give --will-payload"},
    {"--willMessage", "give --will-payload"},
    {"--willQualityOfService", "give --will-qos"},
    {"--will-delay-interval", "give -D will will-delay-interval SECONDS"},
    {"--willDelayInterval", "give -D will will-delay-interval SECONDS"},
    {"--will-user-properties", "give -D will user-property NAME VALUE"},
    {"--willUserProperties", "give -D will user-property NAME VALUE"},

    // Messages
    {"--qos0", "give --qos 0"},
    {"--qos1", "give --qos 1"},
    {"--qos2", "give --qos 2"},
    {"--filename", "give --file", publisher},
    {"--message-file", "give --file", publisher},
    {"--file-read", "give --file", publisher},
    {"--upload-file", "give --file", publisher},
    {"--message-empty", "give --null-message", publisher},
    {"--stdin", "give --stdin-file", publisher},
    {"--multiline", "give --stdin-line", publisher},
    {"--line-mode", "give --stdin-line", publisher},
    {"--payload", "give --message", publisher},
    {"--msg", "give --message", publisher},
    {"--data", "give --message", publisher},
    {"--data-binary", "give --message, or --file for the contents of a file", publisher},
    {"--maxdatalen", "give --max-message-size", publisher},
    {"--dup", "leave it out, as a message that is sent again is marked so", publisher},
    {"--user-property", "give -D publish user-property NAME VALUE", publisher},
    {"--user-properties", "give -D publish user-property NAME VALUE", publisher},
    {"--userProperty", "give -D publish user-property NAME VALUE", publisher},
    {"--user-property", "give -D subscribe user-property NAME VALUE", subscriber},
    {"--user-properties", "give -D subscribe user-property NAME VALUE", subscriber},
    {"--userProperty", "give -D subscribe user-property NAME VALUE", subscriber},
    {"--payload-format-indicator", "give -D publish payload-format-indicator 1", publisher},
    {"--payloadFormatIndicator", "give -D publish payload-format-indicator 1", publisher},
    {"--message-expiry", "give -D publish message-expiry-interval SECONDS", publisher},
    {"--message-expiry-interval", "give -D publish message-expiry-interval SECONDS", publisher},
    {"--messageExpiryInterval", "give -D publish message-expiry-interval SECONDS", publisher},
    {"--topic-alias", "give -D publish topic-alias NUMBER", publisher},
    {"--content-type", "give -D publish content-type TYPE", publisher},
    {"--contentType", "give -D publish content-type TYPE", publisher},
    {"--correlation-data", "give -D publish correlation-data DATA", publisher},
    {"--correlationData", "give -D publish correlation-data DATA", publisher},
    {"--subscription-identifier", "give -D subscribe subscription-identifier NUMBER", subscriber},
    {"--output-mode", "give --output", subscriber},
    {"--jsonOutput", "give --output json", subscriber},
    {"--json", "give --output json", subscriber},
    {"-J", "give --output json", subscriber},
    {"--showTopics", "give --verbose", subscriber},
    {"--write-out", "give --format", subscriber},
    {"--delimiter", "give --output or --format", subscriber},
    {"--no-delimiter", "give --no-newline", subscriber},
    {"--command", "give --exec", subscriber},
    {"--sh-c", "give --exec", subscriber},
    {"--echo", "give --exec cat --reply", subscriber},
    {"--queue", "give -t with a filter that begins with $share/GROUP/", subscriber},
    {"--max-procs", "give --jobs", subscriber},
    {"--threads", "give --jobs", subscriber},
    {"--file-write", redirected, subscriber},
    {"--file-save", redirected, subscriber},
    {"--outputToFile", redirected, subscriber},

    // The programs themselves
    {"--config", "give --options-file"},
    {"--load-options", "give --options-file"},
    {"--silent", "give --quiet"},
    {"--trace", "give --debug"},
};

bool is_spelled(std::string_view row, std::string_view spelling) {
    if (row == spelling) return true;
    if (spelling.empty() || row.size() == 2) return false;
    if (spelling.front() != '-') return row.starts_with("--") && row.substr(2) == spelling;
    return row[1] != '-' && spelling.front() == '-' && spelling.substr(1) == row;
}

}  // namespace

std::span<const ForeignOption> foreign_options() noexcept {
    return foreign_table;
}

const ForeignOption* find_foreign(Command command, std::string_view spelling) noexcept {
    const auto* const found = std::ranges::find_if(foreign_table, [&](const ForeignOption& row) {
        return includes(row.command, command) && is_spelled(row.spelling, spelling);
    });
    return found != std::end(foreign_table) ? found : nullptr;
}

}  // namespace mqtts::cli
