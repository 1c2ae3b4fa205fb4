#!/usr/bin/env bash
# What is wrong in the baseline, or could be in what is made of it, is found: without its `admit` each defect is an
# error with a host that shows it, which is a facts file; with that file the command line has the defect.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

musterc=$builddir/musterc
mkdir -p "$scratch/tests" "$scratch/rules"
cp "$srcdir"/rules/*.muster "$scratch/rules"
cp -R "$srcdir/tests/defects" "$scratch/tests"

# not_admitted FILE LABEL: the rules without this `admit`, beside the file, so that they find what they extend.
not_admitted() {
    awk -v label="$2" '$1 == "admit" && $2 == label { out = 1 } !out { print } /;$/ { out = 0 }' "$scratch/$1" \
        >"$scratch/${1%.muster}.stripped.muster"
}

# The first host of a finding in text: its facts file, which is printed with an indentation.
first_host() {
    sed -n '/^such a host:/,${/^such a host:/d;/^    /!q;s/^    //p;}'
}

# defect NAME FILE LABEL CODE ARGV: LABEL is the promise that is admitted, ARGV what the command line then must have.
defect() {
    local name=$1 file=$2 label=$3 code=$4 argv=$5
    "$musterc" check "$scratch/$file" >"$scratch/output" 2>&1
    check_equal "$name: admitted, it is no error" 0 $?
    not_admitted "$file" "$label"
    "$musterc" check "$scratch/${file%.muster}.stripped.muster" >"$scratch/output" 2>&1
    check_equal "$name: not admitted, it is an error" 1 $?
    sed -n '/: error:/,$p' "$scratch/output" >"$scratch/finding"
    if grep -q ": error: .*\[$code\]$" "$scratch/finding"; then
        ok "$name: its code is $code"
    else
        not_ok "$name: its code is $code" "$(cat "$scratch/output")"
    fi
    first_host <"$scratch/finding" >"$scratch/host.cfg"
    shows "$name: the host that is shown has it" "$scratch/$file" "$argv"
}

# shows NAME FILE ARGV [OPTION...]: the command line of the host at hand.
shows() {
    local name=$1 file=$2 argv=$3
    shift 3
    if "$musterc" argv "$file" --facts "$scratch/host.cfg" "$@" >"$scratch/argv" 2>"$scratch/errors" &&
        grep -qE -- "$argv" "$scratch/argv"; then
        ok "$name"
    else
        not_ok "$name" "$(cat "$scratch/host.cfg" "$scratch/argv" "$scratch/errors")"
    fi
}

# baseline_defect NAME LABEL CODE ARGV: one of the baseline, whose compiled tables have it too.
rules=rules/baseline-promises.muster
baseline_defect() {
    defect "$1" "$rules" "$2" "$3" "$4"
    "$builddir/muster" argv --ruleset baseline --facts "$scratch/host.cfg" >"$scratch/compiled" 2>&1
    check_equal "$1: muster shows it too" "$(cat "$scratch/argv")" "$(cat "$scratch/compiled")"
}

baseline_defect "defect 1" iothreads       undefined-id 'drive=hd0,iothread=None,'
baseline_defect "defect 2" mmio_iothread   promise      '-accel tcg,.* -device virtio-blk-device,.*iothread=iothread0-'
baseline_defect "defect 3" console_serial  promise      'console=ttyAMA0 .* -serial none '
baseline_defect "defect 5" timer_left      promise      '-accel hvf .* -M microvm,.*pit=off,pic=off'
baseline_defect "defect 7a" sandbox_linux   promise      '-sandbox on'
baseline_defect "defect 7b" unshare_linux   promise      '^unshare --pid '
baseline_defect "defect 8" nothing_implied promise      '^[^ ]* -name guest=[^ ]* -accel '
baseline_defect "defect 15" disk_locked    promise      'file\.locking=off'

defect "defect 6"  tests/defects/06_foreign_accelerator.muster own_architecture promise '-accel kvm -cpu host '
defect "defect 11" tests/defects/11_lean_under_tcg.muster      timer_left       promise '-accel tcg,.*pit=off,pic=off'
defect "defect 13" tests/defects/13_highmem.muster             fits             promise 'highmem=off -m 3073M$'
defect "defect 14" tests/defects/14_nine_devices.muster        slots            count   '(-device [^ ]*-device.*){9}'

# A gap cannot be admitted. The baseline itself, which remembers unknown, shows what comes of the host: what an old QEMU
# gets, without a word.
"$musterc" check "$srcdir/tests/defects/09_forgotten_unknown.muster" >"$scratch/output" 2>&1
check_equal "defect 9: it is an error" 1 $?
if grep -q ': error: .* qemu_version = unknown \[gap\]$' "$scratch/output"; then
    ok "defect 9: the gap is what is unknown"
else
    not_ok "defect 9: the gap is what is unknown" "$(cat "$scratch/output")"
fi
first_host <"$scratch/output" >"$scratch/host.cfg"
shows "defect 9: such a host counts as one with an old QEMU" "$srcdir/rules/baseline.muster" \
    'addr.path=[^,]* -device virtio-net' --set allow_network=yes
cp "$scratch/argv" "$scratch/unknown"
"$musterc" argv "$srcdir/rules/baseline.muster" --facts "$scratch/host.cfg" --set allow_network=yes \
    --set qemu_version=7.2.0 >"$scratch/argv" 2>&1
check_equal "defect 9: and is started like one" "$(cat "$scratch/argv")" "$(cat "$scratch/unknown")"

# What stands above a host are all that have the defect: here those where nobody knows the system.
"$musterc" check "$srcdir/$rules" >"$scratch/output" 2>&1
sed -n '/iothread.*\[undefined-id\]$/,$p' "$scratch/output" | first_host | head -n 1 >"$scratch/region"
check_equal "a host stands for all of its kind" "# host_os = unknown" "$(cat "$scratch/region")"

finish
