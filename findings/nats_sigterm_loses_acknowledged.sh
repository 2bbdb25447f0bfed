#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# NATS server: an orderly stop loses messages of QoS 1 that it acknowledged, a crash does not.
#
# Guess, written before the two were compared: SIGKILL loses more than SIGTERM.
# Instead: a session with clean session 0 is connected, a publisher sends without a pause. After SIGKILL and a restart
#   the session gets every message that was acknowledged to the publisher. After SIGTERM and a restart those that were
#   acknowledged while the server was stopping never come, also not after the 30 s when it sends again: 82 to 580 of
#   about 5,600, in each of 7 runs.
# Bitten: the user who restarts a server for an update and takes PUBACK for "kept". No client can mend it: the publisher
#   has its acknowledgement, the subscriber its session (Session Present 1).
#
# Seen on 2026-11-29, Debian 12 (takes about 50 s):
#   nats-server: v2.9.10
#   SIGKILL: acknowledged to the publisher 5144, received before the stop 5144, after the restart 0, lost 0
#   SIGTERM: acknowledged to the publisher 5503, received before the stop 5039, after the restart 1, lost 463
set -eu
version=2.9.10-1+b3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
cd "$dir"
apt-get -q -o APT::Sandbox::User=root download nats-server=$version
dpkg -x nats-server_*.deb root
python3 - "$dir" <<'EOF'
import signal, socket, struct, subprocess, sys, threading, time

top = sys.argv[1]
server = top + "/root/usr/sbin/nats-server"

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

def text(s):
    return struct.pack("!H", len(s)) + s.encode()

class Client:
    def __init__(self, port, name, clean):
        self.sock = socket.create_connection(("127.0.0.1", port), 60)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb")
        body = text("MQTT") + bytes([4, 2 if clean else 0, 0, 0]) + text(name)
        self.send(bytes([0x10, len(body)]) + body)
        self.session_present, refused = self.packet()[1]
        assert refused == 0, "CONNACK refuses"

    def send(self, data):
        self.sock.sendall(data)

    def packet(self):
        head = self.file.read(2)            # every packet here is shorter than 128 bytes
        if len(head) < 2:
            raise EOFError
        body = self.file.read(head[1])
        if len(body) < head[1]:
            raise EOFError
        return head[0], body

def start(store):
    port = free_port()
    config = store + ".conf"
    with open(config, "w") as f:
        f.write('listen: "127.0.0.1:%d"\nserver_name: one\njetstream { store_dir: "%s" }\n'
                'mqtt { listen: "127.0.0.1:%d" }\n' % (free_port(), store, port))
    broker = subprocess.Popen([server, "-c", config, "-l", store + ".log"])
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return broker, port
        except OSError:
            assert broker.poll() is None, "the server ended"
            time.sleep(0.05)

def receive(client, got):
    try:
        while True:
            kind, body = client.packet()
            if kind >> 4 == 3:              # topic "t": 3 bytes, the Packet Identifier, the number
                got.add(int(body[5:]))
                client.send(b"\x40\x02" + body[3:5])
    except (OSError, EOFError):
        pass

def publish(port, acknowledged, window):
    sent = 0
    try:
        client = Client(port, "", True)
        while True:
            data = b""
            while sent - len(acknowledged) < window:
                sent += 1
                body = text("t") + struct.pack("!H", sent) + b"%d" % sent
                data += bytes([0x32, len(body)]) + body
            client.send(data)
            kind, body = client.packet()
            acknowledged.add(struct.unpack("!H", body)[0])
    except (OSError, EOFError):
        pass

def lost(how):
    """How many acknowledged messages the kept session never gets when the server ends by this signal."""
    store = "%s/%s" % (top, how.name)
    broker, port = start(store)
    try:
        subscriber = Client(port, "kept", False)
        subscriber.send(b"\x82\x06\x00\x01" + text("t") + b"\x01")
        assert subscriber.packet()[1][2] == 1, "not granted QoS 1"
        got, acknowledged = set(), set()
        threads = [threading.Thread(target=receive, args=(subscriber, got)),
                   threading.Thread(target=publish, args=(port, acknowledged, 500))]
        for t in threads:
            t.start()
        while len(acknowledged) < 5000:
            time.sleep(0.001)
        broker.send_signal(how)
        broker.wait()
        for t in threads:
            t.join()
        before = len(got)
        broker, port = start(store)
        subscriber = Client(port, "kept", False)
        assert subscriber.session_present, "the session is gone"
        threading.Thread(target=receive, args=(subscriber, got), daemon=True).start()
        end = time.time() + 40              # what was sent and not acknowledged comes again after 30 s
        while time.time() < end and not acknowledged <= got:
            time.sleep(0.1)
        missing = acknowledged - got
        print("%s: acknowledged to the publisher %d, received before the stop %d, after the restart %d, lost %d"
              % (how.name, len(acknowledged), before, len(got) - before, len(missing)), flush=True)
        return len(missing)
    finally:
        broker.kill()
        broker.wait()

print(subprocess.run([server, "--version"], capture_output=True, text=True).stdout.strip())
crash, stop = lost(signal.SIGKILL), lost(signal.SIGTERM)
sys.exit(0 if crash == 0 and stop > 0 else 1)
EOF
