#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts together what the container image holds: the programs and the certificates of public authorities, where OpenSSL
# of Debian looks for them, by their hashes and all in one file.
#
#   apps/packaging/image-root.sh BUILD ROOT      a build with MQTTS_STATIC_LIBC, and a folder
set -eu
build=$1
root=$2

mkdir -p "$root/usr/bin" "$root/usr/lib/ssl" "$root/etc/ssl/certs"
for program in mqtts-pub mqtts-sub; do
    strip -o "$root/usr/bin/$program" "$build/apps/$program"
done
cp --dereference /etc/ssl/certs/*.[0-9] /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs"
ln -s -f /etc/ssl/certs "$root/usr/lib/ssl/certs"
ln -s -f /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
