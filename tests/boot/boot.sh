#!/usr/bin/env bash
# A real launch: `muster exec` starts QEMU with the ruleset baseline, under software emulation, with Debian's cloud
# kernel and an initramfs of one script (init, beside this file), and the guest's first line comes out at our stdout.
# The kernel and busybox are fetched as packages, not installed, and kept in build/boot. `make check-boot` runs this.
# SPDX-License-Identifier: Apache-2.0
# The sockets are made in the scratch folder, and a socket's path is short.
export TMPDIR=/tmp
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

cache=$builddir/boot
seconds=180 # a boot takes a few; a loaded machine may take longer

# Ends the script where the launch cannot be tried.
cannot() {
    skip "boot of a real guest" "$1"
    finish
}

for program in qemu-system-x86_64 qemu-img cpio gzip timeout; do
    command -v "$program" >/dev/null || cannot "there is no $program here"
done

# fetch PACKAGE: unpacks it into $cache/PACKAGE, unless it was before.
fetch() {
    local into=$cache/$1
    [ ! -d "$into" ] || return 0
    rm -rf "$into.part" && mkdir -p "$into.part" &&
        (cd "$into.part" && apt-get download -q "$1" && dpkg-deb -x ./*.deb . && rm ./*.deb) >>"$cache/fetch.log" 2>&1 &&
        mv "$into.part" "$into"
}

# Prints the name of the kernel's package, which the package for "the newest one" depends on.
kernel_package() {
    apt-cache depends linux-image-cloud-amd64 2>/dev/null |
        sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*-cloud-amd64\)$/\1/p' | head -n 1
}

# Leaves vmlinuz-x86_64 and busybox in $cache.
fetch_all() {
    if [ -e "$cache/vmlinuz-x86_64" ] && [ -e "$cache/busybox" ]; then
        return 0
    fi
    mkdir -p "$cache" && : >"$cache/fetch.log"
    for program in apt-get apt-cache dpkg-deb; do
        command -v "$program" >/dev/null || cannot "there is no $program here to fetch a kernel with"
    done
    local kernel
    kernel=$(kernel_package)
    if [ -z "$kernel" ] && [ "$(id -u)" = 0 ]; then
        apt-get update -q >>"$cache/fetch.log" 2>&1
        kernel=$(kernel_package)
    fi
    [ -n "$kernel" ] || cannot "apt knows no linux-image-cloud-amd64"
    fetch "$kernel" || cannot "$kernel could not be fetched: $(tail -n 1 "$cache/fetch.log")"
    fetch busybox-static || cannot "busybox-static could not be fetched: $(tail -n 1 "$cache/fetch.log")"
    cp "$cache/$kernel"/boot/vmlinuz-* "$cache/vmlinuz-x86_64" &&
        cp "$cache/busybox-static/bin/busybox" "$cache/busybox"
}

pack_initramfs() {
    local root=$scratch/root
    mkdir -p "$root/bin" && cp "$cache/busybox" "$root/bin/busybox" && cp "$srcdir/tests/boot/init" "$root/init" &&
        chmod 755 "$root/init" "$root/bin/busybox" &&
        (cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 >"$scratch/initramfs-x86_64"
}

make_disk() {
    truncate -s 64M "$scratch/base.raw" &&
        qemu-img create -q -f qcow2 -F raw -b "$scratch/base.raw" "$scratch/overlay.qcow2"
}

write_config() {
    cat >"$scratch/vm.cfg" <<END
facts: {
    guest_arch = "x86_64"; force_emulation = true; allow_network = false; expose_ports = false; qemu_vm_user = false;
};
params: {
    vm_id = "boot"; memory_mb = 512; kernel_dir = "$scratch"; overlay_image = "$scratch/overlay.qcow2";
    cmd_socket = "$scratch/cmd"; event_socket = "$scratch/event"; qmp_socket = "$scratch/qmp";
};
END
}

fetch_all || cannot "the kernel's package is not as expected: see $cache/fetch.log"
if ! { cp "$cache/vmlinuz-x86_64" "$scratch" && pack_initramfs && make_disk && write_config; }; then
    not_ok "the guest's files" "could not be made in $scratch"
    finish
fi

"$builddir/muster" argv --ruleset baseline --config "$scratch/vm.cfg" >"$scratch/argv" 2>&1
status=$?
check_equal "muster argv gives the command line" 0 "$status"
cat "$scratch/argv"

# timeout kills the whole process group, QEMU behind unshare too.
timeout -s KILL "$seconds" "$builddir/muster" exec --ruleset baseline --set force_emulation=yes \
    --config "$scratch/vm.cfg" </dev/null >"$scratch/console" 2>"$scratch/errors"
status=$?
line=$(grep -a -o 'muster-guest: .*' "$scratch/console" | tr -d '\r' | head -n 1)
if [[ $line == "muster-guest: init reached, console=ttyS0,"* ]]; then
    ok "the guest's init is reached and seen on the console: $line"
else
    not_ok "the guest's init is reached and seen on the console" \
        "exit status $status
$(tail -n 20 "$scratch/errors")
$(tail -n 20 "$scratch/console" | tr -d '\r')"
fi
check_equal "the machine ends by itself, status 0" 0 "$status"
finish
