# SPDX-License-Identifier: Apache-2.0
# Sourced: a package of Debian in a folder, as if that were a system: dpkg installs it, it runs, and is removed again.

# dpkg, on the folder "$1".
dpkg_in() {
    root=$1
    shift
    dpkg --root="$root" --force-not-root --force-script-chrootless --log="$root/dpkg.log" "$@"
}

# The installed package that stands for the name "$1" of a virtual one, as dpkg describes it.
provider_of() {
    package=$(dpkg-query --show --showformat '${Package}\t${Provides}\n' | awk -F '\t' -v name="$1" '
        { count = split($2, provided, ", *")
          for (i = 1; i <= count; ++i) { split(provided[i], words, " "); if (words[1] == name) { print $1; exit } } }')
    [ -n "$package" ] && dpkg-query --status "$package"
}

# Installs the package "$2" into the folder "$1". What it depends on counts as installed there if it is here.
install_in() {
    mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates"
    names=$(dpkg-deb --field "$2" Depends | tr ',' '\n' | sed 's/^ *\([^ ]*\).*/\1/')
    for name in $names; do
        dpkg-query --status "$name" 2> /dev/null || provider_of "$name" || fail "$2 depends on $name, which is not installed"
        echo
    done > "$1/var/lib/dpkg/status"
    dpkg_in "$1" -i "$2"
}

# Removes it; nothing may be left.
remove_from() {
    dpkg_in "$1" --purge mqtts
    expect_no_files "$1/usr"
}

# What stands in the folder of documents, and that the pages are compressed and readable.
check_documents() {
    for file in copyright changelog.gz changelog.Debian.gz README.md SECURITY.md; do
        [ -s "$1/usr/share/doc/mqtts/$file" ] || [ -s "$1/usr/share/doc/mqtts/$file.gz" ] || fail "no $file"
    done
    for page in mqtts-pub mqtts-sub; do
        gzip -dc "$1/usr/share/man/man1/$page.1.gz" | grep -q "^\.Nm $page\$" || fail "no page of $page"
    done
    gzip -dc "$1/usr/share/man/man7/mqtts.7.gz" | grep -q '^\.Nm mqtts$' || fail 'no page mqtts(7)'
}
