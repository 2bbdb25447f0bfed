#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# glibc: a search domain whose name server answers SERVFAIL makes a name that does not exist a temporary failure.
#
# Guess, written before the run: names that exist fail, too.
# Instead: names that exist resolve. A name that does not exist (NXDOMAIN) is EAI_AGAIN, "Temporary failure in name
#   resolution", where it is EAI_NONAME with a search domain in which it does not exist; a name without an address is
#   EAI_AGAIN, too. This holds for names that glibc tries in the search domain first, those with fewer dots than ndots:
#   names without a dot by default, nearly all names with ndots:5. A dot at the end of the name makes it EAI_NONAME.
# Bitten: the author of a client that tries again after EAI_AGAIN and gives up after EAI_NONAME: it tries a mistyped
#   host for ever. Its user looks for a fault of the network, where all other hosts resolve.
#
# Seen on 2026-11-30, Debian 12 (broken.test: SERVFAIL, missing.test: NXDOMAIN):
#   GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.
#   search missing.test: here 127.0.0.1, missing EAI_NONAME, empty EAI_NODATA
#   search broken.test: here 127.0.0.1, missing EAI_AGAIN, empty EAI_AGAIN
#   search broken.test: here.example 127.0.0.1, missing.example EAI_NONAME, empty.example EAI_NODATA
#   search broken.test, options ndots:5: here.example 127.0.0.1, missing.example EAI_AGAIN, empty.example EAI_AGAIN
#   search broken.test, options ndots:5: here.example. 127.0.0.1, missing.example. EAI_NONAME, empty.example. EAI_NODATA
set -eu
version=2.36-9+deb12u14
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
cd "$dir"
apt-get -q -o APT::Sandbox::User=root download libc6=$version
dpkg -x libc6_*.deb root
echo 'hosts: dns' > nsswitch.conf
: > resolv.conf
libraries=$(echo "$dir"/root/lib/*-linux-gnu)
# A network and mounts of its own: port 53 is free there, and the machine keeps its resolv.conf.
# shellcheck disable=SC2016  # the inner shell expands it
unshare -rmn sh -eu -c '
    mount --bind nsswitch.conf /etc/nsswitch.conf
    mount --bind resolv.conf /etc/resolv.conf
    ip link set lo up
    exec "$1"/ld-linux-*.so.* --library-path "$1" /usr/bin/python3 - "$1"' sh "$libraries" <<'EOF'
import socket, struct, subprocess, sys, threading

libraries = sys.argv[1]
errors = {getattr(socket, name): name for name in ("EAI_AGAIN", "EAI_NODATA", "EAI_NONAME")}

def name_server(sock):
    """Says SERVFAIL (2) for names with "broken", NXDOMAIN (3) with "missing"; others but "empty" have an address."""
    while True:
        query, client = sock.recvfrom(512)
        end = query.index(b"\0", 12) + 5    # the name, its type, its class
        name, (kind,) = query[12:end - 4], struct.unpack("!H", query[end - 4:end - 2])
        code = 2 if b"broken" in name else 3 if b"missing" in name else 0
        address = code == 0 and b"empty" not in name and kind == 1
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, address, 0, 0)
        record = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1" if address else b""
        sock.sendto(head + query[12:end] + record, client)

def lookup(name):
    try:
        return socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0]
    except socket.gaierror as e:
        return errors.get(e.errno, str(e))

def case(config, names, *expected):
    """Looks up three names; whether each gives what is expected."""
    with open("/etc/resolv.conf", "w") as f:    # glibc reads it again when it has another size
        f.write("nameserver 127.0.0.1\n%s\n" % config)
    names = [names % n for n in ("here", "missing", "empty")]
    seen = [lookup(n) for n in names]
    print("%s: %s" % (config.replace("\n", ", "), ", ".join("%s %s" % pair for pair in zip(names, seen))))
    return seen == list(expected)

names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
threading.Thread(target=name_server, args=(names,), daemon=True).start()
assert libraries + "/libc.so.6" in open("/proc/self/maps").read(), "not the downloaded glibc"
print(subprocess.run([libraries + "/libc.so.6"], capture_output=True, text=True).stdout.splitlines()[0])
ndots = "search broken.test\noptions ndots:5"
same = [case("search missing.test", "%s", "127.0.0.1", "EAI_NONAME", "EAI_NODATA"),
        case("search broken.test", "%s", "127.0.0.1", "EAI_AGAIN", "EAI_AGAIN"),
        case("search broken.test", "%s.example", "127.0.0.1", "EAI_NONAME", "EAI_NODATA"),
        case(ndots, "%s.example", "127.0.0.1", "EAI_AGAIN", "EAI_AGAIN"),
        case(ndots, "%s.example.", "127.0.0.1", "EAI_NONAME", "EAI_NODATA")]
sys.exit(0 if all(same) else 1)
EOF
