# What the tests of the program muster share. Sourced after tests/lib.sh; the current folder becomes the scratch one.
#
#   try ARGUMENTS       runs muster and adds to the file `transcript`: the command, stdout, stderr and the exit code
#   try_compiler ARGUMENTS   the same with musterc
#   says NAME TEXT ARGUMENTS   checks that muster ends with 2, prints nothing, and says exactly TEXT on stderr
#   not_started NAME    checks that no program of the folder `bin` has run
#
# Rules move about in their files, so their line numbers are LINE in transcripts.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

muster=$builddir/muster
musterc=$builddir/musterc
cd "$scratch" || exit 2
unset MUSTER_CONFIG XDG_CACHE_HOME
export HOME=$scratch/home

# A host that is fixed, so that results are the same everywhere.
cat >facts.cfg <<'END'
facts: {
    guest_arch = "x86_64"; host_os = "linux"; force_emulation = false; kvm = true; hvf = false; tsc_deadline = true;
    io_uring = true; unshare = false; qemu_version = "9.1.9"; allow_network = false; expose_ports = false;
    qemu_vm_user = false;
};
END
cat >params.cfg <<'END'
params: {
    vm_id = "vm1"; memory_mb = 512; kernel_dir = "/srv/images"; overlay_image = "/run/vm/overlay.qcow2";
    cmd_socket = "/run/vm/cmd.sock"; event_socket = "/run/vm/event.sock"; qmp_socket = "/run/vm/qmp.sock";
};
END

mask_lines() {
    sed -E 's/((baseline|microvm|qemu)\.muster):[0-9]+/\1:LINE/g'
}

try() {
    try_program muster "$muster" "$@"
}

try_compiler() {
    try_program musterc "$musterc" "$@"
}

try_program() {
    local code name=$1 program=$2
    shift 2
    "$program" "$@" >out 2>err </dev/null
    code=$?
    {
        printf '$ %s' "$name"
        [ $# = 0 ] || printf ' %q' "$@"
        printf '\n'
        cat out err
        [ "$code" = 0 ] || printf '[%s]\n' "$code"
        printf '\n'
    } | mask_lines >>transcript
}

says() {
    local name=$1 text=$2 code
    shift 2
    "$muster" "$@" >out 2>err </dev/null
    code=$?
    check_equal "$name" "$text
[2, 0 bytes]" "$(mask_lines <err)
[$code, $(wc -c <out) bytes]"
}

# Programs that leave a mark when they are started.
mkdir bin
for name in qemu-system-x86_64 qemu-system-aarch64 unshare sudo; do
    cat >"bin/$name" <<END
#!/bin/sh
echo "\$0" >>"$scratch/started"
END
    chmod +x "bin/$name"
done

not_started() {
    if [ -e "$scratch/started" ]; then
        not_ok "$1" "started: $(cat "$scratch/started")"
        rm -f "$scratch/started"
    else
        ok "$1"
    fi
}
