#!/usr/bin/env bash
# Command lines of the ruleset microvm: of a few hosts in full, and of others what is different there. They are written
# to golden/microvm.txt, one option a line and the words of -append below it; BLESS=1 renews them, and a person reads the
# difference. What a host with a value that nobody chose here gets is for proofs: `musterc check rules/microvm.muster`.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"
cd "$scratch" || exit 2

params=(vm_id=vm1 memory_mb=512 kernel_dir=/srv/images overlay_image=/run/vm/overlay.qcow2 cmd_socket=/run/vm/cmd.sock
    event_socket=/run/vm/event.sock qmp_socket=/run/vm/qmp.sock gvproxy_socket=/run/vm/gvproxy.sock)

# argv SETTING…: the command line, or why there is none.
argv() {
    "$builddir/muster" argv --ruleset microvm --no-probe --format nul "${params[@]/#/--set=}" "${@/#/--set=}" \
        >words 2>errors || { sed -E 's/\.muster:[0-9]+/.muster:LINE/' errors; return; }
    tr '\0' '\n' <words | awk '
        function end() { if (line != "") print line; line = "" }
        NR > 1 && /^-/ && started { end() }
        append { gsub(/ /, "\n    "); end(); print "    " $0; append = 0; next }
        { line = line (line == "" ? "" : " ") $0 }
        /\/qemu-system-/ { started = 1 }
        /^-append$/ { append = 1 }
        END { end() }'
    cat errors
}

# The settings, one a line: of one name the last.
settle() {
    printf '%s\n' "$@" | tac | awk -F= '!seen[$1]++' | tac
}

# host NAME SETTING…: one whose command line is shown in full; those that follow are compared with it.
host() {
    local name=$1
    shift
    mapfile -t base < <(settle "$@")
    argv "${base[@]}" >base
    {
        printf '=== %s\n' "$name"
        printf '%s\n' "${base[*]}" | fold -s -w 110 | sed 's/ *$//'
        echo
        cat base
        echo
    } >>actual
    cells=$((cells + 1))
}

# but SETTING…: the same host, but for these.
but() {
    argv "${base[@]}" "$@" >cell
    {
        printf -- '--- but %s\n' "$(settle "$@" | grep -vxFf <(printf '%s\n' "${base[@]}") | paste -sd ' ')"
        diff base cell | sed -n 's/^</-/p; s/^>/+/p'
        echo
    } >>actual
    cells=$((cells + 1))
}

# A QEMU of Debian, which has everything but what its version is too old for.
qemu=(qemu=yes qemu_tcg=yes qemu_virtio_mmio=yes qemu_virtio_pci=yes qemu_virtio_rng=yes qemu_io_uring=yes
    qemu_seccomp=yes qemu_exit_with_parent=no)
qemu_x86_64=(qemu_path=/usr/bin/qemu-system-x86_64 qemu_microvm=yes qemu_pc=yes qemu_virt=no "${qemu[@]}")
qemu_aarch64=(qemu_path=/usr/bin/qemu-system-aarch64 qemu_microvm=no qemu_pc=no qemu_virt=yes "${qemu[@]}")
linux=(host_os=linux hvf=absent io_uring=yes unshare=no)
mac=(host_os=macos kvm=absent io_uring=no unshare=no)

cells=0
: >actual

host "a server with KVM" "${linux[@]}" host_arch=x86_64 guest_arch=x86_64 kvm=usable tsc_deadline=yes \
    qemu_version=10.0.2 "${qemu_x86_64[@]}"
but tsc_deadline=no
but qemu_microvm=no
but guest_kernel=microvm
but guest_kernel=microvm tsc_deadline=no
but qemu_virtio_rng=no
but io_uring=no
but qemu_io_uring=no
but qemu_seccomp=no
but qemu_exit_with_parent=yes qemu_version=11.1.3
but unshare=yes
but unshare=yes allow_network=yes
but unshare=yes expose_ports=yes
but unshare=yes qemu_vm_user=yes
but qemu_vm_user=yes
but allow_network=yes qemu_version=9.2.0
but allow_network=yes qemu_version=9.1.9
but allow_network=yes qemu_version=8.0.0
but allow_network=yes qemu_version=7.2.22
but hardening=fast
but memory_mb=8192
but vm_id=a.b overlay_image=/a,b kernel_dir=/c,d cmd_socket=/e,f event_socket=/i=j qmp_socket=/g=h,i
but force_emulation=yes
but kvm=broken
but guest_arch=aarch64 "${qemu_aarch64[@]}"

host "a nested host whose KVM runs nothing" "${linux[@]}" host_arch=x86_64 guest_arch=x86_64 kvm=broken \
    tsc_deadline=no qemu_version=7.2.22 "${qemu_x86_64[@]}"
but qemu_version=5.2.0
but kvm=absent
but kvm=denied tsc_deadline=yes
but kvm=failed
but kvm=not_in_qemu
but qemu_pc=no
but guest_kernel=microvm
but host_os=unknown unshare=yes
but allow_network=yes
but hardening=fast unshare=yes qemu_vm_user=yes

host "an ARM server with KVM" "${linux[@]}" host_arch=aarch64 guest_arch=aarch64 kvm=usable tsc_deadline=no \
    qemu_version=10.0.2 "${qemu_aarch64[@]}"
but memory_mb=3072
but memory_mb=3073
but kvm=absent
but kvm=absent memory_mb=3073 qemu_virtio_rng=no
but guest_arch=x86_64 "${qemu_x86_64[@]}"

host "an ARM Mac" "${mac[@]}" host_arch=aarch64 guest_arch=aarch64 hvf=usable tsc_deadline=no qemu_version=10.0.2 \
    "${qemu_aarch64[@]}" qemu_path=/opt/homebrew/bin/qemu-system-aarch64 qemu_io_uring=no qemu_seccomp=no
but hvf=broken
but hvf=absent memory_mb=4096
but expose_ports=yes hardening=fast
but unshare=yes qemu_seccomp=yes

host "an Intel Mac" "${mac[@]}" host_arch=x86_64 guest_arch=x86_64 hvf=usable tsc_deadline=yes qemu_version=10.0.2 \
    "${qemu_x86_64[@]}" qemu_path=/usr/local/bin/qemu-system-x86_64 qemu_io_uring=no qemu_seccomp=no
but tsc_deadline=no
but qemu_microvm=no
but qemu_pc=no
but guest_kernel=microvm
but force_emulation=yes

check_equal "as many command lines as are meant" 53 "$cells"
check_equal "none of these hosts is refused" "" "$(grep '^muster\|^+ muster' actual | grep -v ': warning: ')"
check_equal "a kernel for microvm is refused where there is no such machine" \
    "muster: the rules refuse this host: this QEMU has no machine microvm, and the guest's kernel was built for it: \
install one that has it, or use a stock kernel (The kernel was built for the machine microvm, and may lack the drivers that \
another machine needs; microvm.muster:LINE)" \
    "$(argv "${base[@]}" guest_kernel=microvm qemu_microvm=no)"
check_golden "they are what they were" "$srcdir/tests/golden/microvm.txt" actual
finish
