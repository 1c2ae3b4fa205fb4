# Packages for the boots: fetched, not installed, and unpacked into folders that stay. Sourced by bash.
#
#   fetch ARCH PACKAGE FOLDER    unpacks it into FOLDER/PACKAGE-ARCH, unless that is there
#   newest ARCH PACKAGE FOLDER   prints the package that this one stands for: the newest kernel, or its source
#
# Both say in one line on stderr why they cannot. FOLDER is an absolute path.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source-path=SCRIPTDIR source=../apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/../apt.sh"

# lists ARCH FOLDER: makes FOLDER/apt-ARCH, an apt that knows Debian's packages for that architecture.
lists() {
    local root=$2/apt-$1 program sources
    [ ! -e "$root/ready" ] || return 0
    for program in apt-get apt-cache dpkg-deb; do
        command -v "$program" >/dev/null || { echo "there is no $program here" >&2; return 1; }
    done
    sources=$(apt_sources "$1")
    if [ -z "$sources" ] && [ "$(id -u)" = 0 ]; then
        apt-get -q update >/dev/null 2>&1
        sources=$(apt_sources "$1")
    fi
    [ -n "$sources" ] || { echo "apt knows no mirror of Debian here" >&2; return 1; }
    if ! { apt_root "$root" "$1" <<<"$sources" && touch "$root/ready"; }; then
        echo "no lists of packages: $(grep -m 1 '^[EW]:' "$root/log")" >&2
        return 1
    fi
}

fetch() {
    local into=$3/$2-$1 root=$3/apt-$1
    [ ! -d "$into" ] || return 0
    lists "$1" "$3" || return 1
    rm -rf "$into.part" && mkdir -p "$into.part" || return 1
    if ! (cd "$into.part" && apt_in "$root" apt-get -q download "$2" && dpkg-deb -x ./*.deb . && rm ./*.deb &&
        mv "$into.part" "$into") >"$root/log" 2>&1; then
        echo "$2 for $1 could not be fetched: $(grep -m 1 '^[EW]:' "$root/log")" >&2
        # The lists may be too old for the mirror.
        rm -rf "$root" "$into.part"
        return 1
    fi
}

newest() {
    local name
    lists "$1" "$3" || return 1
    name=$(apt_in "$3/apt-$1" apt-cache depends "$2" 2>/dev/null |
        sed -n 's/^ *Depends: \(linux-[a-z]*-[0-9][^ ]*\)$/\1/p' | head -n 1)
    [ -n "$name" ] || { echo "apt knows no $2 for $1 at the mirror" >&2; return 1; }
    echo "$name"
}
