#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mosquitto: a subscriber of QoS 2 that answers every PUBLISH at once costs the broker many times the CPU.
#
# Guess, written before the run: to hold back PUBREC changes the broker's CPU by less than a factor of 1.2; the same
#   packets pass in both cases.
# Instead: 40,000 queued messages cost five to nine times as much when each PUBREC is sent as soon as its PUBLISH came
#   as when at most 1024 PUBREC wait for their PUBREL. The more messages, the worse: the ratio is 3 for 20,000 messages.
# Bitten: the user who asks for a large Receive Maximum to be fast (all clients of that broker wait meanwhile), and the
#   author of a client with the specification's default, 65535.
#
# Seen on 2026-11-29, Debian 12; fails below a ratio of 3:
#   mosquitto version 2.0.11
#   40000 messages, at most 65535 PUBREC without PUBREL: broker CPU 14.80 s
#   40000 messages, at most 1024 PUBREC without PUBREL: broker CPU 1.68 s
#   ratio 8.8
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

def queue(port, messages):
    """A session that is not connected, with this many messages of QoS 2 waiting for it."""
    client = Client(port, "kept")
    client.subscribe(2)
    client.close()
    publish(port, messages)

def version():
    return subprocess.run([server, "-h"], capture_output=True, text=True).stdout.splitlines()[0]

def cpu(broker):
    fields = open("/proc/%d/stat" % broker.pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100

def take(messages, cap):
    """CPU of the broker while one client takes all messages, with at most cap PUBREC without their PUBREL."""
    broker, port = start("max_queued_messages 0")
    try:
        queue(port, messages)
        before = cpu(broker)
        client = Client(port, "kept")
        waiting, open_, done = collections.deque(), 0, 0
        while done < messages:
            kind, body = client.packet()
            if kind >> 4 == 3:
                waiting.append(body[3:5])
            elif kind == 0x62:
                client.send(b"\x70\x02" + body[:2])
                open_ -= 1
                done += 1
            while waiting and open_ < cap:
                client.send(b"\x50\x02" + waiting.popleft())
                open_ += 1
        client.send(b"\xc0\x00")
        while client.packet()[0] != 0xd0:   # the broker has done with all of it
            pass
        used = cpu(broker) - before
        print("%d messages, at most %d PUBREC without PUBREL: broker CPU %.2f s" % (messages, cap, used), flush=True)
        return used
    finally:
        broker.kill()
        broker.wait()

print(version())
every, held = take(40000, 65535), take(40000, 1024)
print("ratio %.1f" % (every / max(held, 0.01)))
sys.exit(0 if every > 3 * held else 1)
EOF
