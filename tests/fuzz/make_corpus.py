#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets to corpus/TARGET/NAME. Run it after changing the table; commit what it writes.

A fuzzer's own finds are added to the same folders by hand, under a name that says what they showed.
"""

from pathlib import Path

# The first byte chooses the version of MQTT: 0 is 3.1, 1 is 3.1.1, 2 is 5.
FUZZ_DECODE = {
    "connack_v311": "01 20 02 01 00",
    "connack_v311_refused": "01 20 02 00 05",
    "connack_v5": "02 20 03 00 00 00",
    "connack_v5_refused": "02 20 0b 00 87 08 1f 00 05 73 6f 72 72 79",
    "connack_v5_refused_by_v3_server": "02 20 02 00 01",
    "connack_v5_all_properties": "02 20 4b 00 00 48 11 00 00 00 3c 21 00 14 24 01 25 01 27 00 01 00 00 12 00 02 69 64"
    " 22 00 0a 1f 00 02 6f 6b 26 00 01 6b 00 01 76 28 01 29 01 2a 01 13 00 3c 1a 00 02 72 69"
    " 1c 00 04 68 6f 73 74 15 00 05 53 43 52 41 4d 16 00 03 01 02 03",
    "publish_v31_qos0": "00 30 04 00 01 61 78",
    "publish_v311_qos0": "01 30 08 00 03 61 2f 62 31 32 33",
    "publish_v311_qos1_retain": "01 33 08 00 03 61 2f 62 00 07 31",
    "publish_v311_qos2_dup": "01 3c 05 00 01 61 00 07",
    "publish_v5_qos0": "02 30 06 00 01 61 00 68 69",
    "publish_v5_qos1": "02 32 07 00 01 61 ff ff 00 31",
    "publish_v5_all_properties": "02 32 36 00 01 61 00 01 2e 01 01 02 00 00 00 3c 23 00 01 08 00 03 72 2f 74"
    " 09 00 02 00 ff 26 00 01 6b 00 01 76 0b 80 01 0b 01 03 00 0a 74 65 78 74 2f 70 6c 61 69 6e 78 79",
    "publish_v5_alias_only": "02 30 07 00 00 03 23 00 05 78",
    "publish_two_byte_length": "01 30 80 01 00 01 61" + " 78" * 125,
    "publish_utf8_topic": "02 30 0a 00 07 c3 a9 e2 82 ac 2f 61 00",
    "publish_wildcard_topic": "01 30 05 00 03 61 2f 23",
    "puback_v311": "01 40 02 00 01",
    "puback_v5_short": "02 40 02 00 01",
    "puback_v5_reason": "02 40 03 00 01 10",
    "puback_v5_full": "02 40 0b 00 01 87 07 1f 00 04 6e 6f 70 65",
    "pubrec_v5": "02 50 03 00 02 91",
    "pubrel_v5": "02 62 03 00 02 92",
    "pubcomp_v5_empty_properties": "02 70 04 00 02 00 00",
    "suback_v311": "01 90 05 00 01 00 02 80",
    "suback_v5": "02 90 0a 00 01 04 1f 00 01 61 01 87 9e",
    "unsuback_v311": "01 b0 02 00 01",
    "unsuback_v5": "02 b0 05 00 01 00 00 11",
    "pingresp": "01 d0 00",
    "disconnect_v5": "02 e0 00",
    "disconnect_v5_reason": "02 e0 01 8e",
    "disconnect_v5_moved": "02 e0 08 9d 06 1c 00 03 73 65 72",
    "auth_v5": "02 f0 0b 18 09 15 00 01 53 16 00 02 01 02",
    "stream_v311": "01 20 02 00 00 90 03 00 01 01 32 05 00 01 61 00 01 d0 00 40 02 00 01",
    "stream_v5": "02 20 03 00 00 00 90 04 00 01 00 01 32 06 00 01 61 00 01 00 62 02 00 01 e0 00",
    "length_of_five_bytes": "02 30 80 80 80 80 01",
    "longer_length_than_needed": "02 30 84 00 00 01 61 78",
    "truncated": "02 30 10 00 01 61",
}

# The first byte chooses version and limits; then steps: below 0x80 so many bytes from the server, 0x80 CONNACK, 0x81 to
# 0x83 publish, 0x84 subscribe, 0x85 acknowledge, 0x86 stop receiving, 0x87 ping, 0x88 disconnect, 0x89 reconnect.
FUZZ_SESSION = {
    "publish_qos1": "00 80 82 04 40 02 00 01 88",
    "publish_qos1_refused": "00 80 82 05 40 03 00 01 87",
    "publish_qos2": "01 80 83 04 50 02 00 01 04 70 02 00 01",
    "publish_qos2_refused": "00 80 83 05 50 03 00 01 97",
    "wrong_acknowledgement": "00 80 82 04 50 02 00 01",
    "subscribed": "00 80 84 06 90 04 00 01 00 00 08 30 06 00 01 61 00 68 69",
    "receive_qos2": "08 80 09 34 07 00 01 61 00 05 00 31 85 04 62 02 00 05",
    "receive_qos2_again": "0c 80 09 34 07 00 01 61 00 05 00 31 89 05 20 03 01 00 00 09 34 07 00 01 61 00 05 00 31 85",
    "receive_maximum": "10 80 09 32 07 00 01 61 00 01 00 31 09 32 07 00 01 61 00 02 00 31 09 32 07 00 01 61 00 03 00 31",
    "resend": "08 80 82 83 89 05 20 03 01 00 00 04 40 02 00 01 04 50 02 00 02 04 70 02 00 02",
    "restart": "08 80 82 83 89 80 04 40 02 00 01",
    "too_large": "20 80 03 30 ff 7f",
    "cut_in_two": "00 80 03 30 06 00 05 01 61 00 68 69 85",
    "ping": "00 80 81 87 02 d0 00 88",
    "stop": "00 80 86 09 32 07 00 01 61 00 01 00 31 85",
    "disconnected": "00 80 82 04 e0 02 8e 00 89 80",
    "limits": "00 0d 20 0b 00 00 08 21 00 01 27 00 00 00 0f 82 82",
}



def text(first: int, lines: str) -> str:
    return (bytes([first]) + lines.replace("\n", "\r\n").encode()).hex()


# The first byte: half of it and one is how many bytes come at a time; even is the upgrade, odd are frames.
FUZZ_WEBSOCKET = {
    "upgraded": text(
        0xFE,
        "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\nSec-WebSocket-Protocol: mqtt\n\n",
    ),
    "not_found": text(0x02, "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"),
    "moved": text(0xFE, "HTTP/1.0 302 Found\nLocation: https://other.example/\n\n"),
    "no_http": text(0x00, "SSH-2.0-x\n"),
    "fields_without_end": text(0xFE, "HTTP/1.1 101\n:\n:,,\nConnection:,\tUpgrade ,\nConnection"),
    "message": "ff 82 05 48 65 6c 6c 6f",
    "fragments_around_a_ping": "01 02 03 48 65 6c 89 05 48 65 6c 6c 6f 80 02 6c 6f",
    "lengths": "ff 82 00 82 7e 00 7e" + " 78" * 126 + " 82 7f 7f ff ff ff ff ff ff ff 78 79",
    "malformed_length": "ff 82 7f 80 00 00 00 00 00 00 00",
    "close": "ff 88 0a 03 f0 67 6f 1b 5b 32 4a ff fe",
    "pings": "ff" + " 89 01 78" * 40,
    "masked": "ff 82 81 00 00 00 00 78",
    "text": "ff 81 01 78",
    "reserved_bits": "ff f2 01 78",
    "long_control_frame": "ff 89 7e 00 7e",
}

# The first byte: bit 0 is HTTP, bit 1 credentials, and the rest and one how many bytes come at a time.
FUZZ_PROXY = {
    "socks_connected": "fc 05 00 05 00 00 01 01 02 03 04 05 06 16",
    "socks_authenticated": "02 05 02 01 00 05 00 00 04" + " 00" * 18,
    "socks_bound_to_a_name": "00 05 00 05 00 00 03 02 61 62 00 50",
    "socks_wants_a_password": "00 05 ff",
    "socks_refused_password": "02 05 02 01 01",
    "socks_refused": "08 05 00 05 05",
    "socks_other_address": "08 05 00 05 00 00 02 00 00 00",
    "http_connected": text(0xFD, "HTTP/1.1 200 Connection established\nServer: x\n\n\x16"),
    "http_connected_slowly": text(0x01, "HTTP/1.0 200\n\n"),
    "http_wants_a_password": text(0xFD, "HTTP/1.1 407 Who?\nProxy-Authenticate: Basic\n\n"),
    "http_refused": text(0x0F, "HTTP/1.1 403 \x1b[2J\n\n"),
    "no_http": text(0xFD, "SSH-2.0-x\n"),
}

# A line of --input json.
RECORDS = {
    "all": r'{"tst":"2026-11-20T12:17:43.789743+0000","topic":"a/b","qos":2,"retain":true,"payloadlen":5,"mid":1,'
    r'"properties":{"payload-format-indicator":1,"message-expiry-interval":60,"content-type":"text/plain",'
    r'"response-topic":"r/t","correlation-data-base64":"AP8=","subscription-identifier":[1,2],"topic-alias":5,'
    r'"user-properties":[{"k":"v"},{"k":"w"}]},"payload":"hello"}',
    "base64": r'{"topic":"a","payload-base64":"AP8="}',
    "escapes": r'{"t\u006fpic":"\u00e9","payload":"\ud83d\ude00\u0000\"\\\/\b\f\n\r\t"}',
    "any_json": r' { "payload" : [ -1.50e+400 , { "a" : null } , true ] } ',
    "of_mosquitto_sub": r'{"topic":"a","qos":0,"retain":0,"payload":null,"properties":{"user-properties":{"k":"v"}}}',
    "twice": r'{"payload":"x","payload-base64":"eA=="}',
    "half_a_pair": r'{"payload":"\ud83d"}',
    "unknown_property": r'{"payload":"","properties":{"receive-maximum":1}}',
    "deep": r'{"payload":' + "[" * 1001,
    "cut": r'{"payload":"x',
}
FUZZ_JSON_RECORD = {name: record.encode().hex() for name, record in RECORDS.items()}

# A payload printed as JSON.
FUZZ_JSON_COPY = {
    "all": rb' { "a" : [ 1 , -0.5e+10 , { } , [ ] ] , "\u00e9\n" : "\ud83d\ude00" , "b" : [ true , false , null ] } '.hex(),
    "controls": '{"\x7f":"\u0085\u20ac"}'.encode().hex(),
    "half_a_pair": rb'["\ude00"]'.hex(),
    "not_utf8": (b'"' + b"\xff" + b'"').hex(),
    "two_texts": b"1 2".hex(),
    "leading_zero": b"01".hex(),
    "deep": (b"[" * 1001 + b"]" * 1001).hex(),
    "cut": b'{"a":'.hex(),
}

# The first byte: bits 0 and 1 the framing, bit 2 a delimiter of several bytes, the rest the longest message; the second:
# how many bytes come at a time.
FUZZ_FRAMER = {
    "lines": (b"\xf8\x02" + b"one\n\ntwo\r\nthree").hex(),
    "a_line_too_long": (b"\x10\x02" + b"a=b\n" + b"x" * 100 + b"\nc\n").hex(),
    "long_delimiter": (b"\xfc\x00" + b"one\r\n--\r\n-two\r\n-\r\n--").hex(),
    "lengths": "f9 03 00 00 00 02 61 62 00 00 00 00 00 00 00 01 63",
    "a_length_too_long": "09 03 00 00 00 05 61 62 63 64 65 00 00 00 01 63",
    "an_endless_length": "f9 00 ff ff ff ff 61",
    "half_a_length": "f9 00 00 00 00 01 61 00 00",
    "whole": (b"\xfa\x01" + b"a=b\nc").hex(),
    "whole_too_long": (b"\x0a\x01" + b"x" * 10).hex(),
    "empty": "f8 00",
}

def frame(type_and_body: str) -> str:
    content = bytes.fromhex(type_and_body)
    return (len(content).to_bytes(4, "big") + content).hex()


# The first byte: bit 0 is a keeper, bit 1 leaves out the greeting; the rest and one is how many bytes come at a time.
FUZZ_SHARE_FRAME = {
    "publish": "fe" + frame("01 69 64") + frame("02 01 00 00 00 00 00 03 61 2f 62 00 00 00 00 68 69"),
    "publish_with_everything": "02" + frame("02 02 01 01 00 00 00 01 61 00 00 00 02 01 01 68"),
    "requests": "06" + frame("03") + frame("04"),
    "with_greeting": "fc 6d 71 74 74 73 2f 00 01 01 31" + frame("03"),
    "other_version": "04 6d 71 74 74 73 2f 00 01 02 31 30" + frame("03"),
    "other_protocol": "04 6d 71 74 74 73 2f 00 02 01 31",
    "stranger": b"\x00GET / HTTP/1.1\r\n\r\n".hex(),
    "other_identity": "02" + frame("01 69 65") + frame("03"),
    "longer_identity": "02" + frame("01 69 64 69 64") + frame("03"),
    "two_identities": "fe" + frame("01 69 64") * 2,
    "endless_identity": "fe ff ff ff ff 01 69 64",
    "endless_publish": "fe ff ff ff ff 02 69 64",
    "no_type": "fe 00 00 00 00 03",
    "topic_beyond_the_end": "fe" + frame("02 00 00 00 ff ff ff ff 00 00 00 00 61"),
    "endless_time": "ff" + frame("45" + " 00" * 12 + " ff" * 8 + " 00" * 17),
    "replies": "07" + frame("41 01") + frame("42"),
    "log": "ff" + frame("43 01 00 00 00 02 68 69 00 00 00 01 65 00 00 00 01 68" + " 00" * 11 + " 01 6e"),
    "done": "0b" + frame("44 03 20 00 00 00 01 63 00 00 00 01 68 02 00 00 00 02 2d 74 00 00 00 01 61 01" + " 00" * 7 + " 01"),
    "done_too_many_about": "0b" + frame("44 00 00 00 00 00 00 00 00 00 00 05"),
    "done_exit_256": "ff" + frame("44 64 00" + " 00" * 18),
    "status": "ff" + frame("45 00 00 00 01 62" + " 00" * 7 + " 07" + " 00" * 16 + " 00" + " 00" * 7 + " 05"),
}

# The format, NUL, the Topic Name, NUL, the payload.
FUZZ_FORMAT = {
    "all": b"%t %p %l %q %r %m %x %X %I %U %j %A %C %D %E %F %P %R %S %%\0a/b\0hello".hex(),
    "json": b'%J\0a\0{"k":[1]}'.hex(),
    "fields": b"%-10p|%010l|%.3t|%08.4:x|%-8.2X\0topic\0\xff\xfe\x1b[2J".hex(),
    "numbers": b"%f %.2f %d %020d\0t\0\0\0\x80\x3f".hex(),
    "escapes": b"\\\\ \\0 \\a \\e \\n \\r \\t \\v @Y-@m-@dT@H:@M:@S.@N @@\0t\0x".hex(),
    "control_characters": b"%t %p %P %D\0\xc2\x9b\0\x07\x7f\xc2\x85\n\t".hex(),
    "unknown_letter": b"%p %\x1b".hex(),
    "cut": b"%05.".hex(),
    "too_wide": b"%99999999999999999999p".hex(),
}


def words(program: int, *elements: str) -> str:
    return (bytes([program]) + b"".join(element.encode() + b"\0" for element in elements)).hex()


# The first byte is even for mqtts-pub, odd for mqtts-sub; each element is ended by NUL.
FUZZ_COMMAND_LINE = {
    "publish": words(0, "-h", "a,b", "-p", "8883", "-t", "a/b", "-q", "1", "-r", "-m", "-5"),
    "request": words(0, "-t", "a", "-e", "b", "-n", "-W", "1.5", "--latency"),
    "records": words(0, "--input=json", "--skip-bad", "--rate", "10", "--input-delay", "1"),
    "will": words(0, "-t", "a", "-l", "--will-topic", "w", "--will-payload", "x", "--will-qos", "2", "--will-retain"),
    "properties": words(0, "-t", "a", "-n", "-D", "publish", "user-property", "k", "v", "-D", "connect",
                        "session-expiry-interval", "60"),
    "url": words(0, "-L", "wss://me:p%40ss@[::1]:443/a/b", "-m", "", "--ws-path", "/x", "--ws-header", "A: b"),
    "tls": words(0, "-n", "-t", "a", "--tls-version", "tlsv1.3", "--ciphers", "HIGH", "--tls-alpn", "mqtt", "--pin",
                 "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "--psk", "00ff", "--psk-identity", "x"),
    "subscribe": words(1, "-vNt", "a/#", "-t", "$share/g/+", "-T", "a/b", "-U", "c", "-q2", "-C", "3", "-F", "%t"),
    "ending": words(1, "-t", "a", "--until", "^(a|b)*$", "--idle", "1", "--expect-none", "--", "true", "x"),
    "session": words(1, "-c", "-i", "me", "-x", "60", "-t", "a", "-k", "30", "--reconnect", "never", "--retry-connect=5"),
    "network": words(1, "-t", "a", "--proxy", "socks5h://u:p@h:1", "-A", "127.0.0.1", "--connect-to", "[::1]:1", "-4"),
    "completions": words(1, "--completions", "zsh"),
    "help": words(1, "--help=all"),
    "unknown": words(1, "-\x1b", "--topci=x"),
}

FUZZ_CONFIG = {
    "plain": (b"\0# the lamp\n--topic home/lamp\n\n-q 1\r\n  --retain\n--message  two blanks ").hex(),
    "quoted": (b"\0" + rb"""-m "a \"b\" \\ \t \n \x1b"
--pw 'it is \n'
-D publish user-property "a b" 'c d'
-D connect receive-maximum 5""").hex(),
    "subscribe": b"\1-t a\n-t b c\n-v\n--format %t %p".hex(),
    "refused": b"\0--no-tls\n--topic".hex(),
    "no_option": b"\0topic a\n".hex(),
    "unknown": b"\1--\x1b[2J x".hex(),
    "open_quote": b"\1-t \"a\\".hex(),
    "nul": b"\1-t a\0".hex(),
}

URLS = {
    "mqtts": "mqtts://me:p%40ss@broker.example:8884/a/%23?#b",
    "wss": "WSS://[fe80::1%25eth0]/a",
    "socks": "socks5h://me:secret@proxy:1080",
    "http": "http://proxy:3128",
    "plain": "mqtt://broker/a",
    "password_with_a_slash": "http://me:se/cret@proxy:1",
    "address": "::1",
    "address_and_port": "[::1]:8883",
    "bad_percent": "mqtts://a%2",
    "bad_port": "broker:65536",
    "control_characters": "mqtts://%1b%5b2J/",
    "no_host": "mqtts://:@:/",
}
FUZZ_URL = {name: url.encode().hex() for name, url in URLS.items()}

CORPORA = {
    "fuzz_decode": FUZZ_DECODE,
    "fuzz_session": FUZZ_SESSION,
    "fuzz_websocket": FUZZ_WEBSOCKET,
    "fuzz_proxy": FUZZ_PROXY,
    "fuzz_json_record": FUZZ_JSON_RECORD,
    "fuzz_json_copy": FUZZ_JSON_COPY,
    "fuzz_framer": FUZZ_FRAMER,
    "fuzz_share_frame": FUZZ_SHARE_FRAME,
    "fuzz_format": FUZZ_FORMAT,
    "fuzz_command_line": FUZZ_COMMAND_LINE,
    "fuzz_config": FUZZ_CONFIG,
    "fuzz_url": FUZZ_URL,
}


def main() -> None:
    for target, seeds in CORPORA.items():
        folder = Path(__file__).parent / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in seeds.items():
            (folder / name).write_bytes(bytes.fromhex(text))


if __name__ == "__main__":
    main()
