#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# OpenSSL since 3.2 and a server in Java: the orderly end of a TLS 1.3 connection is no longer told from a broken one.
#
# Guess, written before the run: when an SSLSocket of Java is closed, s_client says "closed", whichever OpenSSL it has.
# Instead: Java sends the alert user_canceled before close_notify. OpenSSL 3.0 passes over it. Debian 13's remembers it,
#   and SSL_get_error() is SSL_ERROR_SYSCALL with nothing in the queue of errors (errno 0), no SSL_ERROR_ZERO_RETURN.
#   SSL_get_shutdown() has SSL_RECEIVED_SHUTDOWN all the same: that is how to tell.
# Bitten: every client of a broker in Java (ActiveMQ, …) that takes SSL_ERROR_SYSCALL for a failure: a broker that
#   closes on CONNECT of a version it does not know is a TLS error there, instead of a reason to try another version.
#
# Seen on 2026-11-29, as root on Debian 12 (takes about a minute, and 500 MB for that time):
#   openjdk version "21.0.13.1" 2026-11-17
#   OpenSSL 3.0.19: closed, status 0
#   OpenSSL 3.5.9: read:errno=0, status 0
set -eu
[ "$(id -u)" -eq 0 ] || { echo 'chroot needs root'; exit 77; }
dir=$(mktemp -d)
server=''
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    umount "$dir/root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$dir"
}
trap end EXIT
trap 'exit 1' INT TERM
packages=ca-certificates,openssl=3.5.9-1~deb13u1,openjdk-21-jdk-headless=21.0.13.1+2-1~deb13u1
mmdebstrap --quiet --variant=minbase --include=$packages trixie "$dir/root"
mount -t proc proc "$dir/root/proc"
in_13() { chroot "$dir/root" env -i PATH=/usr/bin:/bin HOME=/root "$@"; }

cat > "$dir/root/End.java" <<'JAVA'
import java.io.*;
import java.security.KeyStore;
import javax.net.ssl.*;

/** Prints its port; takes connections, reads a byte of each, and closes it. */
public class End {
    public static void main(String[] arguments) throws Exception {
        char[] password = "secret".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream("/server.p12")) {
            keys.load(file, password);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(
            0, 5, java.net.InetAddress.getLoopbackAddress());
        System.out.println(listener.getLocalPort());
        while (true) {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.getInputStream().read();
            }
        }
    }
}
JAVA
in_13 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -keyout /key.pem -out /cert.pem 2>/dev/null
in_13 openssl pkcs12 -export -in /cert.pem -inkey /key.pem -passout pass:secret -out /server.p12
chroot "$dir/root" env -i PATH=/usr/bin:/bin java /End.java > "$dir/port" 2> "$dir/java.log" &
server=$!
while ! [ -s "$dir/port" ]; do
    kill -0 "$server" || { cat "$dir/java.log"; exit 1; }
    sleep 0.1
done
port=$(cat "$dir/port")

# What s_client says of the end, and its exit status.
end_of() {
    status=0
    { echo x; sleep 2; } | "$@" s_client -connect "127.0.0.1:$port" -tls1_3 > "$dir/out" 2>&1 || status=$?
    echo "$(grep -E '^(closed|read:errno=|.*unexpected eof)' "$dir/out" | head -n 1), status $status"
}
old="$(openssl version | cut -d' ' -f1-2): $(end_of openssl)"
new="$(in_13 openssl version | cut -d' ' -f1-2): $(end_of in_13 openssl)"
in_13 java -version 2>&1 | head -n 1
echo "$old"
echo "$new"
case "$old" in *'closed, status 0') ;; *) echo 'CHANGED: the older one'; exit 1 ;; esac
case "$new" in *'closed, status 0') echo 'CHANGED: the newer one tells the end'; exit 1 ;; esac
