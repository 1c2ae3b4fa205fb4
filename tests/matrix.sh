#!/usr/bin/env bash
# `musterc matrix`: its formats word for word, what narrows it, other columns, messages and exit codes. That rows mean
# what the rules mean is tried in test_fold.c.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
unset COLUMNS
goldens=$srcdir/tests/audit
cp "$goldens"/*.muster "$srcdir/rules/baseline.muster" "$srcdir/rules/qemu.muster" "$scratch" || exit 2
cd "$scratch" || exit 2

# shows NAME ARGUMENT…: what is printed is audit/NAME, and nothing but warnings goes to standard error.
shows() {
    local name=$1 status
    shift
    musterc matrix "$@" >answer 2>errors
    status=$?
    check_equal "exit code of $name" "0" "$status$(grep -E '(^|: )error' errors)"
    check_golden "$name" "$goldens/$name" answer
}

for format in text markdown csv json; do
    shows "machine.$format" baseline.muster machine timers core_dump --format $format
    shows "site.$format" site.muster --format $format
    shows "local.$format" local.muster accel machine buses --format $format
done
COLUMNS=60 shows site-60.text site.muster
COLUMNS=40 shows site-40.text site.muster machine buses plain
COLUMNS=2000 shows site-2000.text site.muster
shows where.text baseline.muster machine reconnect --where 'host_os == linux and kvm and qemu_version >= 8.0'
shows where.csv baseline.muster machine --format csv --where 'machine == microvm'
shows columns.text baseline.muster machine --columns 'guest_arch, force_emulation,kvm,host_os,hvf'
shows columns-decided.text baseline.muster transport --columns console

check_equal "the machine table has no more rows than people wrote" 8 \
    "$(musterc matrix baseline.muster machine timers core_dump --format csv | tail -n +2 | wc -l)"
check_equal "one outcome by itself takes fewer rows" 3 \
    "$(musterc matrix baseline.muster machine --format csv | tail -n +2 | wc -l)"
check_equal "the order of names does not matter" "$(musterc matrix baseline.muster accel machine)" \
    "$(musterc matrix baseline.muster machine accel)"
check_equal "where nothing holds there are no rows" "decision,value,cases,reason,see,rule" \
    "$(musterc matrix baseline.muster machine --where 'kvm and not kvm' --format csv | tr -d '\r')"

# --- the same rules, written otherwise ---

# Rows and declarations in another order, other comments, other lines: the table for comparing is the same.
awk '/^decide iothread/ { inside = 1 } inside { held = held $0 "\n" } /^}/ && inside { inside = 0; next }
     !inside { print } END { printf "%s", held }' baseline.muster |
    awk '/host_os => own/ || /^    aarch64 .* macos  / { row = $0; next } { print } row != "" { print row; row = "" }' |
    sed 's/^fact/\n# a comment\nfact/' >moved.muster
check_equal "the file was changed" "different" "$(cmp -s baseline.muster moved.muster || echo different)"
check_equal "moved rules are the same table" "$(musterc matrix baseline.muster --format csv)" \
    "$(musterc matrix moved.muster --format csv)"

# Every line of the CSV has as many fields as its head, and what it quotes is read back.
if command -v python3 >/dev/null; then
    check_equal "CSV as programs read it" "$(printf '%s\n' 'True' 'reject "what is <this> | \"host\"?"')" "$(
        musterc matrix site.muster --format csv 2>/dev/null | python3 -c '
import csv, io, sys
rows = list(csv.reader(io.TextIOWrapper(sys.stdin.buffer, newline="")))
print(all(len(row) == len(rows[0]) for row in rows))
print([row[rows[0].index("value")] for row in rows if "Nobody" in row[rows[0].index("reason")]][0])')"
else
    skip "CSV as programs read it" "there is no python3 here"
fi
if command -v jq >/dev/null; then
    check_equal "JSON as programs read it" '["small_and_fast",[["x86_64"],["kvm"],[{"from":"8.2.0","below":null}]],["microvm",0]]' \
        "$(musterc matrix site.muster buses machine --format json 2>/dev/null |
            jq -c '.decisions[0].rows[0] | [.rules[0].label, .cells, .results]')"
else
    skip "JSON as programs read it" "there is no jq here"
fi

# --- to a file, and of little ---

musterc matrix baseline.muster accel -o answer.txt >stdout
check_equal "-o writes a file and nothing else" "$(musterc matrix baseline.muster accel)" "$(cat stdout answer.txt)"
cat >nothing.muster <<'RULES'
ruleset nothing;
argv { run; }
RULES
check_equal "rules without a decision" "nothing decides nothing" "$(musterc matrix nothing.muster)"
cat >constant.muster <<'RULES'
ruleset constant;
fact a : bool from caller;
decide b : { x, y } by a { * => x; }
argv { run $b; }
RULES
check_equal "a decision that is always the same" "b (constant.muster:3)
  2 cases of a

  cases  => b
      2  => x  (constant.muster:3)" "$(musterc matrix constant.muster 2>/dev/null)"
cat >gaps.muster <<'RULES'
library gaps;
fact v : version 7.0 ..< 12.0;
fact a : bool from caller;
assume hole: not v in { 9.0.* } because "Nobody has it";
assume end: v < 11.0 because "There is none yet";
decide b : { x, y, z }
by  v           | a {
    < 9.2       | *   => x;
    9.2 ..< 9.4 | yes => x;
    9.2 ..< 9.4 | no  => y;
    >= 9.4      | *   => z;
}
RULES
check_equal "what no host has closes gaps, and opens ends" "b (gaps.muster:6)
  8 cases of v, a

  cases  v           | a   => b
      3  < 9.4       | yes => x
         (gaps.muster:8; gaps.muster:9)
      4  < 9.2       | *   => x
         (gaps.muster:8)
      1  9.2 ..< 9.4 | no  => y
         (gaps.muster:10)
      2  >= 9.4      | *   => z
         (gaps.muster:11)" "$(musterc matrix gaps.muster)"
echo 'library common; fact a : bool from caller; let b = not a;' >common.muster
check_equal "a library" "b (common.muster:1)
  2 cases of a

  cases  a   => b
      1  no  => yes  (common.muster:1)
      1  yes => no   (common.muster:1)" "$(musterc matrix common.muster)"

# --- what goes wrong ---

# fails NAME STATUS TEXT ARGUMENT…: nothing is on standard output.
fails() {
    local name=$1 expected=$2 text=$3 status
    shift 3
    musterc matrix "$@" >stdout 2>errors
    status=$?
    check_equal "$name" "$text
exit $expected" "$(grep -vE '^(/|[a-z]*\.muster:[0-9:]* warning)' errors)
exit $status$(cat stdout)"
}

fails "a decision that there is not" 2 "musterc: error: nothing that these rules decide is called 'machin' [unknown-name]
help: did you mean 'machine'?" baseline.muster machin
fails "an input" 2 "musterc: error: 'kvm' is an input: rules ask it, but do not decide it [unknown-name]
baseline.muster:16:6: note: declared here
   16 | fact kvm              \"the KVM check passed\"                  : bool               from probe;
      |      ^~~" baseline.muster kvm
fails "a hidden decision has no name" 2 "musterc: error: nothing that these rules decide is called 'accel.replaced' [unknown-name]" \
    local.muster -Wno-silent-unknown accel.replaced
fails "a column that there is not" 2 "musterc: error: no column is called 'hostos': nothing of that name is declared [unknown-name]
help: did you mean 'host_os'?" baseline.muster machine --columns accel,hostos
fails "no column" 2 "musterc: error: no column is called '': nothing of that name is declared [unknown-name]" \
    baseline.muster machine --columns accel,
fails "a text as a column" 2 "musterc: error: 'vm_id' is a text, by which nothing is decided: it cannot be a column [text-asked]
baseline.muster:28:7: note: declared here
   28 | param vm_id           \"name of the virtual machine\"           : text matching \"[A-Za-z0-9._-]{1,64}\"...
      |       ^~~~~" baseline.muster machine --columns vm_id
fails "too few columns" 2 "musterc: error: 'machine, timers, core_dump' cannot be told from guest_arch alone [columns]
help: with host_os, accel, tsc_deadline, too, it can: --columns guest_arch,host_os,accel,tsc_deadline" \
    baseline.muster machine timers core_dump --columns guest_arch
fails "a column of itself" 2 "musterc: error: 'machine' is what is decided: it cannot be a column of itself [columns]" \
    baseline.muster machine --columns accel,machine
fails "a column without a value" 2 "musterc: error: 'pages' cannot be told from 'machine', which has no value on some hosts [columns]
site.muster:30:8: note: rows here refuse them, or those of what it asks
   30 | decide machine : { pc, virt, microvm }, buses : int 0..8
      |        ^~~~~~~
help: take another column, or leave these hosts out with --where" site.muster -Wno-silent-unknown -Wno-redundant-cell pages --columns machine,memory,cpus
fails "a condition that cannot be read" 2 "<question>:1:6: error: the condition ends here in the middle of something [syntax]
    1 | kvm ==
      |      ^" baseline.muster --where 'kvm =='
fails "a condition about nothing" 2 "<question>:1:1: error: no fact, parameter or decision is called 'kwm' [unknown-name]
    1 | kwm
      | ^~~
help: did you mean 'kvm'?" baseline.muster --where 'kwm'
fails "rules with errors" 1 "$(musterc check "$srcdir/tests/diagnostics/gap.muster" 2>&1 | grep -v '^/')" \
    "$srcdir/tests/diagnostics/gap.muster"
fails "rules that are not there" 2 "musterc: error: 'absent.muster' cannot be opened: No such file or directory [unreadable]" \
    absent.muster
fails "a format that it has not" 2 "musterc: unsupported format sarif for matrix; use text, markdown, csv, json or html" \
    baseline.muster --format sarif
fails "a file that is read" 2 "musterc: baseline.muster is read or written already; give the output another name" baseline.muster -o baseline.muster

same=$(for i in $(seq 0 23); do printf '%s((a%d and b%d) or (not a%d and not b%d))' "${and:-}" "$i" "$i" "$i" "$i"; and=" and "; done)
{ echo 'ruleset pairs;'; for x in a b; do for i in $(seq 0 23); do echo "fact $x$i : bool;"; done; done
  echo "let same = $same;"; echo 'let one = a0 and b0;'; echo "argv { run when same; stop when one; }"; } >pairs.muster
musterc matrix pairs.muster >answer 2>errors
check_equal "what was not proven is left out" "pairs.muster:50:5: warning: 'same' was not folded: it would take more than STEPS steps, or more rows than anybody reads [not-proven]
one (pairs.muster:51)
  4 cases of a0, b0

  cases  a0  | b0  => one
      1  yes | yes => yes  (pairs.muster:51)
      2  no  | *   => no   (pairs.muster:51)
      2  *   | no  => no   (pairs.muster:51)
exit 3" "$(sed -n 's/more than [0-9]* steps/more than STEPS steps/p' errors; musterc matrix pairs.muster 2>/dev/null; echo "exit $?")"
if command -v jq >/dev/null; then
    check_equal "what was not proven, as JSON" '["one",["same"]]' \
        "$(musterc matrix pairs.muster --format json 2>/dev/null | jq -c '[.decisions[].outcomes[].name] + [.notProven]')"
else
    skip "what was not proven, as JSON" "there is no jq here"
fi

# --- evidence ---

cat >tried.muster <<'RULES'
ruleset tried;
fact a : bool;
decide d : { x, y } by a { yes => x; no => y; }
let same = a;
evidence d { "no => y" : "started", "left \"alone\""; }
argv { run $d; more when same; }
RULES
if command -v jq >/dev/null; then
    check_equal "evidence stands with the rule" '[true,[[[]],[["started","left \"alone\""]],[null],[null]]]' \
        "$(musterc matrix tried.muster --format json | jq -c '[.proven, [.decisions[].rows[] | [.rules[].evidence]]]')"
    check_equal "without any, nothing is said" '[null,[[null],[null],[null],[null]]]' \
        "$(sed '/^evidence/d' tried.muster | musterc matrix - --format json |
            jq -c '[.proven, [.decisions[].rows[] | [.rules[].evidence]]]')"
else
    skip "evidence stands with the rule" "there is no jq here"
fi

# --- what spreadsheets would compute ---

cat >"$scratch/formula.muster" <<'RULES'
ruleset formula;
fact level : int -5..5 from caller;
decide sum : int -9..9
by  level {
    -5..-1 => -9  because "=cmd|' /C calc'!A0";
    0      => 1   because "-1+SUM(A1)";
    1      => 2   because "-1 is not it";
    2      => 3   because "@SUM(A1)";
    3..5   => 4   because "+1, more";
}
argv { run "$sum"; }
RULES
check_equal "no reason is a formula, and numbers stay numbers" "-9 '=cmd|' /C calc'!A0
1 '-1+SUM(A1)
2 -1 is not it
3 '@SUM(A1)
4 \"'+1, more\"" "$(musterc matrix "$scratch/formula.muster" --format csv | tr -d '\r' |
    sed -n 's/^sum,[^,]*,\([^,]*\),[0-9]*,\(.*\),,.*$/\1 \2/p' | sort -n)"
finish
