# The trial start from outside: every command that measures makes it, once, and what was found broken is not used.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
export XDG_CACHE_HOME=$scratch/cache

# make_qemu NAME COMMANDS: a QEMU that says what a recorded one said, and does this when it is started on trial. Each
# trial is a line of NAME.trials. Started without QMP, it prints its arguments.
make_qemu() {
    cat >"$1" <<END
#!/bin/sh
case \$1 in
--version) cat '$srcdir/tests/hosts/qemu-7.2/version' ;;
-machine) cat '$srcdir/tests/hosts/qemu-7.2/session' ;;
-accel)
    if [ "\$2" = help ]; then cat '$srcdir/tests/hosts/qemu-7.2/accelerators'; exit; fi
    echo "\$*" >>'$scratch/$1.trials'
    $2
    ;;
*) printf '%s\n' "\$@" ;;
esac
END
    chmod +x "$1"
}

trials() {
    if [ -e "$1.trials" ]; then wc -l <"$1.trials"; else echo 0; fi
}

cat >vm.cfg <<'END'
facts: { unshare = false; guest_arch = "x86_64"; };
params: {
    vm_id = "vm1"; kernel_dir = "/srv/images"; overlay_image = "/run/vm/overlay.qcow2"; cmd_socket = "/run/vm/cmd.sock";
    event_socket = "/run/vm/event.sock"; qmp_socket = "/run/vm/qmp.sock";
};
END
make_qemu broken 'echo "qemu-system-x86_64: failed to set MSR" >&2; exit 1'
make_qemu works "echo '{\"QMP\": {}}'; echo '{\"return\": {\"status\": \"prelaunch\"}, \"id\": \"status\"}'; exit 85"

# on NAME COMMAND...: muster with one of these QEMUs.
on() {
    local qemu=$1
    shift
    "$muster" "$1" --ruleset microvm --config vm.cfg --qemu "./$qemu" "${@:2}"
}

accel_of() {
    grep -A1 '^-accel$' | tail -1
}

kvm_of() {
    sed -n 's/^    kvm *= "\([a-z_]*\)";.*/\1/p'
}

# Nothing is started where nothing is measured, and where the rules would not use it.
on broken probe --facts facts.cfg >/dev/null 2>&1
on broken explain --no-probe >/dev/null 2>&1
on broken argv --set force_emulation=yes >/dev/null
on broken argv --set qemu_version=4.2.0 >/dev/null 2>&1
check_equal "the rules refuse an old QEMU" 1 $?
on broken argv --set kvm=usable >/dev/null
check_equal "nothing was tried" 0 "$(trials broken)"
check_equal "what is given is believed" kvm "$(on broken argv --set kvm=usable --format nul | tr '\0' '\n' | accel_of)"

asked=$(on works probe --set force_emulation=yes | kvm_of)
if [ "$(uname -s)" != Linux ] || [ "$(uname -m)" != x86_64 ] || [ "$asked" != usable ]; then
    skip "the trial" "KVM does not answer on this host, or it is not x86_64"
    finish
fi

# A start that fails: the facts say so, in QEMU's words, and all that hangs on it is decided anew.
on broken explain >explained
check_equal "explain says that it is broken" 1 "$(grep -c '^    kvm  *broken ' explained)"
check_equal "in QEMU's words" 1 "$(tr -s ' \n' ' ' <explained | grep -c 'a trial start failed: failed to set MSR')"
check_equal "one trial" 1 "$(trials broken)"
check_equal "with the arguments that the rules tag" \
    "-accel kvm -cpu host,-svm,-vmx -M microvm,acpi=on" \
    "$(sed -E 's/^(.*acpi=on).*/\1/' broken.trials)"
on broken argv --format nul | tr '\0' '\n' >argv.txt
check_equal "argv falls back" tcg,tb-size=256 "$(accel_of <argv.txt)"
check_equal "and takes the CPU along" Haswell "$(grep -A1 '^-cpu$' argv.txt | tail -1)"
check_equal "argv names the QEMU that was probed" "$scratch/./broken" "$(head -1 argv.txt)"
check_equal "exec does the same" "$(tail -n +2 argv.txt)" "$(on broken exec)"
check_equal "probe says it, too" broken "$(on broken probe | kvm_of)"
check_equal "all from the cache" 1 "$(trials broken)"
check_equal "and as JSON" '"broken"' \
    "$(on broken probe --format json | sed -n 's/^ *"kvm": {"value": \([^,]*\),.*/\1/p' | head -1)"
"$muster" probe --ruleset microvm --config vm.cfg --qemu ./broken >probed.cfg
check_equal "a file that probe wrote says the same" "$(accel_of <argv.txt)" \
    "$("$muster" argv --ruleset microvm --config vm.cfg --facts probed.cfg --set qemu_path=/q --format nul |
        tr '\0' '\n' | accel_of)"

# One that works.
check_equal "a start that works" kvm "$(on works argv --format nul | tr '\0' '\n' | accel_of)"
check_equal "the fact stays usable" usable "$(on works probe | kvm_of)"
check_equal "one trial for both" 1 "$(trials works)"

# Without a cache each process tries for itself.
XDG_CACHE_HOME=/dev/null on works argv >/dev/null
check_equal "no cache: once more" 2 "$(trials works)"
finish
