#!/usr/bin/env bash
# muster-verify without any QEMU: a fake one that starts, refuses, hangs and lies; snapshots of real ones; evidence.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH
here=$srcdir/tests/verify
export XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
cp "$builddir/tests/verify/fake_qemu" "$scratch/qemu-fake"
cp "$here/fake.muster" "$scratch/fake.muster"
cd "$scratch" || exit 2

# run ARGUMENTS…: what muster-verify prints and its exit code, as one text.
run() {
    muster-verify "$@" 2>&1
    echo "exit $?"
}

# golden NAME FILE: the golden of that name in tests/verify/.
golden() {
    check_golden "$1" "$here/$2" "$scratch/$3"
}

# --- usage ---

check_equal "no ruleset" "muster-verify: missing FILE; see muster-verify --help
exit 2" "$(run --qemu ./qemu-fake)"
check_equal "no QEMU" "muster-verify: --qemu PATH is required
exit 2" "$(run fake.muster)"
check_equal "two rulesets" "muster-verify: unexpected argument b; only one ruleset is accepted
exit 2" "$(run a b)"
check_equal "an option that is mistyped" "muster-verify: unknown option --qemo; did you mean --qemu?
exit 2" "$(run fake.muster --qemo x)"
check_equal "an option that is nothing like any" "muster-verify: unknown option --zzzzzzzzzzzz; see muster-verify --help
exit 2" "$(run fake.muster --zzzzzzzzzzzz)"
check_equal "an option without its value" "muster-verify: --qemu: missing value: --qemu PATH
exit 2" "$(run fake.muster --qemu)"
check_equal "a value too much" "muster-verify: --help takes no value
exit 2" "$(run --help=x)"
check_equal "an option twice" "muster-verify: --jobs can be given only once
exit 2" "$(run fake.muster --jobs 1 --jobs 2)"
check_equal "no number" "muster-verify: invalid value for --jobs: 0; use an integer from 1 to 256
exit 2" "$(run fake.muster --jobs 0)"
check_equal "no format" "muster-verify: unsupported format xml; use text or json
exit 2" "$(run fake.muster --qemu x --format xml)"
check_equal "a boot without its host" "muster-verify: --booted requires --evidence FILE and --facts FILE
exit 2" "$(run fake.muster --booted 'QEMU 1')"
check_equal "facts without a boot" "muster-verify: --facts requires --booted; set facts for all command lines with --config or --set
exit 2" "$(run fake.muster --qemu x --facts f)"
check_equal "a snapshot of two QEMUs" "muster-verify: --save-snapshot requires exactly one --qemu PATH
exit 2" "$(run fake.muster --qemu x --qemu y --save-snapshot f)"
check_equal "evidence of a part" "muster-verify: --evidence covers all command lines; omit --where
exit 2" "$(run fake.muster --qemu x --evidence f --where 'how == fine')"
check_equal "evidence of another part" "muster-verify: --evidence covers all command lines; omit --set how=fine
exit 2" "$(run fake.muster --qemu ./qemu-fake --evidence f --set how=fine)"
check_equal "a number with something before it" "muster-verify: invalid value for --timeout: +5; use an integer from 1 to 3600
exit 2" "$(run fake.muster --timeout +5)"
check_equal "an empty value" "muster-verify: --qemu: missing value: --qemu PATH
exit 2" "$(run fake.muster --qemu '')"
check_equal "a ruleset from stdin" \
    "muster-verify: the ruleset is read more than once and cannot come from stdin; name a file
exit 2" "$(run - --qemu ./qemu-fake)"
check_equal "a boot with two lines of text" \
    "muster-verify: --booted \"QEMU 1\x0aand more\": the text must be one line
exit 2" "$(run fake.muster --evidence f --facts f --booted $'QEMU 1\nand more')"
check_equal "--version" "muster-verify $(musterc --version | sed 's/.* //')
exit 0" "$(run --version)"

# --- what is not there, or is something else ---

check_equal "no such QEMU" "muster-verify: --qemu ./none: there is no file ./none
exit 2" "$(run fake.muster --qemu ./none)"
printf '#!/bin/sh\necho "QEMU emulator version 9.9.9"\n' >no-qmp
# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\n[ "$1" = --version ] && exit 1\nexec "%s/qemu-fake" "$@"\n' "$scratch" >no-version
chmod +x no-qmp no-version
check_equal "something that speaks no QMP" \
    "muster-verify: --qemu ./no-qmp: it does not say over QMP for which architecture it is
exit 2" "$(run fake.muster --qemu ./no-qmp)"
check_equal "something without a version" \
    "muster-verify: --qemu ./no-version: its version is not known: it ended with exit status 1
exit 2" "$(run fake.muster --qemu ./no-version | sed 's/not known: .*status 1.*/not known: it ended with exit status 1/')"
# Where we have too little to start it, nothing is said against a command line.
check_equal "too few descriptors" \
    "muster-verify: $scratch/./qemu-fake cannot be started: Too many open files; try fewer at a time, with --jobs
exit 2" "$(ulimit -n 24 && run fake.muster --qemu ./qemu-fake --jobs 16 | tail -n 2)"
cp qemu-fake $'qemu-\xff\e[31m'
check_equal "a name that is no text" '   "qemu": "./qemu-??[31m",' \
    "$(muster-verify fake.muster --qemu ./$'qemu-\xff\e[31m' --no-start --format json | grep '"qemu":')"
printf '{"snapshot": 1, "version": "9", "arch": "x86_64", "lists": {"options": [1]}}' >forged.json
check_equal "a forged snapshot" \
    "muster-verify: forged.json: this is no snapshot of a QEMU: it has texts or lists that no QEMU has
exit 2" "$(run fake.muster --snapshot forged.json)"
printf 'library x "y";\nevidence accel {\n    "a\033[31m\342\200\256" : "b";\n}\n' >forged
check_equal "forged evidence" 'accel  a?[31m???: the row is not there any more
exit 1' "$(run fake.muster --check-evidence forged)"
check_equal "evidence without end" \
    "muster-verify: /dev/zero: this is no file of evidence: it has over 16777216 bytes
exit 2" "$(run fake.muster --check-evidence /dev/zero)"
: >target && ln -s target link
run "$here/small.muster" --qemu ./qemu-fake --evidence link >/dev/null
check_equal "evidence in the target of a link" "link yes" "$([ -L link ] && echo link) $([ -s target ] && echo yes)"
for text in '-a b\n  ' '-a/'; do
    # shellcheck disable=SC2016 # for the script
    printf '#!/bin/sh\n[ "$1" = -help ] && printf -- "%s" && exit\nexec "%s/qemu-fake" "$@"\n' \
        "$text" "$scratch" >odd-help && chmod +x odd-help
    check_equal "help that ends in ${text##* }" "exit 1" "$(run fake.muster --qemu ./odd-help --no-start | tail -n 1)"
done

check_equal "no such musterc" "muster-verify: no folder of PATH has no-musterc; name it with --musterc PATH
exit 2" "$(run fake.muster --qemu ./qemu-fake --musterc no-musterc)"
check_equal "musterc that cannot be started" "muster-verify: ./none: No such file or directory
exit 2" "$(run fake.muster --qemu ./qemu-fake --musterc ./none)"
check_equal "musterc's own words" "$(musterc argvs none.muster 2>&1)
muster-verify: musterc argvs ended with 2
exit 2" "$(run none.muster --qemu ./qemu-fake)"

# stand_in TEXT: a musterc that writes it.
stand_in() {
    printf '%s' "$1" >answer
    printf '#!/bin/sh\ncat "%s/answer"\n' "$scratch" >stand-in && chmod +x stand-in
    run fake.muster --qemu ./qemu-fake --musterc ./stand-in
}
check_equal "no JSON" "muster-verify: musterc argvs: line 1 of its answer is no JSON: '[' or '{' expected near 'what'
exit 2" "$(stand_in what)"
check_equal "another version of musterc" \
    "muster-verify: musterc argvs: its answer is not of version 1: it is another version of musterc
exit 2" "$(stand_in '{"version": 2}')"
check_equal "something left out" \
    "muster-verify: musterc argvs: its answer has no argvs as this version of muster-verify wants it
exit 2" "$(stand_in '{"version": 1, "ruleset": "x", "argvs": {}}')"

# --- every way to start ---

# Programs that never answer are tried alone, so that on a busy machine no other start takes too long.
run fake.muster --qemu ./qemu-fake --all --where 'not (how in { hang, deaf })' --save-snapshot fake.json >fake.out
golden "each way to start, and each word that is not known" fake.golden fake.out
run fake.muster --qemu ./qemu-fake --where 'how in { hang, deaf }' --timeout 1 >late.out
golden "starts that take too long" late.golden late.out
run fake.muster --qemu ./qemu-fake --format json --where 'hardware == kvm or how == refuse' >json.out
golden "as JSON" json.golden json.out
check_equal "nothing is left lying about" "" "$(ls "$TMPDIR")"

# --- signals ---

# still_running: the fakes that have not ended, and what they started; waits for their end some seconds.
still_running() {
    local left
    for _ in $(seq 200); do
        left=$(pgrep -f "^$scratch/.*qemu-fake" | xargs -r ps -o stat=,args= -p | grep -v '^Z')
        [ -n "$left" ] || return 0
        sleep 0.05
    done
    echo "$left"
}

# interrupt SIGNAL STATUS: muster-verify ends by it while a fake hangs, and so do the fake and the fake's child.
interrupt() {
    local verify
    env --default-signal muster-verify fake.muster --qemu ./qemu-fake --where 'how == hang' >out 2>&1 &
    verify=$!
    for _ in $(seq 400); do
        # Two: the fake and its child. The questions before the start have one.
        [ "$(pgrep -c -f "^$scratch/./qemu-fake.*-name guest=hang")" != 2 ] || break
        sleep 0.05
    done
    kill "-$1" "$verify"
    # bash reports a child that was killed.
    wait "$verify" 2>/dev/null
    check_equal "SIG$1 ends it as it ends others" "$2" $?
    check_equal "SIG$1 leaves nothing running" "" "$(still_running)"
}
if command -v pgrep >/dev/null; then
    check_equal "nothing is left running" "" "$(pgrep -f "^$scratch/qemu-fake|^\\./qemu-fake" | xargs -r ps -o stat= -p | grep -v Z)"
    interrupt TERM 143
    interrupt INT 130
    interrupt HUP 129
    check_equal "nothing is left lying about after signals" "" "$(ls "$TMPDIR")"
    interrupt KILL 137
    rm -rf "${TMPDIR:?}"/*
else
    skip "what is left running" "there is no pgrep here"
fi

# --- snapshots ---

run fake.muster --snapshot fake.json >snapshot.out
golden "the same words are not known to a snapshot" snapshot.golden snapshot.out
cp fake.json again.json
muster-verify fake.muster --qemu ./qemu-fake --where 'how == fine and odd == nothing' --save-snapshot again.json >/dev/null
check_equal "a snapshot is the same each time, and does not lose what it had" "" "$(diff fake.json again.json)"
check_equal "no such snapshot" "muster-verify: none.json: No such file or directory
exit 2" "$(run fake.muster --snapshot none.json)"
echo '{"snapshot": 1, ' >broken.json
check_equal "half a snapshot" "muster-verify: broken.json:2: no JSON: string or '}' expected near end of file
exit 2" "$(run fake.muster --snapshot broken.json)"
echo '{}' >other.json
check_equal "some other file" \
    "muster-verify: other.json: this is no snapshot of a QEMU that this version reads; take it again with --save-snapshot
exit 2" "$(run fake.muster --snapshot other.json)"
echo '{"snapshot": 1, "version": "9.9.9"}' >other.json
check_equal "a snapshot without its architecture" \
    "muster-verify: other.json: this is no snapshot of a QEMU: it has no text arch
exit 2" "$(run fake.muster --snapshot other.json)"
sed '/"device disk-pci"/,/}/d' fake.json >less.json
check_equal "a snapshot that was not asked for this" \
    "muster-verify: less.json does not have the properties of device disk-pci; take it again: --qemu PATH --save-snapshot less.json
exit 2" "$(run fake.muster --snapshot less.json)"

# --- versions ---

# older VERSION: a snapshot like the fake's, of that version.
older() {
    sed "s/9\.9\.9/$1/" fake.json >"$1.json"
}
older 8.0.0 && older 10.0.0 && older 9.0.0
sed -i 's/"queue-size"/"queue-length"/' 8.0.0.json
fine=(--where "odd == nothing")
check_equal "the oldest version that takes all, and so do all newer ones" \
    "oldest of these that knows every word: QEMU 9.0.0
exit 1" "$(run fake.muster "${fine[@]}" --snapshot 10.0.0.json --snapshot 8.0.0.json --snapshot 9.0.0.json | tail -n 2)"
sed -i 's/"queue-size"/"queue-length"/' 10.0.0.json
check_equal "no version, where the newest does not take it" \
    "oldest of these that knows every word: none, nor does the newest
exit 1" "$(run fake.muster "${fine[@]}" --snapshot 10.0.0.json --snapshot 9.0.0.json | tail -n 2)"

# --- evidence ---

cp "$here/small.muster" small.muster
muster-verify small.muster --qemu ./qemu-fake --evidence evidence.muster >/dev/null
golden "evidence of what was accepted" evidence.golden evidence.muster
check_equal "evidence is as it was" "exit 0" "$(run small.muster --check-evidence evidence.muster)"
muster-verify small.muster --evidence evidence.muster --booted 'QEMU 9.9.9' --facts <(echo 'facts: { hardware = "none"; };')
golden "evidence of a boot" booted.golden evidence.muster
muster-verify small.muster --qemu ./qemu-fake --evidence evidence.muster >/dev/null
golden "which stays when the rest is renewed" booted.golden evidence.muster
sed -i 's/guest = fine/guest = fine, process = x/; s/kvm  => kvm/kvm  => hvf/' small.muster
check_equal "evidence of what has changed since" \
    "accel  none => tcg: its command lines have changed since they were tried
accel  none => tcg: its command lines have changed since a guest was booted
accel  kvm => kvm: the row is not there any more
accel  hvf => hvf: its command lines have changed since they were tried
exit 1" "$(run small.muster --check-evidence evidence.muster)"
check_equal "a boot of many hosts" \
    "muster-verify: the facts of --facts leave 2 command lines; they must be those of one host
exit 2" "$(run small.muster --evidence evidence.muster --booted x --facts <(echo 'facts: { };'))"
echo 'decide accel : { tcg } by { => tcg; }' >>evidence.muster
line=$(wc -l <evidence.muster)
check_equal "a line of somebody else in the evidence" \
    "muster-verify: evidence.muster:$line: muster-verify did not write this line; take the file away, and it is made anew
exit 2" "$(run small.muster --check-evidence evidence.muster)"
check_equal "no evidence" "muster-verify: none: No such file or directory
exit 2" "$(run small.muster --check-evidence none)"

# --- real QEMUs, as snapshots ---

snapshots=("$srcdir"/tests/qemu/snapshots/*.json)
for snapshot in "${snapshots[@]}"; do
    name=$(basename "$snapshot" .json)
    (cd "$srcdir" && run rules/baseline.muster --snapshot "tests/qemu/snapshots/$name.json") >"$name.out"
    golden "the baseline on QEMU $name" "snapshots/$name.golden" "$name.out"
done
# One process for all of them computes the command lines of each architecture once.
all=()
for snapshot in "${snapshots[@]}"; do
    all+=(--snapshot "$snapshot")
done
run "$srcdir/rules/microvm.muster" "${all[@]}" >microvm.out
check_equal "microvm is tested against each snapshot" "${#snapshots[@]}" "$(grep -c '^QEMU .*, a snapshot$' microvm.out)"
check_equal "every QEMU knows every word of microvm" "oldest of these that knows every word: QEMU 5.2.0
exit 0" "$(tail -n 2 microvm.out)"

# --- the evidence that is there ---

# After a change of the rules it is renewed by muster-verify --evidence.
evidence=$srcdir/rules/microvm_evidence.muster
if [ -e "$evidence" ]; then
    check_equal "the evidence of microvm is of its rules as they are" "exit 0" \
        "$(run "$srcdir/rules/microvm.muster" --check-evidence "$evidence")"
else
    skip "the evidence of microvm" "there is none"
fi
finish
