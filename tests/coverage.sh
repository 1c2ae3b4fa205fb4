#!/usr/bin/env bash
# `musterc coverage`: what examples and facts files reach, to the letter; the gate; exit codes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # a dollar in rules is theirs
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
cd "$scratch" || exit 2
mkdir rules

cat >rules/base.muster <<'RULES'
ruleset base;
fact os   : { linux, macos } or unknown  from probe host_os;
fact kvm  : bool                         from probe;
fact slow : bool default no              from caller;
param title : text max 20 optional;
assume some: kvm implies os == linux  because "KVM is Linux's";
reject "too slow" when slow and not kvm  because "nobody waits" see "https://www.example.org/slow";
warn "no <title> was given" when not given title;
warn "emulated" when accel == tcg because "that is slow";
decide accel : { kvm, hvf, tcg }
by  os      | kvm {
    linux   | yes => kvm  because "the fastest";
    linux   | no  => tcg;
    macos   | *   => hvf;
    unknown | *   => reject "what is this host?";
}
let fast = accel != tcg;
argv { run $accel; -title $title when given title; -fast when fast; -slow when slow; }
example "a Mac" { os = macos; } => accel == hvf;
example "some Linux" { os = linux; } => accel in { kvm, tcg };
RULES
cat >rules/site.muster <<'RULES'
ruleset site extends "base.muster";
fact ours : bool from caller;
override decide accel : { kvm, hvf, tcg }
by ours {
    yes => inherit;
    no  => tcg because "theirs";
}
example "ours" { ours = yes; os = macos; slow = no; } => accel == hvf;
RULES
cat >linux.cfg <<'FACTS'
facts: { os = "linux"; kvm = true; };
FACTS
cat >unknown.cfg <<'FACTS'
facts: { os = "unknown"; kvm = false; };
FACTS
cat >slow.cfg <<'FACTS'
facts: { os = "linux"; kvm = false; slow = true; };
params: { title = "t"; };
FACTS
cat >macos.cfg <<'FACTS'
facts: { os = "macos"; kvm = false; };
FACTS
cat >half.cfg <<'FACTS'
facts: { os = "macos"; };
FACTS

: >transcript
covers() {
    local status
    musterc coverage "$@" >out 2>err
    status=$?
    { echo "\$ musterc coverage $*"; cat out err; echo "exit $status"; echo; } >>transcript
}
covers rules/base.muster
covers rules/base.muster linux.cfg
covers rules/base.muster linux.cfg unknown.cfg slow.cfg
covers rules/site.muster
covers rules/base.muster --format json
covers rules/base.muster linux.cfg macos.cfg --fail-under 50
covers rules/base.muster linux.cfg macos.cfg --fail-under 51
check_golden "coverages" "$srcdir/tests/golden/coverage.txt" transcript

# --- the gate is exact ---

{ echo 'ruleset many; fact n : int 0..200;'; echo 'decide p : { x } by n {'
  for i in $(seq 0 199); do echo "$i => x;"; done; echo '200 => x; }'; echo 'argv { run $p; }'
  for i in $(seq 0 199); do echo "example \"$i\" { n = $i; } => p == x;"; done; } >many.muster
check_equal "200 of 201 rows are not 100 %" "many.muster: its 200 examples reach 200 of 201 rows, 99 %
musterc: 99 % of the rows are reached; --fail-under requires 100 %
exit 1" "$(musterc coverage many.muster -Wno-unused --fail-under 100 2>&1 | grep -e '^many' -e '^musterc'; echo "exit ${PIPESTATUS[0]}")"
echo 'example "200" { n = 200; } => p == x;' >>many.muster
musterc coverage many.muster --fail-under 100 >out 2>err
check_equal "but all of them are" "0 many.muster: its 201 examples reach 201 of 201 rows, 100 %" "$? $(head -n 1 out)"

echo 'ruleset bare; argv { run; }' >bare.muster
check_equal "of no row at all, all are reached" "bare.muster: its 0 examples reach 0 of 0 rows, 100 %
exit 0" "$(musterc coverage bare.muster --fail-under 100 2>&1; echo "exit $?")"

# --- what cannot be ---

fails() {
    local name=$1 expected=$2 text=$3 output status
    shift 3
    output=$(musterc coverage "$@" 2>&1 >stdout)
    status=$?
    check_equal "$name" "$text
exit $expected, 0 bytes" "$output
exit $status, $(wc -c <stdout) bytes"
}
fails "a file that is not there, and one that lacks a fact" 2 \
    "musterc: absent.cfg: No such file or directory
musterc: no value for the fact kvm; give it in a facts file or with --set NAME=VALUE
musterc: half.cfg: this host cannot be evaluated" rules/base.muster absent.cfg linux.cfg half.cfg
cat >needs.muster <<'END'
ruleset needs;
fact on : bool;
param mode : { a, b };
decide d : { x, y } by on | mode { no | * => x; yes | a => x; yes | b => y; }
argv { run --d $d; }
END
printf 'facts: { on = true; };\n' >on.cfg
printf 'facts: { on = false; };\n' >off.cfg
fails "a file that lacks a parameter" 2 \
    "musterc: no value for the parameter mode; give it in the group params of a file or with --set NAME=VALUE
musterc: on.cfg: this host cannot be evaluated" needs.muster on.cfg
check_equal "a parameter that is not needed" "needs.muster: 1 facts file reaches 1 of 3 rows, 33 %" \
    "$(musterc coverage needs.muster off.cfg | head -n 1)"
sed 's/run --d \$d/run/' needs.muster >undecided.muster
fails "a decision that the command line does not need" 2 \
    "musterc: the parameter 'mode' is not set, and the rules test it on this host
musterc: on.cfg: this host cannot be evaluated" -Wno-unused undecided.muster on.cfg
fails "rules that are not there" 2 "musterc: error: 'absent.muster' cannot be opened: No such file or directory [unreadable]" \
    absent.muster
fails "a percentage that is none" 2 "musterc: invalid value for --fail-under: 101; use an integer from 0 to 100" rules/base.muster --fail-under 101
fails "no such format" 2 "musterc: unsupported format csv for coverage; use text or json" rules/base.muster --format csv
fails "an output that is read" 2 \
    "musterc: linux.cfg is read or written already; give the output another name" \
    rules/base.muster linux.cfg -o linux.cfg
musterc coverage "$srcdir/tests/diagnostics/gap.muster" >out 2>err
check_equal "rules with errors" "1 0" "$? $(wc -c <out | tr -d ' ')"

musterc coverage rules/base.muster -o covered >out 2>err
check_equal "coverage -o writes a file and nothing else" "$(musterc coverage rules/base.muster)" "$(cat out err covered)"
musterc coverage rules/base.muster half.cfg -o nothing >out 2>err
check_equal "nothing is written where a host is not decided" "" "$(ls nothing 2>/dev/null)"
check_equal "standard input is a facts file, too" "rules/base.muster: 1 facts file reaches 1 of 4 rows, 25 %" \
    "$(musterc coverage rules/base.muster - <linux.cfg | head -n 1)"

finish
