#!/usr/bin/env bash
# Builds the kernel for QEMU's machine microvm, whose devices stand on the kernel's command line; Debian's kernel does
# not read them there. The source is Debian's, the configuration microvm.config beside this file. `make boot-kernel` runs
# this, and `make check-boot` where it has to: tests/boot/kernel.sh FOLDER leaves vmlinuz-microvm in the folder, or says
# in one line on stderr why it cannot. It takes some minutes once, and again when the configuration is another.
# SPDX-License-Identifier: Apache-2.0
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=packages.sh
. "$here/packages.sh"

cannot() {
    echo "$1" >&2
    exit 1
}

# check_tools: that all is there that the kernel's own makefiles call.
check_tools() {
    local missing=() program
    for program in make gcc flex bison bc xz tar sha256sum; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    printf '#include <gelf.h>\n' | gcc -E - >/dev/null 2>&1 || missing+=("libelf-dev")
    [ ${#missing[@]} = 0 ] || cannot "not here: ${missing[*]}"
}

# unpack PACKAGE TREE: without what no configuration of ours can need.
unpack() {
    mkdir -p "$2" &&
        tar -xJf "$folder/$1-amd64/usr/src/$1.tar.xz" -C "$2" --strip-components=1 --exclude='*/Documentation/*/*' \
            --exclude='*/drivers/gpu/*/*.[ch]' --exclude='*/drivers/net/ethernet/*.[ch]' \
            --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/sound/*.[ch]' --exclude='*/tools/testing/*'
}

# configure TREE: all options off but those of microvm.config, and no line of that without effect.
configure() {
    local line
    KCONFIG_ALLCONFIG=$here/microvm.config make -s -C "$1" allnoconfig >>"$log" 2>&1 || return 1
    while read -r line; do
        grep -qx -- "$line" "$1/.config" || ! knows "$1" "${line%=*}" || {
            echo "it has $line without effect" >>"$log"
            return 1
        }
    done < <(grep '^CONFIG_' "$here/microvm.config")
}

# knows TREE OPTION: that this source has it.
knows() {
    grep -rqxE --include='Kconfig*' "(menu)?config ${2#CONFIG_}" "$1"
}

[ $# = 1 ] || cannot "usage: tests/boot/kernel.sh FOLDER"
mkdir -p "$1" && folder=$(cd "$1" && pwd) || exit 1
log=$folder/kernel.log
if [ -e "$folder/vmlinuz-microvm" ] &&
    cmp -s "$here/microvm.config" "$folder/vmlinuz-microvm.config"; then
    exit 0
fi
[ "$(uname -m)" = x86_64 ] || cannot "it is built on x86_64 only, and this is $(uname -m)"
check_tools
rm -f "$folder/vmlinuz-microvm"
package=$(newest amd64 linux-source "$folder") && fetch amd64 "$package" "$folder" || exit 1
tree=$folder/kernel.part
rm -rf "$tree"
: >"$log"
unpack "$package" "$tree" >>"$log" 2>&1 || cannot "$package cannot be unpacked: $(tail -n 1 "$log")"
configure "$tree" || cannot "$package cannot be configured: $(tail -n 1 "$log")"
make -s -C "$tree" -j"$(nproc)" bzImage >>"$log" 2>&1 || cannot "$package cannot be built: see $log"
if ! { cp "$here/microvm.config" "$folder/vmlinuz-microvm.config" &&
    cp "$tree/arch/x86/boot/bzImage" "$folder/vmlinuz-microvm.part" &&
    mv "$folder/vmlinuz-microvm.part" "$folder/vmlinuz-microvm"; }; then
    cannot "$folder cannot be written"
fi
# Some two gigabytes.
rm -rf "$tree" "${folder:?}/$package-amd64"
