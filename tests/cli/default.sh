# What muster says by the rules that it takes unless others are named, microvm: what is missing, whom they refuse and what
# is to be done then, why there is no KVM, what hardening changes; and from a probe to a command line.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
system_path=$PATH
export PATH=$scratch/bin:$PATH
example=$srcdir/rules/example.cfg

cat >server.cfg <<'END_OF_FACTS'
facts: {
    host_os = "linux"; host_arch = "x86_64"; kvm = "usable"; hvf = "absent"; tsc_deadline = true; io_uring = true;
    unshare = false; qemu = true; qemu_version = "10.0.2"; qemu_tcg = true; qemu_microvm = true; qemu_pc = true;
    qemu_virt = false; qemu_virtio_mmio = true; qemu_virtio_pci = true; qemu_virtio_rng = true; qemu_io_uring = true;
    qemu_seccomp = true; qemu_exit_with_parent = false; guest_arch = "x86_64";
};
params: { qemu_path = "/usr/bin/qemu-system-x86_64"; };
END_OF_FACTS
cat >mac.cfg <<'END_OF_FACTS'
facts: {
    host_os = "macos"; host_arch = "aarch64"; kvm = "absent"; hvf = "usable"; tsc_deadline = false; io_uring = false;
    unshare = false; qemu = true; qemu_version = "10.0.2"; qemu_tcg = true; qemu_microvm = false; qemu_pc = false;
    qemu_virt = true; qemu_virtio_mmio = true; qemu_virtio_pci = true; qemu_virtio_rng = true; qemu_io_uring = false;
    qemu_seccomp = false; qemu_exit_with_parent = false; guest_arch = "aarch64";
};
params: { qemu_path = "/opt/homebrew/bin/qemu-system-aarch64"; };
END_OF_FACTS

# The default, and its name.
check_equal "microvm is what is taken unless another is named" \
    "$("$muster" argv --ruleset microvm --facts server.cfg --config params.cfg)" \
    "$("$muster" argv --facts server.cfg --config params.cfg)"

# What is missing: all of it, in one line.
: >transcript
for command in probe argv explain exec; do
    try "$command" --no-probe
done
try argv --no-probe --set kvm=usable --set qemu=yes --set guest_arch=x86_64
try argv --facts server.cfg
try argv --facts server.cfg --config params.cfg --set allow_network=yes
try argv --facts facts.cfg
try argv --facts server.cfg --set accel=tcg
check_golden "what is missing" "$srcdir/tests/cli/golden/default_missing.txt" transcript
not_started "nothing was started"

# Whom the rules refuse, why, and what is to be done.
: >transcript
refused() {
    try argv --facts "$@"
}
refused server.cfg --set guest_arch=unknown
refused server.cfg --set qemu=no
refused server.cfg --set qemu_version=unknown
refused server.cfg --set qemu_version=5.1.9
refused server.cfg --set qemu_version=7.1.9 --set allow_network=yes
refused server.cfg --set qemu_version=7.1.9 --set expose_ports=yes
refused server.cfg --set qemu_tcg=no --set kvm=broken
refused server.cfg --set qemu_tcg=no --set force_emulation=yes
refused server.cfg --set qemu_microvm=no --set qemu_pc=no
refused server.cfg --set guest_arch=aarch64
refused server.cfg --set qemu_virtio_mmio=no
refused server.cfg --set kvm=absent --set qemu_virtio_pci=no
refused mac.cfg --set memory_mb=3073
refused mac.cfg --set qemu_virt=no
refused mac.cfg --set qemu_virtio_mmio=no --set qemu_virtio_pci=no
check_equal "all of them are refused" "15 15" "$(grep -c '^\$' transcript) $(grep -c '^\[1\]$' transcript)"
check_golden "whom the rules refuse" "$srcdir/tests/cli/golden/default_refused.txt" transcript
"$muster" exec --facts server.cfg --config params.cfg --set kvm=broken --set qemu_tcg=no >out 2>err
check_equal "exec refuses them, too" "1 0 bytes" "$? $(wc -c <out) bytes"
"$muster" explain --facts server.cfg --config params.cfg --set qemu=no >out 2>err
check_equal "explain shows them all the same" "1 1" "$? $(grep -c '^No command line' out)"
not_started "nothing was started for them"
# The nearest hosts that are not refused.
accepted() {
    "$muster" argv --facts "$@" --config params.cfg >out 2>err
    check_equal "not refused: $*" "0 " "$? $(cat err)"
}
accepted server.cfg --set qemu_version=5.2.0
accepted server.cfg --set qemu_version=7.2.0 --set allow_network=yes --set gvproxy_socket=/g
accepted server.cfg --set qemu_tcg=no
accepted server.cfg --set qemu_microvm=no
accepted server.cfg --set qemu_pc=no --set kvm=absent
accepted mac.cfg --set memory_mb=3072
accepted mac.cfg --set memory_mb=3073 --set hvf=absent

# Why the guest is emulated, or not: the decision, its rule and its reason.
: >transcript
runs() {
    {
        echo "--- $*"
        "$muster" explain --facts "$@" --config params.cfg |
            awk '/^    accel = / { on = 1; print; next } on && /^        (evidence|here|with)/ { exit } on { print }'
    } | mask_lines >>transcript
}
for kvm in usable broken absent denied failed not_in_qemu; do
    runs server.cfg --set kvm=$kvm
done
runs server.cfg --set force_emulation=yes
runs server.cfg --set host_arch=aarch64
runs server.cfg --set host_os=unknown
for hvf in usable broken absent denied failed not_in_qemu; do
    runs mac.cfg --set hvf=$hvf
done
check_golden "what runs the guest, and why" "$srcdir/tests/cli/golden/default_accel.txt" transcript

# The same in about ten lines, with what is given up; ./bootstrap run shows this.
: >transcript
in_brief() {
    try explain --brief --config params.cfg --facts "$@"
}
in_brief server.cfg
in_brief server.cfg --set kvm=broken
in_brief server.cfg --set kvm=denied --set io_uring=no --set qemu_seccomp=no --set hardening=fast
in_brief server.cfg --set tsc_deadline=no
in_brief server.cfg --set force_emulation=yes
in_brief server.cfg --set qemu_version=unknown
in_brief server.cfg --set qemu_vm_user=yes
in_brief mac.cfg
in_brief mac.cfg --set hvf=failed
try explain --brief --config params.cfg --facts facts.cfg --ruleset baseline
try explain --brief --facts server.cfg
cp "$srcdir/rules/recorded-host.cfg" .
in_brief recorded-host.cfg
# The command line is that of argv.
check_equal "in brief, the command line" "$("$muster" argv --config params.cfg --facts server.cfg)" \
    "$("$muster" explain --brief --config params.cfg --facts server.cfg | sed -n '/^Command line, /{n;p;}')"
sed -E -i '/^Command line, /{s/[0-9]+/N/;n;s/.*/.../;}' transcript
check_golden "in brief" "$srcdir/tests/cli/golden/default_brief.txt" transcript

# A broken KVM takes with it all that hangs on it.
words() {
    "$muster" argv --config params.cfg --format nul --facts "$@" | tr '\0' '\n' | tr ' ' '\n'
}
words server.cfg --set kvm=broken >broken
check_equal "a broken KVM leaves nothing of it" "tcg,tb-size=256 Haswell pc,mem-merge=off,dump-guest-core=off" \
    "$(grep -A1 -xE -- '-(accel|cpu|M)' broken | grep -v '^-' | paste -sd ' ')"
check_equal "and is one with no KVM" "$(words server.cfg --set kvm=absent)" "$(cat broken)"

# hardening: these words of the kernel's command line, and nothing else.
words server.cfg >hardened
check_equal "hardened is the default" "$(words server.cfg --set hardening=hardened)" "$(cat hardened)"
for host in server.cfg mac.cfg; do
    check_equal "what hardening changes in $host" "-mitigations=auto
+mitigations=off
+nokaslr" "$(diff -U0 <(words $host --set hardening=hardened) <(words $host --set hardening=fast) | grep '^[-+][^-+]')"
done

# From a probe to a command line, with a QEMU that says what Debian's 7.2.22 said; it has TCG only, wherever this runs.
recorded=$srcdir/tests/hosts/qemu-7.2
for name in qemu-system-x86_64 qemu-system-aarch64; do
    cat >"bin/$name" <<END_OF_SCRIPT
#!/bin/sh
case \$1 in
--version) cat '$recorded/version' ;;
-accel) printf 'Accelerators supported in QEMU binary:\ntcg\n' ;;
-machine) cat '$recorded/session' ;;
esac
END_OF_SCRIPT
done
chosen=(--set guest_arch=x86_64 --set host_os=linux --set host_arch=x86_64)
"$muster" probe "${chosen[@]}" >probed.cfg 2>err
check_equal "probe" "0 " "$? $(cat err)"
check_equal "what it says of this QEMU" "kvm hvf qemu qemu_version qemu_tcg qemu_virt qemu_seccomp" \
    "$(sed -nE 's/^ *(kvm) += "(absent|denied|not_in_qemu|failed)";.*/\1/p; s/^ *(hvf) += "absent";.*/\1/p
        s/^ *(qemu|qemu_tcg|qemu_seccomp) += true;.*/\1/p; s/^ *(qemu_virt) += false;.*/\1/p
        s/^ *(qemu_version) += "7.2.22";.*/\1/p' probed.cfg | paste -sd ' ')"
"$muster" argv --config "$example" "${chosen[@]}" >direct 2>err
check_equal "the example is all that a first command line needs" "0 " "$? $(cat err)"
check_equal "it starts the QEMU that was asked" "1 1" \
    "$(grep -cF -- "$scratch/bin/qemu-system-x86_64 -name guest=vm1 -nodefaults " direct) $(wc -l <direct)"
"$muster" argv --facts probed.cfg --config "$example" >via 2>err
check_equal "probe > f; argv --facts f" "$(cat direct)" "$(cat via err)"
"$muster" explain --config "$example" "${chosen[@]}" >out 2>err
check_equal "explain" "0  1 0" "$? $(cat err) $(grep -c '^    accel = tcg$' out) $(grep -c 'command line waits for' out)"
"$muster" explain --config "$example" "${chosen[@]}" --set allow_network=yes --format json >out 2>err
check_equal "the example has every parameter" "0 1" "$? $(grep -c '"missing": \[\]' out)"

# Where there is no QEMU.
mkdir none
for program in unshare true; do
    ln -s "$(PATH=$system_path command -v $program)" none/ 2>/dev/null
done
PATH=$scratch/none "$muster" probe "${chosen[@]}" >out 2>err
check_equal "probe without QEMU" "0 1" "$? $(grep -cE '^    qemu += false;' out)"
PATH=$scratch/none "$muster" argv --config "$example" "${chosen[@]}" >out 2>err
check_equal "argv without QEMU" "1 0 bytes
muster: the rules refuse this host: no QEMU for the guest's architecture was found: install qemu-system-x86 or qemu-system-arm, or name one with --qemu (Only QEMU can start the guest; microvm.muster:LINE)" \
    "$? $(wc -c <out) bytes
$(mask_lines <err)"

# On this very machine, whatever it is.
PATH=$system_path
if command -v "qemu-system-$(uname -m)" >/dev/null; then
    "$muster" probe >here.cfg 2>err
    check_equal "probe, here" "0 " "$? $(cat err)"
    "$muster" argv --config "$example" >direct 2>err
    check_equal "argv, here" "0 " "$? $(cat err)"
    check_equal "probe > f; argv --facts f, here" "$(cat direct)" "$("$muster" argv --facts here.cfg --config "$example")"
    if grep -qE '^ *kvm += "(usable|broken)";' here.cfg; then
        check_equal "KVM was tried" 1 "$(grep -cE '^ *kvm += .* # trial start' here.cfg)"
        "$muster" probe --set force_emulation=yes >forced.cfg
        check_equal "not where nothing hangs on it" 0 "$(grep -cE '^ *kvm += .* # trial start' forced.cfg)"
    else
        skip "KVM was tried" "it cannot be used here: $(sed -nE 's/^ *kvm += .* # //p' here.cfg)"
    fi
else
    skip "probe and argv, here" "there is no QEMU for this machine's architecture"
fi

finish
