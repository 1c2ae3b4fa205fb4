#!/usr/bin/env bash
# Real launches: `muster exec` starts QEMU under software emulation, on each machine and with each transport that there
# is, and the guest's init (beside this file) says on its console what it was given. boot_host.c has the host's side of
# its sockets. Kernels and busybox are fetched as packages, not installed, and kept in build/boot; the kernel for microvm
# without ACPI is built once (kernel.sh). `make check-boot` runs this.
#
#   MUSTER_BOOT_QEMUS="FOLDER …"   boots with the QEMUs of these folders, instead of the one on PATH
#   MUSTER_EVIDENCE=FILE           the evidence of the ruleset microvm, where boots are noted for the rows that decided
#
# SPDX-License-Identifier: Apache-2.0
# The sockets are made in the scratch folder, and a socket's path is short.
export TMPDIR=/tmp
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=packages.sh
. "$srcdir/tests/boot/packages.sh"
# shellcheck source-path=SCRIPTDIR source=guest.sh
. "$srcdir/tests/boot/guest.sh"
# shellcheck source-path=SCRIPTDIR source=ends.sh
. "$srcdir/tests/boot/ends.sh"
cache=$builddir/boot
# mkfs.ext4 is there.
PATH=$builddir:$PATH:/usr/sbin:/sbin

seconds=180 # a boot takes ten; a loaded machine may take longer
word=$(tr -dc '[:lower:]' </dev/urandom | head -c 12)
boots=0

# heard KIND: what the kernel calls its console on that machine, and the bus that its disk is on.
heard() {
    case $1 in
    pc) echo ttyS0 pci ;;
    microvm) echo hvc0 platform ;;
    virt) echo ttyAMA0 platform ;;
    esac
}

# expected KIND NETWORK: what must be seen. $cards, $random and $unknown say what the rules give otherwise than usual.
expected() {
    local kind=$1 network=$2 console bus usual=0 told="init.balloon=1"
    read -r console bus <<<"$(heard "$kind")"
    [ "$network" = no ] || usual=1 told="init.net=1 $told"
    # The virtio console is there once its driver is.
    [ "$console" = hvc0 ] || echo "the kernel is heard from its first line on"
    cat <<END
muster-guest: console $console
muster-guest: words unknown to the kernel: ${unknown:-none}
muster-guest: words for init: $told
muster-guest: root disk on $bus, in it: $word
muster-guest: ports cmd event
muster-guest: balloons: 1
muster-guest: random number devices: ${random:-1, in use: virtio_rng}
muster-guest: network cards: ${cards:-$usual}
END
    [ "$network" = no ] || echo "muster-guest: eth0 is up"
    echo "muster-guest: cmd: $word"
    echo "host: the guest says ready"
    echo "host: QMP says that the machine is running"
    [ "$network" = no ] || echo "host: the guest's frames arrive at the proxy"
    echo "host: the guest was sent $word and answers ${word^^}"
    echo "host: the machine ends by itself, status 0"
}

# seen KIND FOLDER
seen() {
    local kind=$1 folder=$2
    [ "$kind" = microvm ] || ! grep -a -q 'Linux version' "$folder/console" ||
        echo "the kernel is heard from its first line on"
    grep -a -o 'muster-guest: .*' "$folder/console" | tr -d '\r'
    cat "$folder/host"
}

# boot NAME KIND NETWORK RULESET SETTING…: one machine, with the kernel in $scratch/$kernel, by default $scratch/KIND;
# nothing where there is none. Every path has characters that separate QEMU's options, but for the baseline, which does
# not escape the path of its QMP socket.
boot() {
    local name=$1 kind=$2 network=$3 ruleset=$4 kernel=${kernel:-$2} start=$SECONDS setting
    local folder=$scratch/$((boots += 1))
    [ "$ruleset" = baseline ] || folder+=,a=b,,c=
    local arguments=(--ruleset "$4" --config "$folder/vm.cfg" --set "allow_network=$network")
    shift 4
    [ -d "$scratch/$kernel" ] || return 0
    for setting in "$@"; do
        arguments+=(--set "$setting")
    done
    if ! { mkdir "$folder" && ln -s "$scratch/$kernel" "$folder/kernel" && make_disk "$folder" "$word" &&
        write_config "$folder" "$folder/kernel"; }; then
        not_ok "$name, QEMU $version" "its files could not be made in $folder"
        return
    fi
    "$builddir/tests/boot_host" "$folder" "$seconds" "$word" "$network" muster exec "${arguments[@]}" >"$folder/host"
    expected "$kind" "$network" >"$folder/expected"
    seen "$kind" "$folder" >"$folder/seen"
    if cmp -s "$folder/expected" "$folder/seen"; then
        ok "$name, QEMU $version: the guest's init is reached, is heard, and has what it was given ($((SECONDS - start)) s)"
        record "$name" "$ruleset" "${arguments[@]}"
    else
        not_ok "$name, QEMU $version: muster exec ${arguments[*]}" "$(diff -u --label expected --label seen "$folder/expected" "$folder/seen")
$(tail -n 20 "$folder/errors")
$(tail -n 20 "$folder/console" | tr -d '\r')"
    fi
}

# record NAME RULESET ARGUMENT…: the evidence of a boot, for the rows that decided. The first two arguments are the
# option --ruleset, which muster-verify has no use for.
record() {
    local name=$1 ruleset=$2
    shift 2
    [ -n "${MUSTER_EVIDENCE-}" ] && [ "$ruleset" = microvm ] || return 0
    if ! { muster probe "$@" >"$scratch/host.cfg" &&
        muster-verify "$srcdir/rules/microvm.muster" --evidence "$MUSTER_EVIDENCE" --booted "QEMU $version" \
            --facts "$scratch/host.cfg" "${@:3}"; }; then
        not_ok "evidence of $name" "could not be written to $MUSTER_EVIDENCE"
    fi
}

# prepare KIND: the kernel and initramfs; what cannot be had is skipped with its reason.
prepare() {
    local why
    why=$("kernel_$1" 2>&1 >/dev/null) && return 0
    skip "boots of the machine $1" "${why##*$'\n'}"
    return 1
}

# has PROGRAM WHAT: leaves its version in $version. Another QEMU than the one that was asked for will not do.
has() {
    if ! command -v "${folder:+$folder/}$1" >/dev/null; then
        skip "boots of $2" "there is no $1 ${folder:+in }${folder:-here}"
        return 1
    fi
    version=$("$1" --version | sed -n 's/.*emulator version \([0-9.]*\).*/\1/p')
}

# The stream netdev came with QEMU 7.2.
networks() {
    echo no
    if [ "$(printf '%s\n' 7.2 "$version" | sort -V | head -n 1)" = 7.2 ]; then
        echo yes
    fi
}

boots_x86_64() {
    local network settings=(guest_arch=x86_64 force_emulation=yes)
    for network in $(networks); do
        boot "pc, network $network" pc "$network" microvm "${settings[@]}"
        kernel=pc boot "microvm, stock kernel, network $network" microvm "$network" microvm "${settings[@]}" qemu_pc=no
        boot "microvm, network $network" microvm "$network" microvm "${settings[@]}" guest_kernel=microvm
    done
    # The part of the kernel that decompresses it reads nokaslr; the rest does not know the word.
    unknown=nokaslr boot "pc, for speed" pc no microvm "${settings[@]}" hardening=fast
    unknown=nokaslr boot "microvm, for speed" microvm no microvm "${settings[@]}" guest_kernel=microvm hardening=fast
    # The card is one that QEMU adds by itself.
    unknown="nokaslr rootwait=2 raid=noautodetect" random="0, in use: none" cards=1 \
        boot "the baseline's pc" pc no baseline "${settings[@]}"
    ends_of_guests "${settings[@]}"
}

boots_aarch64() {
    local network settings=(guest_arch=aarch64 force_emulation=yes)
    for network in $(networks); do
        boot "virt, network $network" virt "$network" microvm "${settings[@]}"
    done
    boot "virt, more memory than below 4 GiB" virt no microvm "${settings[@]}" memory_mb=4096
}

# on_disk DISK FOLDER [COMMAND…]: starts a machine, by the command, whose files are in the folder.
on_disk() {
    local disk=$1 folder=$2
    shift 2
    mkdir "$folder" && write_config "$folder" "$scratch/pc" || return 1
    "$@" muster exec --config "$folder/vm.cfg" --set overlay_image="$disk" --set guest_arch=x86_64 \
        --set force_emulation=yes --set unshare=no </dev/null >"$folder/console" 2>"$folder/errors"
}

# speaks FOLDER PROCESS: waits until init is heard from the machine in the folder; false if the machine ends before.
speaks() {
    until grep -a -q 'muster-guest: ' "$1/console" 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.1
    done
}

# A disk belongs to one guest: QEMU refuses a second one. Guests whose disks share their base run side by side.
boot_shared() {
    local folder=$scratch/shared first other
    rm -rf "$folder"
    if ! { mkdir "$folder" && make_disk "$folder" "$word" &&
        qemu-img create -q -f qcow2 -F raw -b "$folder/base.raw" "$folder/other.qcow2"; }; then
        not_ok "two guests, QEMU $version" "their disks could not be made in $folder"
        return
    fi
    on_disk "$folder/overlay.qcow2" "$folder/first" exec &
    first=$!
    on_disk "$folder/other.qcow2" "$folder/other" exec &
    other=$!
    if speaks "$folder/first" "$first" && speaks "$folder/other" "$other"; then
        ok "two guests run whose disks share a base, QEMU $version"
    else
        not_ok "two guests run whose disks share a base, QEMU $version" "$(cat "$folder"/{first,other}/errors)"
    fi
    on_disk "$folder/overlay.qcow2" "$folder/second" timeout 60
    check_equal "a second guest on the disk of the first is refused, QEMU $version" "1, 1" \
        "$?, $(grep -c 'Failed to get "write" lock' "$folder/second/errors")"
    kill "$first" "$other"
    wait "$first" "$other"
}

# The machine that the rules choose for this host as it is, with whatever accelerator its QEMU can use.
boot_here() {
    local machine accel explained
    if ! explained=$(muster explain --ruleset microvm --format json 2>"$scratch/errors"); then
        skip "as this host is, QEMU $version" "$(tail -n 1 "$scratch/errors")"
        return
    fi
    read -r accel machine <<<"$(jq -r '[.decisions[] | select(.name == "accel" or .name == "machine") | .value] | join(" ")' \
        <<<"$explained")"
    kernel=${machine/microvm/pc} boot "as this host is: $machine under $accel" "$machine" no microvm
}

for program in qemu-img mkfs.ext4 cpio gzip xz jq; do
    if ! command -v "$program" >/dev/null; then
        skip "boots of real guests" "there is no $program here"
        finish
    fi
done
mkdir -p "$cache" || exit 2
prepare pc
prepare microvm
prepare virt
read -r -a folders <<<"${MUSTER_BOOT_QEMUS-}"
own_path=$PATH
for folder in "${folders[@]:-}"; do
    PATH=${folder:+$folder:}$own_path
    if has qemu-system-aarch64 "the machine virt"; then
        boots_aarch64
    fi
    if has qemu-system-x86_64 "the machines pc and microvm"; then
        boots_x86_64
        [ ! -d "$scratch/pc" ] || boot_shared
    fi
    if has "qemu-system-$(uname -m)" "this host's machine"; then
        boot_here
    fi
done
finish
