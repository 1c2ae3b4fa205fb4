# Debian's packages without installing them and without root's rights: apt with lists and state of its own in a folder,
# for any release and architecture, from where the apt of this machine gets Debian's. Sourced by bash.
#
#   apt_mirror                         prints the address of the mirror that apt uses for Debian itself
#   apt_sources ARCH                   prints lines of a sources.list: what apt uses of Debian here, for that architecture
#   apt_root FOLDER ARCH <SOURCES      makes the folder and fetches the lists; what goes wrong is in FOLDER/log
#   apt_in FOLDER PROGRAM ARGUMENT…    apt-get or apt-cache with that folder
#
# shellcheck disable=SC2016 # apt-get replaces $(…) itself
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

apt_mirror() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' \
        2>/dev/null | awk '$2 !~ /security/ && $3 == "main" { print $1; exit }'
}

apt_sources() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' \
        2>/dev/null | awk -v arch="$1" '$3 == "main" { print "deb [arch=" arch "] " $1 " " $2 " main" }' | sort -u
}

apt_root() {
    rm -rf "$1"
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial" && : >"$1/status" && echo "$2" >"$1/arch" &&
        cat >"$1/sources.list" && apt_in "$1" apt-get -q -o APT::Update::Error-Mode=any update >"$1/log" 2>&1
}

apt_in() {
    local root=$1 program=$2 arch
    arch=$(cat "$root/arch") || return 1
    shift 2
    "$program" -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
        -o Dir::State="$root/state" -o Dir::State::status="$root/status" -o Dir::Cache="$root/cache" \
        -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o APT::Get::List-Cleanup=false "$@"
}
