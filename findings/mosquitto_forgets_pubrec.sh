#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mosquitto: a connection that ends early makes it forget which messages of QoS 2 have had their PUBREC.
#
# Guess, written before the run: what has had PUBREC is never sent as PUBLISH again, however many connections are lost;
#   each new connection begins with its PUBREL [MQTT-4.3.3-6] [MQTT-4.4.0-1].
# Instead: PUBRELs that have not left when the connection is lost are no longer due on the next one. It brings the
#   PUBLISH again, with DUP 1, for messages whose PUBREL came on an earlier connection.
# Bitten: a subscriber that has sent PUBCOMP and freed the Packet Identifier, and whose connection was lost twice in a
#   row: it takes these messages for new ones, and they come behind younger ones. Nothing in the packet tells.
#
# Seen on 2026-12-01, Debian 12:
#   mosquitto version 2.0.11
#   connection 1: 20000 PUBLISH, 20000 PUBREL
#   connection 2: ends after CONNACK
#   connection 3: PUBLISH again after PUBREL: some, with DUP 0: 0
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
import getpass, socket, struct, subprocess, sys, time

top = sys.argv[1]
server = top + "/root/usr/sbin/mosquitto"
messages = 20000

def text(s):
    return struct.pack("!H", len(s)) + s.encode()

class Client:
    """MQTT 5, a session that lasts; every packet is shorter than 128 bytes."""
    def __init__(self, port, name, room=None):
        self.sock = socket.socket()
        if room:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.sock.settimeout(60)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb", 1 << 16 if not room else 0)
        body = text("MQTT") + b"\x05\x00\x00\x00\x08\x11\x00\x00\x0e\x10\x21\xff\xff" + text(name)
        self.sock.sendall(bytes([0x10, len(body)]) + body)
        assert self.packet()[1][1] == 0, "CONNACK refuses"

    def packet(self):
        kind, length = self.file.read(2)
        return kind, self.file.read(length)

    def subscribe(self):
        self.sock.sendall(b"\x82\x07\x00\x01\x00" + text("t") + b"\x02")
        assert self.packet()[1][3] == 2, "not granted"

    def end(self):
        """Without DISCONNECT."""
        self.file.close()
        self.sock.close()

def publish(port):
    """QoS 2, twenty at a time: the Receive Maximum that the broker announces."""
    client = Client(port, "publisher")
    for first in range(1, messages + 1, 20):
        data = b""
        for n in range(first, first + 20):
            body = text("t") + struct.pack("!H", n - first + 1) + b"\x00%d" % n
            data += bytes([0x34, len(body)]) + body
        client.sock.sendall(data)
        done = 0
        while done < 20:
            kind, body = client.packet()
            if kind == 0x50:
                client.sock.sendall(b"\x62\x02" + body[:2])
            done += kind == 0x70
    client.end()

def start():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(top + "/conf", "w") as f:
        f.write("listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nuser %s\n"
                % (port, getpass.getuser()))
    broker = subprocess.Popen([server, "-c", top + "/conf"], stderr=open(top + "/log", "w"))
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return broker, port
        except OSError:
            assert broker.poll() is None, "the broker ended"
            time.sleep(0.05)

def take(port):
    """Answers each PUBLISH with PUBREC, and no PUBREL. Returns the identifiers that have had one."""
    client = Client(port, "kept")
    published, released = 0, set()
    while len(released) < messages:
        kind, body = client.packet()
        if kind >> 4 == 3:
            published += 1
            client.sock.sendall(b"\x50\x02" + body[3:5])
        elif kind == 0x62:
            released.add(body[:2])
    client.end()
    print("connection 1: %d PUBLISH, %d PUBREL" % (published, len(released)))
    return released

def take_again(port, released):
    """Counts what has had its PUBREL and comes as PUBLISH."""
    client = Client(port, "kept")
    again = without_dup = seen = 0
    while seen < messages:
        kind, body = client.packet()
        seen += kind >> 4 in (3, 6)
        if kind >> 4 == 3 and body[3:5] in released:
            again += 1
            without_dup += not kind & 8
            client.sock.sendall(b"\x50\x02" + body[3:5])
        elif kind == 0x62:
            client.sock.sendall(b"\x70\x02" + body[:2])
    print("connection 3: PUBLISH again after PUBREL: %s, with DUP 0: %d" % ("some" if again else "none", without_dup))
    return again > 0 and without_dup == 0

broker, port = start()
try:
    client = Client(port, "kept")
    client.subscribe()
    client.end()
    publish(port)
    print(subprocess.run([server, "-h"], capture_output=True, text=True).stdout.splitlines()[0])
    released = take(port)
    Client(port, "kept", 4096).end()
    print("connection 2: ends after CONNACK")
    sys.exit(0 if take_again(port, released) else 1)
finally:
    broker.kill()
    broker.wait()
EOF
