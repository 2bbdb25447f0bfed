#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mosquitto: Receive Maximum of a MQTT 5 subscriber does not hold for messages that were queued.
#
# Guess, written before the run: the broker never has more than Receive Maximum messages open, [MQTT-3.3.4-9].
# Instead: with 900 messages queued for a session and Receive Maximum 10, it keeps to 10 until the first
#   acknowledgement. From then on each PUBACK or PUBCOMP ends one message and sets off about ten new ones.
# Bitten: the author of a client who sizes a table or a buffer by the Receive Maximum that he announced, or who ends the
#   connection with 0x93 when it is exceeded, as the specification has it; the user of a small device.
#
# Seen on 2026-11-29, Debian 12, default configuration (set_tcp_nodelay only makes the run short):
#   mosquitto version 2.0.11
#   QoS 1, Receive Maximum 10: not acknowledged at one time, at most: 811
#   QoS 2, Receive Maximum 10: not acknowledged at one time, at most: 811
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

def queue(port, qos, messages, receive_maximum):
    """A session that is not connected, with this many messages waiting for it."""
    client = Client(port, "kept", receive_maximum)
    client.subscribe(qos)
    client.close()
    publish(port, messages)

def version():
    return subprocess.run([server, "-h"], capture_output=True, text=True).stdout.splitlines()[0]

def most_open(port, qos, receive_maximum, messages):
    """Takes all messages, and acknowledges the next only when everything that the last one set off has come."""
    client = Client(port, "kept", receive_maximum)
    open_, waiting, most = set(), collections.deque(), 0
    received = 0
    client.send(b"\xc0\x00")
    while received < messages:
        kind, body = client.packet()
        if kind >> 4 == 3:
            received += 1
            open_.add(body[3:5])
            waiting.append(body[3:5])
            most = max(most, len(open_))
        elif kind == 0x62:                  # PUBREL: its PUBCOMP ends this message
            open_.remove(body[:2])
            client.send(b"\x70\x02" + body[:2] + b"\xc0\x00")
        elif kind == 0xd0:                  # PINGRESP: what was sent before has been answered
            name = waiting.popleft()
            if qos == 1:
                open_.remove(name)
                client.send(b"\x40\x02" + name + b"\xc0\x00")
            else:
                client.send(b"\x50\x02" + name)
    return most

print(version())
wrong = 0
for qos in 1, 2:
    broker, port = start("")
    try:
        queue(port, qos, 900, 10)
        most = most_open(port, qos, 10, 900)
        print("QoS %d, Receive Maximum 10: not acknowledged at one time, at most: %d" % (qos, most), flush=True)
        wrong += most > 10
    finally:
        broker.kill()
        broker.wait()
sys.exit(0 if wrong == 2 else 1)
EOF
