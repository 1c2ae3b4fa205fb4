# Guests that are ended from outside: by a signal to muster exec, or by the death of its parent. Sourced by boot.sh.
#
#   ends_of_guests SETTING…   each way to end, as root and as a user, with namespaces and without, on the machine pc
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # srcdir, scratch and version are boot.sh's
# shellcheck source-path=SCRIPTDIR source=../ends.sh
. "$srcdir/tests/ends.sh"

# end_of_guest HOW STATUS NAME COMMAND…: muster's status then is STATUS, and no QEMU is left.
end_of_guest() {
    local how=$1 expected=$2 name=$3
    shift 3
    rm -f "$scratch/ends/overlay.qcow2" "$scratch/ends/qmp"
    # A new disk: its lock and its size are this start's own.
    if ! make_disk "$scratch/ends" word || ! chmod -R a+rwX "$scratch/ends"; then
        not_ok "$name: $how" "the disk could not be made"
        return
    fi
    # The kernel has said something on the console.
    # shellcheck disable=SC2317 # called by ended
    ready() {
        [ -S "$scratch/ends/qmp" ] && grep -a -q 'Linux version' "$scratch/started.out"
    }
    check_equal "$name, QEMU $version: $how" "status $expected, left: " "$(patience=1200 ended "$how" ready "$@")"
}

# ends NAME WORD… -- SETTING…: each way to end. QEMU ends with status 0 when a signal asks it to end.
ends() {
    local name=$1 how words=()
    while shift && [ "$1" != -- ]; do
        words+=("$1")
    done
    shift
    words+=(muster exec --ruleset microvm --config "$scratch/ends/vm.cfg" "$@")
    for how in TERM INT; do
        end_of_guest "$how" 0 "$name" "${words[@]}"
    done
    end_of_guest KILL 137 "$name" "${words[@]}"
    end_of_guest parent none "$name" "${words[@]}"
}

ends_of_guests() {
    local setting settings=() user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    [ -d "$scratch/pc" ] || return 0
    if ! command -v pgrep >/dev/null; then
        skip "ends of guests" "there is no pgrep here"
        return
    fi
    for setting in "$@"; do
        settings+=(--set "$setting")
    done
    if ! { mkdir -p "$scratch/ends" && chmod 755 "$scratch" && write_config "$scratch/ends" "$scratch/pc"; }; then
        not_ok "ends of guests" "no configuration in $scratch/ends"
        return
    fi
    skip "ends of guests: a user, namespaces" "without root's rights no namespaces are made yet"
    if [ "$(id -u)" != 0 ]; then
        ends "a user, no namespaces" -- "${settings[@]}" --set unshare=no
        skip "ends of guests: root" "this is not root"
        return
    fi
    if "${user[@]}" test -r "$scratch/pc/vmlinuz-x86_64" -a -x "$builddir/muster"; then
        ends "a user, no namespaces" "${user[@]}" env HOME="$scratch/ends" -- "${settings[@]}" --set unshare=no
    else
        skip "ends of guests: a user, no namespaces" "another user cannot reach the files of this build"
    fi
    ends "root, no namespaces" -- "${settings[@]}" --set unshare=no
    if ! unshare --pid --net --mount --uts --ipc --fork -- true 2>"$scratch/errors"; then
        skip "ends of guests: root, namespaces" "$(cat "$scratch/errors")"
        return
    fi
    ends "root, namespaces" -- "${settings[@]}" --set unshare=yes
    if id qemu-vm >"$scratch/errors" 2>&1; then
        ends "root, namespaces and the user qemu-vm" -- "${settings[@]}" --set unshare=yes --set qemu_vm_user=yes
    else
        skip "ends of guests: root, namespaces and the user qemu-vm" "there is no user qemu-vm here"
    fi
}
