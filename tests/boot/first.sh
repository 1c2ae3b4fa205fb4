#!/usr/bin/env bash
# The first boot of a new user, which ./bootstrap run shows.
#
#   first.sh prepare FOLDER CACHE   leaves in FOLDER a kernel and an initramfs, a disk, and vm.cfg, a configuration for
#                                   `muster`; or says in one line on stderr why it cannot. What is there already, vm.cfg
#                                   and the disk above all, stays as it is. Kernel and busybox are packages of Debian,
#                                   fetched into CACHE and not installed.
#   first.sh boot FOLDER            starts the guest with `muster exec --config FOLDER/vm.cfg`, prints its first words, and
#                                   ends it. The exit status is 1, after a report, if it says nothing.
#
# A guest that writes nothing to its console for MUSTER_SILENT_SECONDS, 20 if that is not set, is ended; so is one that
# writes for three times as long without reaching its init. `muster` is searched on PATH.
#
# SPDX-License-Identifier: Apache-2.0
set -u
export LC_ALL=C
srcdir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=packages.sh
. "$srcdir/tests/boot/packages.sh"
# shellcheck source-path=SCRIPTDIR source=guest.sh
. "$srcdir/tests/boot/guest.sh"
PATH=$PATH:/usr/sbin:/sbin # mkfs.ext4 is there

silent_seconds=${MUSTER_SILENT_SECONDS:-20}
pause_seconds=2  # a guest whose init has spoken and then pauses waits for its host
ending_seconds=5 # from TERM to KILL
socket_bytes=103 # of a socket's path, on every system

# --- what the guest is booted from ---

cannot() {
    echo "$1" >&2
    exit 1
}

check_tools() {
    local program
    for program in qemu-img mkfs.ext4 cpio gzip xz; do
        command -v "$program" >/dev/null || cannot "there is no $program here"
    done
}

# debian_name: the architecture of this host as Debian calls it.
debian_name() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) cannot "no guest is known for the architecture $(uname -m)" ;;
    esac
}

# prepare_config: writes vm.cfg, unless there is one whose sockets still have their folder.
prepare_config() {
    local sockets=$folder
    if [ -e "$folder/vm.cfg" ]; then
        sockets=$(sed -n 's|^ *qmp_socket = "\(.*\)/qmp";$|\1|p' "$folder/vm.cfg")
        [ -n "$sockets" ] && [ ! -d "$sockets" ] || return 0
        mv "$folder/vm.cfg" "$folder/vm.cfg.old" || return 1
        sockets=$folder
    fi
    if [ "$(printf %s "$folder/gvproxy" | wc -c)" -gt "$socket_bytes" ]; then
        sockets=$(mktemp -d /tmp/muster.XXXXXX) || return 1
        echo "the sockets are in $sockets: $folder is too long for the path of a socket"
    fi
    write_config "$folder" "$folder/kernel" "$sockets"
}

# prepare_kernel: anew only if the guest's init is another.
prepare_kernel() {
    local debian arch
    debian=$(debian_name) || exit 1
    arch=$(uname -m | sed 's/^arm64$/aarch64/')
    [ -e "$folder/kernel/vmlinuz-$arch" ] && [ "$folder/kernel/initramfs-$arch" -nt "$srcdir/tests/boot/init" ] &&
        return 0
    scratch=$folder
    rm -rf "$folder/kernel"
    debian_kernel kernel "$arch" "$debian" || exit 1
    rm -rf "$folder/root"
}

prepare() {
    check_tools
    prepare_kernel
    [ -e "$folder/overlay.qcow2" ] || make_disk "$folder" hello >&2 || cannot "the disk could not be made in $folder"
    prepare_config || cannot "$folder/vm.cfg could not be written"
}

# --- the boot ---

# words: what the guest wrote, fit for any terminal.
words() {
    tr -cd '[:print:]\n' <"$folder/console"
}

has_spoken() {
    grep -a -q 'muster-guest: ' "$folder/console"
}

# watch: waits until there is nothing more to wait for, and says why in $outcome: ended, spoken, silent, endless.
watch() {
    local size seen=-1 since=$SECONDS begun=$SECONDS
    while :; do
        if ! kill -0 "$guest" 2>/dev/null; then
            outcome=ended
            return
        fi
        size=$(wc -c <"$folder/console")
        if [ "$size" != "$seen" ]; then
            seen=$size since=$SECONDS
        fi
        if has_spoken && [ $((SECONDS - since)) -ge "$pause_seconds" ]; then
            outcome=spoken
            return
        elif [ $((SECONDS - since)) -ge "$silent_seconds" ]; then
            outcome=silent
            return
        elif [ $((SECONDS - begun)) -ge $((3 * silent_seconds)) ]; then
            outcome=endless
            return
        fi
        sleep 0.2
    done
}

# end_guest: asks muster to end it; what is left after some seconds is killed.
end_guest() {
    local try=0
    kill -TERM "$guest" 2>/dev/null
    while kill -0 "$guest" 2>/dev/null && [ "$try" -lt $((10 * ending_seconds)) ]; do
        sleep 0.1
        try=$((try + 1))
    done
    # It leads a group of processes: what it started is in it.
    kill -KILL -- "-$guest" 2>/dev/null
    wait "$guest" 2>/dev/null
}

# report WHAT: what went wrong, what was heard, and what can be tried.
report() {
    echo "$1"
    words | tail -n 5 | sed 's/^/    console: /'
    tail -n 5 "$folder/errors" | tr -cd '[:print:]\n' | sed 's/^/    /'
    echo "Its console is in $folder/console, the messages of muster and QEMU are in $folder/errors. To try:"
    echo "    $(command -v muster) exec --config $folder/vm.cfg --set force_emulation=yes    # if it ran under KVM or another accelerator"
    echo "    MUSTER_SILENT_SECONDS=60 ./bootstrap run    # if this host is slow"
    exit 1
}

# refused STATUS: for the statuses of muster itself, if there was no word of a guest.
refused() {
    case $1 in
    1 | 2 | 126 | 127)
        echo "muster did not start the guest (exit status $1):"
        tail -n 5 "$folder/errors" | tr -cd '[:print:]\n' | sed 's/^/    /'
        exit 1
        ;;
    esac
}

boot() {
    local outcome status started=$SECONDS
    : >"$folder/console" && : >"$folder/errors" || exit 2
    set -m # a group of processes of its own
    muster exec --config "$folder/vm.cfg" >"$folder/console" 2>"$folder/errors" </dev/null &
    guest=$!
    set +m
    trap 'end_guest; exit 130' INT TERM HUP
    watch
    if [ "$outcome" = ended ]; then
        wait "$guest"
        status=$?
        [ -s "$folder/console" ] || refused "$status"
        has_spoken || report "The guest ended with the status $status before its init said anything."
    else
        end_guest
    fi
    trap - INT TERM HUP
    case $outcome in
    silent) has_spoken || report "The guest wrote nothing to its console for $silent_seconds s, and was ended." ;;
    endless) has_spoken || report "The guest did not reach its init within $((3 * silent_seconds)) s, and was ended." ;;
    esac
    echo "The guest's first words ($((SECONDS - started)) s, its start and end included):"
    words | grep -a -o -m 1 'Linux version.*' | cut -c 1-100 | sed 's/^/    /'
    words | grep -a -o 'muster-guest: .*' | sed 's/^muster-guest: /    /'
}

case "${1-} $#" in
"prepare 3")
    mkdir -p "$2" "$3" && folder=$(cd "$2" && pwd) && cache=$(cd "$3" && pwd) || exit 2
    ;;
"boot 2") folder=$(cd "$2" && pwd) || exit 2 ;;
*) echo "usage: first.sh prepare FOLDER CACHE | boot FOLDER" >&2 && exit 2 ;;
esac
"$1"
