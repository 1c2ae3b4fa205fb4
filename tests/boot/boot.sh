#!/usr/bin/env bash
# Real launches: `muster exec` starts QEMU under software emulation, on each machine and with each transport that there
# is, and the guest's init (beside this file) says on its console what it was given. boot_host.c has the host's side of
# its sockets. Kernels and busybox are fetched as packages, not installed, and kept in build/boot; the kernel for microvm
# is built once (kernel.sh). `make check-boot` runs this.
#
#   MUSTER_BOOT_QEMUS="FOLDER …"   boots with the QEMUs of these folders, instead of the one on PATH
#   MUSTER_EVIDENCE=FILE           appends a line of JSON for each machine that booted: its QEMU's version, and what
#                                  `muster explain` says of it, rows and command line
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
cache=$builddir/boot
# mkfs.ext4 is there.
PATH=$builddir:$PATH:/usr/sbin:/sbin

seconds=180 # a boot takes ten; a loaded machine may take longer
word=$(tr -dc '[:lower:]' </dev/urandom | head -c 12)
boots=0

# write_config FOLDER KERNEL-FOLDER
write_config() {
    cat >"$1/vm.cfg" <<END
params: {
    vm_id = "boot"; memory_mb = 512; kernel_dir = "$2"; overlay_image = "$1/overlay.qcow2";
    cmd_socket = "$1/cmd"; event_socket = "$1/event"; qmp_socket = "$1/qmp"; gvproxy_socket = "$1/gvproxy";
};
END
}

# What must be seen of a boot.
expected() {
    local console=$1 bus=$2 random=$3 cards=$4 network=$5
    [ "$console" = hvc0 ] || echo "the kernel is heard from its first line on"
    cat <<END
muster-guest: console $console
muster-guest: root disk on $bus, in it: $word
muster-guest: ports cmd event
muster-guest: balloons: 1
muster-guest: random number devices: $random
muster-guest: network cards: $cards
END
    [ "$network" = no ] || echo "muster-guest: eth0 is up"
    echo "muster-guest: cmd: $word"
    echo "host: the guest says ready"
    echo "host: QMP says that the machine is running"
    [ "$network" = no ] || echo "host: the guest's frames arrive at the proxy"
    echo "host: the guest was sent $word and answers ${word^^}"
    echo "host: the machine ends by itself, status 0"
}

# seen FOLDER CONSOLE
seen() {
    [ "$2" = hvc0 ] || ! grep -a -q 'Linux version' "$1/console" || echo "the kernel is heard from its first line on"
    grep -a -o 'muster-guest: .*' "$1/console" | tr -d '\r'
    cat "$1/host"
}

# boot NAME KIND CONSOLE BUS RANDOM-DEVICES CARDS NETWORK SETTING…: one machine of the folder $scratch/KIND.
boot() {
    local name=$1 kind=$2 console=$3 bus=$4 random=$5 cards=$6 network=$7 start=$SECONDS setting
    local folder=$scratch/$((boots += 1)) arguments=(--set force_emulation=yes --set "allow_network=$network")
    shift 7
    for setting in "$@"; do
        case $setting in
        -*) arguments+=("$setting") ;;
        *) arguments+=(--set "$setting") ;;
        esac
    done
    arguments+=(--config "$folder/vm.cfg")
    if ! { mkdir "$folder" && make_disk "$folder" "$word" && write_config "$folder" "$scratch/$kind"; }; then
        not_ok "$name" "its files could not be made in $folder"
        return
    fi
    "$builddir/tests/boot_host" "$folder" "$seconds" "$word" "$network" muster exec "${arguments[@]}" >"$folder/host"
    if [ "$(expected "$console" "$bus" "$random" "$cards" "$network")" = "$(seen "$folder" "$console")" ]; then
        ok "$name, QEMU $version: the guest's init is reached, heard on $console, and has what it was given ($((SECONDS - start)) s)"
        record "$name" "${arguments[@]}"
    else
        not_ok "$name, QEMU $version" "$(diff -u --label expected --label seen \
            <(expected "$console" "$bus" "$random" "$cards" "$network") <(seen "$folder" "$console"))
muster exec ${arguments[*]}
$(tail -n 20 "$folder/errors")
$(tail -n 20 "$folder/console" | tr -d '\r')"
    fi
}

# record NAME ARGUMENT…: the evidence of a boot.
record() {
    local name=$1
    shift
    [ -n "${MUSTER_EVIDENCE-}" ] || return 0
    muster explain --format json "$@" |
        jq -c --arg boot "$name" --arg qemu "$version" '{booted: $boot, qemu: $qemu, explained: .}' >>"$MUSTER_EVIDENCE" ||
        not_ok "evidence of $name" "could not be written to $MUSTER_EVIDENCE"
}

# prepare KIND: the kernel and initramfs; what cannot be had is skipped with its reason.
prepare() {
    local why
    why=$("kernel_$1" 2>&1 >/dev/null) && return 0
    skip "boots of the machine $1" "${why##*$'\n'}"
    return 1
}

# has PROGRAM KIND
has() {
    command -v "$1" >/dev/null && return 0
    skip "boots of the machine $2" "there is no $1 here"
    return 1
}

# The stream netdev came with QEMU 7.2.
networks() {
    echo no
    if [ "$(printf '%s\n' 7.2 "$version" | sort -V | head -n 1)" = 7.2 ]; then
        echo yes
    fi
}

boots_x86_64() {
    local network cards
    version=$(qemu-system-x86_64 --version | sed -n 's/.*emulator version \([0-9.]*\).*/\1/p')
    for network in $(networks); do
        cards=$([ "$network" = yes ] && echo 1 || echo 0)
        if [ -d "$scratch/pc" ]; then
            boot "pc, virtio on PCI, network $network" pc ttyS0 pci "1, in use: virtio_rng" "$cards" "$network" \
                --ruleset=microvm guest_arch=x86_64
        fi
        if [ -d "$scratch/microvm" ]; then
            boot "microvm, virtio on MMIO, network $network" microvm hvc0 platform "1, in use: virtio_rng" "$cards" \
                "$network" --ruleset=microvm guest_arch=x86_64 qemu_pc=no
        fi
    done
    if [ -d "$scratch/pc" ]; then
        boot "pc, for speed" pc ttyS0 pci "1, in use: virtio_rng" 0 no --ruleset=microvm guest_arch=x86_64 hardening=fast
        # The card is the one that QEMU adds by itself.
        boot "the baseline's pc" pc ttyS0 pci "0, in use: none" 1 no --ruleset=baseline guest_arch=x86_64
    fi
}

boots_aarch64() {
    local network
    version=$(qemu-system-aarch64 --version | sed -n 's/.*emulator version \([0-9.]*\).*/\1/p')
    [ -d "$scratch/virt" ] || return
    for network in $(networks); do
        boot "virt, virtio on MMIO, network $network" virt ttyAMA0 platform "1, in use: virtio_rng" \
            "$([ "$network" = yes ] && echo 1 || echo 0)" "$network" --ruleset=microvm guest_arch=aarch64
    done
}

for program in qemu-img mkfs.ext4 cpio gzip xz; do
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
    if has qemu-system-x86_64 "pc and microvm"; then
        boots_x86_64
    fi
    if has qemu-system-aarch64 virt; then
        boots_aarch64
    fi
done
finish
