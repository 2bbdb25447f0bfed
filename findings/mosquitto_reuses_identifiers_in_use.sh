#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mosquitto: Packet Identifiers of QoS 2 that are in use are given to other messages.
#
# Guess, written before the run: when no identifier is free the broker waits for a PUBCOMP; none in use is given twice.
# Instead: with max_queued_messages 0, 67,500 messages queued and a subscriber that does one handshake after the other,
#   message 65,600 comes with the identifier of message 65, for which no PUBREL has come, with DUP 0, on one connection.
#   (Not seen when the subscriber's Receive Maximum is 65535, nor with MQTT 3.1.1 and the default of 20 in flight.)
# Bitten: the author of a client that discards by the identifier alone until PUBREL, as [MQTT-4.3.3-10] has it: it
#   acknowledges new messages and throws them away. DUP tells the two apart here; the specification does not allow that.
#
# Seen on 2026-11-29, Debian 12:
#   mosquitto version 2.0.11
#   received 67500, with an identifier in use 1901, of these with DUP 0
#   first: identifier 65, in use for message 65, comes for message 65600, header 0x34
set -eu
version=2.0.11-1.2+deb12u2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
cd "$dir"
apt-get -q -o APT::Sandbox::User=root download mosquitto=$version \
    libcjson1=1.7.15-1+deb12u4 libdlt2=2.18.8-6 libwrap0=7.6.q-32
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$dir"/root/usr/lib/*-linux-gnu) python3 - "$dir" <<'EOF'
import collections, getpass, socket, struct, subprocess, sys, time

top = sys.argv[1]
server = top + "/root/usr/sbin/mosquitto"

def text(s):
    return struct.pack("!H", len(s)) + s.encode()

class Client:
    """MQTT 5; every packet here is shorter than 128 bytes."""
    def __init__(self, port, name, receive_maximum=65535):
        self.sock = socket.create_connection(("127.0.0.1", port), 60)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb", 1 << 16)
        properties = b"\x11\x00\x00\x0e\x10\x21" + struct.pack("!H", receive_maximum)
        body = text("MQTT") + b"\x05\x00\x00\x00" + bytes([len(properties)]) + properties + text(name)
        self.send(bytes([0x10, len(body)]) + body)
        assert self.packet()[1][1] == 0, "CONNACK refuses"

    def send(self, data):
        self.sock.sendall(data)

    def packet(self):
        kind, length = self.file.read(2)
        return kind, self.file.read(length)

    def subscribe(self, qos):
        self.send(b"\x82\x07\x00\x01\x00" + text("t") + bytes([qos]))
        assert self.packet()[1][3] == qos, "not granted"

    def close(self):
        self.send(b"\xe0\x00")
        self.file.read()
        self.sock.close()

def publish(port, messages):
    """QoS 2, twenty at a time: the Receive Maximum that the broker announces."""
    client = Client(port, "publisher")
    for first in range(1, messages + 1, 20):
        numbers = range(first, min(first + 20, messages + 1))
        data = b""
        for n in numbers:
            body = text("t") + struct.pack("!H", n - first + 1) + b"\x00%d" % n
            data += bytes([0x34, len(body)]) + body
        client.send(data)
        done = 0
        while done < len(numbers):
            kind, body = client.packet()
            if kind == 0x50:
                client.send(b"\x62\x02" + body[:2])
            done += kind == 0x70
    client.close()

def start(options):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(top + "/conf", "w") as f:
        f.write("listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nuser %s\n%s\n"
                % (port, getpass.getuser(), options))
    broker = subprocess.Popen([server, "-c", top + "/conf"], stderr=open(top + "/log", "w"))
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return broker, port
        except OSError:
            assert broker.poll() is None, "the broker ended"
            time.sleep(0.05)

def queue(port, messages, receive_maximum):
    """A session that is not connected, with this many messages of QoS 2 waiting for it."""
    client = Client(port, "kept", receive_maximum)
    client.subscribe(2)
    client.close()
    publish(port, messages)

def version():
    return subprocess.run([server, "-h"], capture_output=True, text=True).stdout.splitlines()[0]

def take(port, messages, receive_maximum):
    """Takes all messages and answers one PUBREC after the other, each when the one before has its PUBCOMP."""
    client = Client(port, "kept", receive_maximum)
    in_use, waiting, answered = {}, collections.deque(), False
    received, reused, with_dup, first = 0, 0, 0, ""
    while received < messages:
        kind, body = client.packet()
        if kind >> 4 == 3:
            received += 1
            name, number = body[3:5], int(body[6:])
            if name in in_use:
                reused += 1
                with_dup += kind >> 3 & 1
                first = first or "first: identifier %d, in use for message %d, comes for message %d, header %#x" % (
                    struct.unpack("!H", name)[0], in_use[name], number, kind)
            in_use[name] = number
            waiting.append(name)
        elif kind == 0x62:
            in_use.pop(body[:2], None)
            client.send(b"\x70\x02" + body[:2])
            answered = False
        if waiting and not answered:
            client.send(b"\x50\x02" + waiting.popleft())
            answered = True
    print("received %d, with an identifier in use %d, of these with DUP %d" % (received, reused, with_dup))
    print(first)
    return reused > 0 and with_dup == 0

broker, port = start("max_queued_messages 0")
try:
    queue(port, 67500, 1024)
    print(version())
    sys.exit(0 if take(port, 67500, 1024) else 1)
finally:
    broker.kill()
    broker.wait()
EOF
