// SPDX-License-Identifier: Apache-2.0
// Command lines that end with status 2 and a sentence, before anything reaches a broker.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("what mosquitto has for connections without TLS is refused, with the alternative") {
    check_refused({
        {"mqtts-pub --no-tls -t a -m x", {"--no-tls", "unencrypted"}},
        {"mqtts-sub --no-tls -t a", {"--no-tls", "unencrypted"}},
        {"mqtts-pub --unix /run/mosquitto.sock -t a -m x", {"--unix", "TLS"}},
        {"mqtts-pub --tls-engine pkcs11 -t a -m x", {"--tls-engine", "--key"}},
        {"mqtts-pub --tls-engine-kpass-sha1 0 -t a -m x", {"--tls-engine-kpass-sha1", "--key"}},
        {"mqtts-pub --keyform engine -t a -m x", {"--keyform", "--key"}},
        {"mqtts-sub -S -t a", {"-S", "-h"}},
    });
}

TEST_CASE("something is missing") {
    check_refused({
        {"mqtts-pub -m x", {"topic", "-t"}},
        {"mqtts-pub -t a", {"nothing to publish", "-m", "-l"}},
        {"mqtts-pub", {"topic"}},
        {"mqtts-sub", {"topic", "-t"}},
        {"mqtts-pub -t a -m x -p", {"-p", "needs a value"}},
        {"mqtts-pub -t a -m", {"-m", "needs a value"}},
        {"mqtts-sub -t", {"-t", "needs a value"}},
        {"mqtts-sub -t a -c", {"-c", "-i"}},
        {"mqtts-sub -t a -x -1", {"-x", "-i"}},
        {"mqtts-sub -t a -c -I prefix", {"-c", "-i"}},
        {"mqtts-pub -t a -m x --key $dir/none", {"--key", "--cert"}},
        {"mqtts-pub -t a -m x --keyform pem", {"--keyform", "--key"}},
    });
}

TEST_CASE("values that are not what they should be") {
    check_refused({
        {"mqtts-pub -t a -m x -q 3", {"-q", "0, 1 or 2"}},
        {"mqtts-pub -t a -m x -q abc", {"-q", "'abc'"}},
        {"mqtts-sub -t a --qos=-1", {"--qos", "'-1'"}},
        {"mqtts-pub -t a -m x -k 4", {"-k", "5 to 65535"}},
        {"mqtts-pub -t a -m x -k 0", {"-k", "5 to 65535"}},
        {"mqtts-pub -t a -m x -k 65536", {"-k", "5 to 65535"}},
        {"mqtts-pub -t a -m x -p 65536", {"-p", "65535"}},
        {"mqtts-pub -t a -m x -p http", {"-p", "not a number from 1 to 65535"}},
        {"mqtts-pub -t a -m x -M 0", {"-M", "65535"}},
        {"mqtts-sub -t a -C 0", {"-C", "'0'"}},
        {"mqtts-sub -t a -C -3", {"-C", "'-3'"}},
        {"mqtts-sub -t a -W 0", {"-W", "'0'"}},
        {"mqtts-sub -t a -x later", {"-x", "'later'"}},
        {"mqtts-sub -t a -x 4294967296", {"-x", "4294967295"}},
        {"mqtts-pub -t a -m x -V 4", {"-V", "311"}},
        {"mqtts-pub -t a/# -m x", {"-t", "a/#", "wildcard"}},
        {"mqtts-pub -t a/+/b -m x", {"-t", "a/+/b"}},
        {"mqtts-pub -t '' -m x", {"-t", "topic is empty"}},
        {"mqtts-sub -t a/#/b", {"-t", "a/#/b"}},
        {"mqtts-sub -t a+", {"-t", "a+"}},
        {"mqtts-sub -t ''", {"-t", "topic filter"}},
        {"mqtts-sub -t \xff", {"-t", "\\xff"}},
        {"mqtts-pub -t a -m x -i \xc3\x28", {"-i", "UTF-8"}},
    });
}

TEST_CASE("contradictions") {
    check_refused({
        {"mqtts-pub -t a -m x -n", {"-m", "-n"}},
        {"mqtts-pub -t a -l -s", {"-l", "-s"}},
        {"mqtts-pub -t a -f $dir/file -m x", {"-f", "-m"}, {{"file", "x"}}},
        {"mqtts-pub -t a -m x -m y", {"-m"}},
        {"mqtts-pub -t a -m x -i one -I two", {"-i", "-I"}},
        {"mqtts-sub -t a -V 311 -x 60", {"-x", "-V 311"}},
        {"mqtts-sub -t a -V 311 -P secret", {"-P", "-u"}},
    });
}

TEST_CASE("options that there are not") {
    check_refused({
        {"mqtts-pub -t a -m x --retian", {"--retian", "--retain"}},
        {"mqtts-pub -t a -m x -C 1", {"-C", "mqtts-sub"}},
        {"mqtts-sub -t a -m x", {"-m", "mqtts-pub"}},
        {"mqtts-sub -t a --quite", {"--quite", "--quiet"}},
        {"mqtts-pub -t a -m x stray", {"belongs to no option"}},
        {"mqtts-pub -t a -m x --retain=yes", {"--retain"}},
        {"mqtts-pub -t a -m x --hostname b", {"--hostname", "give --host"}},
        {"mqtts-sub -t a --cacert ca.pem", {"--cacert", "give --cafile"}},
        {"mqtts-sub -h broker home/lamp", {"belongs to no option", "topic filter with -t"}},
    });
}

TEST_CASE("files that cannot be used") {
    check_refused({
        {"mqtts-pub -t a -m x --cafile $dir/none", {"none", "no such file"}},
        {"mqtts-pub -t a -m x --cafile $dir/empty", {"empty"}, {{"empty", ""}}},
        {"mqtts-pub -t a -m x --capath $dir", {"CA directory", "openssl rehash"}},
        {"mqtts-pub -t a -m x --cert $dir/none", {"none", "no such file"}},
        {"mqtts-pub -t a -m x --cert $dir/none --key $dir/none", {"none"}},
        {"mqtts-pub -t a -m x -u me --pw-file $dir/none", {"none"}},
    });
}
