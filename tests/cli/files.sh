# Facts files and configuration: every way in which one can be wrong, with the words for it.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

# wrong TEXT: a file with this text (printf's escapes) is refused; the transcript has the file and what was said.
wrong() {
    # shellcheck disable=SC2059 # the text is a format on purpose
    printf "$1" >wrong.cfg
    {
        echo "--- $1"
        PATH=$scratch/bin:$PATH "$muster" exec --ruleset baseline --facts wrong.cfg 2>&1
        echo "[$?]"
    } | mask_lines >>transcript
}

: >transcript
wrong 'facts: { kmv = true; };\n'
wrong 'facts: {\n    kvm = true;\n    no_such_thing = 1;\n};\n'
wrong 'facts: { accel = "tcg"; };\n'
wrong 'facts: { network = true; };\n'
wrong 'facts: { vm_id = "vm1"; };\n'
wrong 'params: { kvm = true; };\n'
wrong 'params: { kmv = true; };\n'
wrong 'facts: { memory_md = 512; };\n'
wrong 'kvm = true;\n'
wrong 'memory_mb = 512;\n'
wrong 'fact: { kvm = true; };\n'
wrong 'facts = 1;\n'
wrong 'facts: ( "kvm" );\n'
wrong 'facts: { kvm = "yes"; };\n'
wrong 'facts: { kvm = 1; };\n'
wrong 'facts: { kvm = "unknown"; };\n'
wrong 'facts: { kvm = [ true ]; };\n'
wrong 'facts: { kvm = ( true ); };\n'
wrong 'facts: { kvm: { value = true; }; };\n'
wrong 'facts: { guest_arch = "riscv64"; };\n'
wrong 'facts: { guest_arch = true; };\n'
wrong 'facts: { qemu_version = 9.1; };\n'
wrong 'facts: { qemu_version = 9; };\n'
wrong 'facts: { qemu_version = "nine"; };\n'
wrong 'facts: { qemu_version = "9"; };\n'
wrong 'facts: { qemu_version = "9.1.2.3"; };\n'
wrong 'params: { memory_mb = "512"; };\n'
wrong 'params: { memory_mb = 512.0; };\n'
wrong 'params: { memory_mb = 1e3; };\n'
wrong 'params: { memory_mb = true; };\n'
wrong 'params: { vm_id = 1; };\n'
wrong 'params: { vm_id = false; };\n'
wrong 'params: { overlay_image = [ "/a" ]; };\n'
check_golden "names and types" "$srcdir/tests/cli/golden/names.txt" transcript

: >transcript
wrong 'params: {\n    memory_mb = 4294967808;\n};\n'
wrong 'params: { memory_mb = 4294967808L; };\n'
wrong 'params: { memory_mb = 0x100000200; };\n'
wrong 'params: { memory_mb = 0x100000200L; };\n'
wrong 'params: { memory_mb = 2147483648; };\n'
wrong 'params: { memory_mb = 0xffffffff; };\n'
wrong 'params: { memory_mb = -4294966784; };\n'
wrong 'params: { memory_mb = -2147483649; };\n'
wrong 'params: { memory_mb = -512; };\n'
wrong 'params: { memory_mb = 9223372036854775807; };\n'
wrong 'params: { memory_mb = 9223372036854775808; };\n'
wrong 'params: { memory_mb = -9223372036854775809; };\n'
wrong 'params: { memory_mb = 18446744073709552128; };\n'
wrong 'params: { memory_mb = 18446744073709552128L; };\n'
wrong 'params: { memory_mb = 0x10000000000000200; };\n'
wrong 'params: { memory_mb = 100000000000000000000000000000000000000000000000000000512; };\n'
wrong 'params: { memory_mb = 0; };\n'
wrong 'params: { memory_mb = 1048577; };\n'
check_golden "numbers" "$srcdir/tests/cli/golden/numbers.txt" transcript

: >transcript
wrong 'params: { vm_id = "vm1\\x00,readonly=on"; };\n'
wrong 'params: { vm_id = "vm1\\X00"; };\n'
wrong 'params: { vm_id = "vm1\\x0"; };\n'
wrong 'params: { vm_id = "vm1\\q"; };\n'
wrong 'params: { vm_id = "vm1\\\\x00"; };\n'
wrong 'params: {\n    vm_id = "vm1\000";\n};\n'
wrong '# a comment\000\n'
wrong '@include "params.cfg"\n'
wrong 'params: {\n  @include "params.cfg"\n};\n'
wrong 'params: { vm_id = "vm1";\n vm_id = "vm2"; };\n'
wrong 'facts: { kvm = true; };\nfacts: { hvf = false; };\n'
wrong 'params: {\n  vm_id = "vm1;\n};\n'
wrong 'params: {\n  /* vm_id = "vm1";\n};\n'
wrong 'params: {\n  vm_id = vm1;\n};\n'
wrong 'params: {\n  vm_id = "vm1"\n  memory_mb == 512;\n};\n'
wrong 'params: { vm_id = "vm1";\n'
wrong '{ "facts": { "kvm": true } }\n'
wrong '\357\273\277facts: { kvm = true; };\n'
wrong '\177ELF\002\001\n'
wrong 'facts: { kmv = true; };\nparams: {\n  memory_mb = 0;\n  vm_id = "a,b";\n};\nhvf = true;\n'
check_golden "texts" "$srcdir/tests/cli/golden/texts.txt" transcript
not_started "nothing was started"

# Files that cannot be read.
: >transcript
try argv --facts nowhere.cfg
try argv --facts .
try argv --config nowhere.cfg --facts also-nowhere.cfg
head -c 1048577 /dev/zero | tr '\0' '#' >large.cfg
try argv --facts large.cfg
try argv --facts /dev/zero
try argv --no-probe --facts ''
check_golden "unreadable files" "$srcdir/tests/cli/golden/unreadable.txt" transcript
if [ "$(id -u)" = 0 ]; then
    skip "a file without permission" "root may read everything"
else
    cp facts.cfg denied.cfg && chmod 0 denied.cfg
    says "a file without permission" "muster: denied.cfg: Permission denied" argv --facts denied.cfg
fi

# What is right although it looks unusual.
head -c 1048576 /dev/zero | tr '\0' '#' >large.cfg
"$muster" argv --ruleset baseline --facts facts.cfg --config large.cfg >/dev/null 2>err
check_equal "one MiB of comment is no error of the file" 0 "$(grep -c large.cfg err)"
: >empty.cfg
"$muster" argv --ruleset baseline --facts facts.cfg --config params.cfg >expected
"$muster" argv --ruleset baseline --config empty.cfg --facts facts.cfg --set vm_id=vm1 --set memory_mb=512 \
    --set kernel_dir=/srv/images --set overlay_image=/run/vm/overlay.qcow2 --set cmd_socket=/run/vm/cmd.sock \
    --set event_socket=/run/vm/event.sock --set qmp_socket=/run/vm/qmp.sock >out 2>&1
check_equal "an empty file, everything else with --set" "$(cat expected)" "$(cat out)"
printf '%s' '// one
/* @include "nowhere" 99999999999999999999 \x00 */ # @include "nowhere" \x00
params = { vm_id : "v" "m\x31", memory_mb = 0x200L; kernel_dir = "/srv/images"  # no semicolon
overlay_image = "/run/vm/overlay.qcow2"; cmd_socket = "/run/vm/cmd.sock"; event_socket = "/run/vm/event.sock";
qmp_socket = "/run/vm/qmp.sock"; }' >unusual.cfg
"$muster" argv --ruleset baseline --facts facts.cfg --config unusual.cfg >out 2>&1
check_equal "comments, joined strings, escapes, hexadecimal numbers" "$(cat expected)" "$(cat out)"

# Depth, and how many names are compared with each other, are limited before libconfig sees them.
nested() {
    printf 'facts: {\n kvm = '
    head -c "$1" /dev/zero | tr '\0' '('
    head -c "$1" /dev/zero | tr '\0' ')'
    printf '; };\n'
}
nested 63 >deep.cfg
says "64 levels" "muster: deep.cfg:2: kvm: a list stands here, but a file writes true or false, without quotes \
(declared in baseline.muster:LINE)" argv --ruleset baseline --facts deep.cfg
nested 64 >deep.cfg
says "65 levels" "muster: deep.cfg:2: nested too deeply: more than 64 levels of { [ (" \
    argv --ruleset baseline --facts deep.cfg
nested 100000 >deep.cfg
says "100,000 levels" "muster: deep.cfg:2: nested too deeply: more than 64 levels of { [ (" \
    argv --ruleset baseline --facts deep.cfg
{
    echo 'params: {'
    printf '    a = ( ( 1 ), [ 2 ] );\n%.0s' {1..100}
    echo '};'
} >shallow.cfg
says "what is closed again does not count" \
    "muster: shallow.cfg:3: duplicate setting name; a name may stand once in a file" \
    argv --ruleset baseline --facts shallow.cfg

many() {
    echo 'facts: { # a = b: "c = d"'
    awk -v count="$1" 'BEGIN { while (i++ < count) print "n" i (i % 2 ? "=" : ":") "\"=\";" }'
    echo '};'
}
many 4096 >many.cfg
says "4,097 settings" "muster: many.cfg:4097: more than 4096 settings, so this is no settings file" \
    argv --ruleset baseline --facts many.cfg
many 80000 >many.cfg
says "80,001 settings" "muster: many.cfg:4097: more than 4096 settings, so this is no settings file" \
    argv --ruleset baseline --facts many.cfg

first_errors() {
    awk -v file="$1" 'BEGIN {
        while (i++ < 20)
            printf "muster: %s:%d: ruleset baseline has no fact or parameter \"n%d\"\n", file, i + 1, i }'
}
many 4095 >many.cfg
says "4,096 settings, all wrong" "$(first_errors many.cfg)
muster: many.cfg: more errors follow; these are the first 20" argv --ruleset baseline --facts many.cfg
many 21 >many.cfg
says "21 errors" "$(first_errors many.cfg)
muster: many.cfg: more errors follow; these are the first 20" argv --ruleset baseline --facts many.cfg
many 20 >many.cfg
says "20 errors" "$(first_errors many.cfg)" argv --ruleset baseline --facts many.cfg
many 20 >more.cfg
says "each file has its own count" "$(first_errors more.cfg)
$(first_errors many.cfg)" argv --ruleset baseline --facts many.cfg --config more.cfg

finish
