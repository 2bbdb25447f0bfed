#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The container image: the two programs, which need no library, and certificates; nothing else. The recipe itself is tried
# where there is something to build it with, and a base image: $MQTTS_BASE_IMAGE, or the one that the recipe names.
. "$(dirname "$0")/support.sh"
. "$tests/broker.sh"
need_root

cmake -S "$source" -B "$packages/static" -DMQTTS_STATIC_LIBC=ON > /dev/null
cmake --build "$packages/static" 2>&1
root=$(fresh image)
"$source/apps/packaging/image-root.sh" "$packages/static" "$root"

others=$(cd "$root" && find . ! -type d ! -path './etc/ssl/certs/*' ! -path ./usr/lib/ssl/certs ! -path ./usr/lib/ssl/cert.pem |
    sort | tr '\n' ' ')
[ "$others" = './usr/bin/mqtts-pub ./usr/bin/mqtts-sub ' ] || fail "in the image: $others"
for name in "$root"/etc/ssl/certs/*; do
    openssl x509 -noout -in "$name" || fail "no certificate: $name"
done
for program in mqtts-pub mqtts-sub; do
    expect_version "$root/usr/bin/$program" static-libc
done
start_broker "$root/usr/bin/mqtts-pub"
cp "$broker_folder/ca.pem" "$root/ca.pem"
chroot "$root" /usr/bin/mqtts-pub --check -h localhost -p "$port" --cafile /ca.pem | grep -q '^verification: trusted$' ||
    fail 'a health check from inside the image'
# Where other systems have their certificates, Fedora here, it is found without being told.
rm "$root/ca.pem" && rm -r "$root/etc/ssl/certs"
status=0
chroot "$root" /usr/bin/mqtts-pub --check -h localhost -p "$port" > /dev/null 2>&1 || status=$?
[ "$status" -eq 5 ] || fail "a broker whose authority is in no store: status $status"
mkdir -p "$root/etc/pki/tls/certs"
cp "$broker_folder/ca.pem" "$root/etc/pki/tls/certs/ca-bundle.crt"
chroot "$root" /usr/bin/mqtts-pub --check -h localhost -p "$port" > /dev/null || fail 'the store of Fedora'
# Nothing can be loaded into such a program: a token is refused, and not tried.
status=0
chroot "$root" /usr/bin/mqtts-pub -h localhost -t t -m x --cert 'pkcs11:token=a;object=b' 2> "$packages/error" || status=$?
[ "$status" -eq 2 ] && grep -q 'cannot load the module for tokens' "$packages/error" || fail "a token: status $status"
! "$root/usr/bin/mqtts-pub" --version | grep -q engines || fail 'it says that it has engines'
# A name that is no number, and not known: looked up without any library.
status=0
chroot "$root" /usr/bin/mqtts-pub --check -h nowhere.invalid || status=$?
[ "$status" -eq 4 ] || fail "a name that there is not: status $status"

builder=$(command -v buildah || command -v podman) || {
    echo 'skipped: neither buildah nor podman is installed to try the recipe with'
    exit 0
}
"$builder" build --tag mqtts-test ${MQTTS_BASE_IMAGE:+--build-arg "BASE=$MQTTS_BASE_IMAGE"} \
    --file "$source/apps/packaging/Containerfile" "$source" || skip 'the recipe could not be tried: no base image?'
