#!/usr/bin/env bash
# `musterc explain`: what rules as they stand decide and what would have to be otherwise, to the letter; exit codes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # a dollar in rules is theirs
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
cd "$scratch" || exit 2
mkdir rules

cat >rules/systems.muster <<'RULES'
library systems;
enum System { linux, macos, openbsd }
RULES
cat >rules/guest.muster <<'RULES'
ruleset guest "A guest";
include "systems.muster";
fact os      "operating system" : System or unknown  from probe host_os;
fact kvm     "KVM can be used"  : bool               from probe;
fact version "of the emulator"  : version or unknown from caller;
fact cores                      : int 1..64 default 4 from caller;
param name   : text matching "[a-z]{2,8}";
param title  : text max 20 optional;
assume not (kvm and os == macos) because "KVM is Linux's";
reject "few cores for a title" when cores < 4 and given title;
decide accel : { kvm, hvf, tcg }
by  os            | kvm {
    fast: linux   | yes => kvm   because "the fastest" see "https://www.example.org/kvm";
    linux         | no  => tcg;
    macos         | *   => hvf;
    openbsd       | *   => tcg   because "slow, but it runs";
    unknown       | *   => reject "what is this host?";
}
decide disk : { threads, uring }
by  accel    | version        | cores {
    kvm      | >= 9.2         | >= 32   => uring;
    kvm      | >= 9.2         | < 32    => threads;
    kvm      | < 9.2, unknown | *       => threads;
    hvf, tcg | *              | *       => threads  because "nobody tried";
}
decide shape : { round }  by kvm { * => round; }
let large = cores > 16 and accel == kvm;
warn "old" when version < 8.0;
argv { guest -accel $accel -disk $disk -shape $shape; -name $name; -title $title when given title; -large when large; }
RULES
cat >linux.cfg <<'FACTS'
facts: { os = "linux"; kvm = false; version = "7.2.0"; };
params: { name = "one"; };
FACTS

# explains NAME ARGUMENTS: adds a call to the transcript.
: >transcript
explains() {
    local status
    musterc explain "$@" >out 2>err
    status=$?
    { echo "\$ musterc explain $*"; cat out err; echo "exit $status"; echo; } >>transcript
}
explains rules/guest.muster --facts linux.cfg
explains rules/guest.muster --facts linux.cfg --set kvm=yes --set version=9.2 --set cores=20
explains rules/guest.muster --facts linux.cfg --set kvm=yes --set version=unknown --set cores=1 --format json
explains rules/guest.muster --facts linux.cfg --set os=macos --set kvm=yes
explains rules/guest.muster --facts linux.cfg --set os=unknown --set title=t --set cores=2
explains rules/guest.muster --facts linux.cfg --set os=unknown --format json
explains rules/guest.muster --config linux.cfg --set os=openbsd
check_golden "explanations" "$srcdir/tests/golden/explain.txt" transcript

# What is said comes true: with each of the single changes the said row decides.
tries=0
while read -r change place; do
    tries=$((tries + 1))
    musterc explain rules/guest.muster --facts linux.cfg --set "$change" | grep -qx "        $place\(, row .*\)*" ||
        not_ok "after $change $place decides" "$(musterc explain rules/guest.muster --facts linux.cfg --set "$change")"
done < <(musterc explain rules/guest.muster --facts linux.cfg |
    sed -nE 's/^        with ([a-z]+) = ([a-z0-9.]+)( \([^)]*\))?: .* \(([^ ]*)\)$/\1=\2 \4/p')
check_equal "changes were tried" 4 "$tries"

# --- what is not found ---

cat >far.muster <<'RULES'
ruleset far;
fact a : bool; fact b : bool; fact c : bool; fact d : bool;
decide three : { x, y } by a | b | c { yes | yes | yes => x; else => y; }
decide four : { x, y } by a | b | c | d { yes | yes | yes | yes => x; else => y; }
let two = a and b;
argv { run $three $four; both when two; }
RULES
check_equal "up to three facts are changed" "        with a = yes and b = yes and c = yes: three = x (far.muster:3)
        no change of up to 3 facts lets another row decide
        with a = yes and b = yes: two = yes" \
    "$(musterc explain far.muster --set a=no --set b=no --set c=no --set d=no | grep -E '^        (with|no|not|and) ')"
{ echo 'ruleset wide; fact a : int 0..2000; fact b : int 0..2000;'
  echo 'decide p : { x, y } by a | b { 1999 | 1999 => x; else => y; }'
  echo 'decide q : { x, y } by a { 1 => x; else => y; }'
  echo 'argv { run $p $q;'
  for i in $(seq 1 3 1800); do echo "x when a == $i; y when b == $i;"; done; echo '}'; } >wide.muster
check_equal "what the budget does not reach is not claimed" "        no change of up to one fact lets another row decide
        not all changes of 2 facts were looked through
        with a = 1: q = x (wide.muster:3)" \
    "$(musterc explain wide.muster --set a=0 --set b=0 | grep -E '^        (with|no|not|and) ')"
{ echo 'ruleset rows; fact a : int 1..9;'; echo 'decide p : { x } by a {'
  for i in $(seq 1 9); do echo "$i => x;"; done; echo '}'; echo 'argv { run $p; }'; } >rows.muster
check_equal "five changes are shown" "        with a = 2: p = x (rows.muster:4)
        with a = 3: p = x (rows.muster:5)
        with a = 4: p = x (rows.muster:6)
        with a = 5: p = x (rows.muster:7)
        with a = 6: p = x (rows.muster:8)
        and 3 more such changes of one fact" \
    "$(musterc explain rows.muster --set a=1 2>&1 | grep -E '^        (with|no|not|and) ')"
cat >never.muster <<'RULES'
ruleset never;
fact a : bool;
param p : int 1..9 optional;
reject "odd" when a == yes and not given p;
argv { run; -p $p when given p; }
RULES
check_equal "a parameter may make the difference" "        with a = no: the rules accept the host
        with p = 1 (any that is given): the rules accept the host" \
    "$(musterc explain never.muster --set a=yes 2>/dev/null | grep -E '^        (with|no|not|and) ')"

# --- evidence ---

cat >tried.muster <<'RULES'
ruleset tried;
fact a : bool;
decide d : { x, y }, e : { lean, full }
by  a {
    yes       => x, lean;
    top: no   => y, full;
}
let same = a;
evidence e { "yes => x, lean" : "started here", "started there, which is so far away that the line does not hold all of it"; }
argv { run $d $e; more when same; }
RULES
# known ARGUMENTS: what is said of evidence.
known() {
    musterc explain "$@" 2>/dev/null | grep -E -A 1 '^        evidence|"evidence"' | grep -vx -e -- -e '        here: .*'
}
check_equal "evidence stands under the row that decided, behind what is proven" \
    "        evidence: proven; started here; started there, which is so far away that the line does not
                  hold all of it" "$(known tried.muster --set a=yes)"
check_equal "a row that nobody tried" "        evidence: proven; not tried" "$(known tried.muster --set a=no)"
check_equal "evidence for programs" \
    '"d": true ["started here", "started there, which is so far away that the line does not hold all of it"]
"e": true ["started here", "started there, which is so far away that the line does not hold all of it"]
"d": true []
"e": true []' "$(for a in yes no; do musterc explain tried.muster --set a=$a --format json; done |
        sed -nE 's/.*"name": ("[de]"), .*"proven": (true|false), "evidence": (\[.*\])\}.*/\1: \2 \3/p')"
check_equal "a condition has none" 1 "$(musterc explain tried.muster --set a=yes --format json | grep '"name": "same", ' | grep -vc evidence)"
check_equal "nothing is said where there is no evidence at all" "" "$(sed '/^evidence/d' tried.muster >none.muster
    known none.muster --set a=yes; musterc explain none.muster --set a=yes --format json | grep -e evidence -e proven)"
{ cat tried.muster; echo 'promise broken: d == x;'; } >broken.muster
check_equal "where a promise is broken nothing is called proven" "        evidence: started here; started there, which is so far away that the line does not hold all
                  of it
        evidence: not tried" "$(for a in yes no; do known broken.muster --set a=$a; done)"
check_equal "nor for programs" 2 "$(musterc explain broken.muster --set a=no --format json | grep -c '"proven": false, "evidence": \[\]')"
{ cat "$srcdir/tests/diagnostics/not_proven.muster"; echo 'evidence x { "yes | * => on" : "started"; }'; } >unproven.muster
{ echo 'facts: {'; for i in $(seq 0 23); do echo "a$i = false; b$i = false;"; done; echo '};'; } >same.cfg
check_equal "nor where a check came to no end" "        evidence: started" \
    "$(musterc explain unproven.muster --facts same.cfg 2>/dev/null | grep evidence)"

# --- places and errors ---

check_equal "names of files are as given, wherever the call is made" "../rules/guest.muster:14" \
    "$(mkdir -p below && cd below && musterc explain ../rules/guest.muster --facts ../linux.cfg | grep -o '[^ ]*:14$' | head -n 1)"
check_equal "argv names files the same" \
    "musterc: the rules refuse this host: what is this host? (rules/guest.muster:17)" \
    "$(musterc argv rules/guest.muster --facts linux.cfg --set os=unknown 2>&1)"

# fails NAME STATUS TEXT ARGUMENT...: nothing is on standard output, and the text is all that is said.
fails() {
    local name=$1 expected=$2 text=$3 output status
    shift 3
    output=$(musterc explain "$@" 2>&1 >stdout)
    status=$?
    check_equal "$name" "$text
exit $expected, 0 bytes" "$output
exit $status, $(wc -c <stdout) bytes"
}
fails "facts are missing" 2 \
    "musterc: no value for the facts os, kvm, version; give them in a facts file or with --set NAME=VALUE" \
    rules/guest.muster
fails "a fact that is none" 2 \
    'musterc: --set: ruleset guest has no fact or parameter "kvn"; did you mean kvm?' rules/guest.muster --facts linux.cfg --set kvn=yes
fails "a file that is not there" 2 "musterc: absent.cfg: No such file or directory" rules/guest.muster --facts absent.cfg
fails "rules that are not there" 2 "musterc: error: 'absent.muster' cannot be opened: No such file or directory [unreadable]" \
    absent.muster --facts linux.cfg
fails "a library" 1 "rules/systems.muster: error: a library has no command line [empty]" rules/systems.muster
fails "no such format" 2 "musterc: unsupported format nul for explain; use text or json" rules/guest.muster --format nul
fails "an output that is read" 2 \
    "musterc: linux.cfg is read or written already; give the output another name" \
    rules/guest.muster --facts linux.cfg -o linux.cfg

musterc explain rules/guest.muster --facts linux.cfg -o explained >out 2>err
check_equal "explain -o writes a file and nothing else" \
    "$(musterc explain rules/guest.muster --facts linux.cfg)" "$(cat out err explained)"
musterc explain rules/guest.muster --facts linux.cfg --set os=unknown -o refused 2>err
check_equal "a refused host is written, too" "1 1" "$? $(grep -c '^No command line' refused)"
musterc explain rules/guest.muster -o nothing 2>err
check_equal "nothing is written where facts are missing" "" "$(ls nothing 2>/dev/null)"

if command -v jq >/dev/null; then
    musterc explain rules/guest.muster --facts linux.cfg --format json >explain.json
    check_equal "why not, as JSON" '[["os"],"hvf","rules/guest.muster"]' \
        "$(jq -c '.whyNot[] | select(.decisions == ["accel"]) | .changes[0] |
            [[.with[].name], .decisions.accel, .file]' explain.json)"
    check_equal "nothing leads there, as JSON" '[null,0,true,[],0]' \
        "$(jq -c '.whyNot[] | select(.decisions == ["shape"]) | [.fewest, .lookedThrough, .complete, .changes, .more]' explain.json)"
else
    skip "explanations as JSON" "there is no jq here"
fi

finish
