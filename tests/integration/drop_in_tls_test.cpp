// SPDX-License-Identifier: Apache-2.0
// What mosquitto's options on TLS decide happens below MQTT: the same packets as ever, or a refusal.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("versions, ciphers and application protocols of TLS") {
    check({
        {.command = "mqtts-pub --tls-version tlsv1.2 -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub --tls-version tlsv1.3 -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub --tls-version=TLSv1.3 -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --ciphers ECDHE-ECDSA-AES128-GCM-SHA256 -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --tls-version tlsv1.3 --ciphers TLS_AES_128_GCM_SHA256 -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --tls-alpn mqtt -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("trust in the system besides a CA file, and the log of keys with its warning") {
    check({
        {.command = "mqtts-pub --tls-use-os-certs -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub --tls-keylog $dir/keys -t a -E",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .error = {"--tls-keylog", "keys"}},
        {.command = "mqtts-sub -t a -E",
         .environment = {"SSLKEYLOGFILE=/dev/null"},
         .packets = {"SUBSCRIBE 1 a qos0"},
         .error = {"--tls-keylog", "/dev/null"}},
    });
}

TEST_CASE("options on TLS that cannot be followed") {
    check_refused({
        {"mqtts-pub --tls-version tlsv1.1 -t a -m x", {"--tls-version", "tlsv1.1", "tlsv1.2"}},
        {"mqtts-pub --tls-version later -t a -m x", {"--tls-version", "later", "tlsv1.3"}},
        {"mqtts-pub --ciphers nonsense -t a -m x", {"--ciphers", "nonsense"}},
        {"mqtts-pub --ciphers DEFAULT:@SECLEVEL=0 -t a -m x", {"--ciphers", "level"}},
        {"mqtts-pub --tls-alpn '' -t a -m x", {"--tls-alpn", "255"}},
        {"mqtts-pub --psk 00ff -t a -m x", {"--psk", "--psk-identity"}},
        {"mqtts-pub --psk 00ff --psk-identity me -t a -m x", {"--psk", "--cafile"}},
        {"mqtts-pub --psk zz --psk-identity me -t a -m x", {"--psk", "hexadecimal"}},
        {"mqtts-sub --tls-keylog $dir/none/keys -t a", {"none/keys", "no such file"}},
    });
}
