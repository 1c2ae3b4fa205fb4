#!/usr/bin/env bash
# `musterc argvs`: its formats word for word, what narrows it, messages and exit codes. That every host is in the right
# place is tried in test_argvs.c.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
goldens=$srcdir/tests/argvs
cp "$goldens"/*.muster "$srcdir/rules/baseline.muster" "$srcdir/rules/qemu.muster" "$srcdir/rules/example.cfg" \
    "$scratch" || exit 2
cd "$scratch" || exit 2

# shows NAME ARGUMENT…: what is printed is argvs/NAME, and nothing goes to standard error.
shows() {
    local name=$1 status
    shift
    musterc argvs "$@" >answer 2>errors
    status=$?
    check_equal "exit code of $name" "0" "$status$(cat errors)"
    check_golden "$name" "$goldens/$name" answer
}

# fails NAME CODE TEXT ARGUMENT…: nothing but the message, and that exit code.
fails() {
    local name=$1 code=$2 text=$3
    shift 3
    check_equal "$name" "$text
exit $code" "$(musterc argvs "$@" 2>&1; echo "exit $?")"
}

# count ARGUMENT…: how many command lines there are, and how many hosts get one.
count() {
    musterc argvs "$@" 2>&1 | awk -F: 'NR == 1 { print $2 } /^[0-9]+ hosts?:/ { hosts += $1 } END { print hosts " hosts" }'
}

# --- formats ---

shows small.text small.muster
shows small.json small.muster --where 'os == linux and version >= 3.0 and not given disk' --format json
shows program.text small.muster --program --set name=ab --set cpus=4
shows program.json small.muster --program --where 'os == linux and fast == yes and not given disk' --format json
shows local.json local.muster --format json
musterc argvs small.muster -o answer.txt >stdout
check_equal "-o writes a file and nothing else" "$(musterc argvs small.muster)" "$(cat stdout answer.txt)"
check_equal "the same each time" "$(musterc argvs baseline.muster --format json)" \
    "$(musterc argvs baseline.muster --format json)"

# --- the baseline ---

check_equal "as many as its hosts get by brute force" " 896 command lines
18432 hosts" "$(count baseline.muster)"
check_equal "from QEMU on there are fewer" " 224 command lines
18432 hosts" "$(count baseline.muster --program)"
check_equal "of hosts that are asked for" "$(count baseline.muster --set host_os=linux --set kvm=no)" \
    "$(count baseline.muster --where 'host_os == linux and kvm == no')"
if command -v jq >/dev/null; then
    musterc argvs baseline.muster --config example.cfg --format json >all.json
    check_equal "each is what musterc argv prints for its host" "0 of 20 differ" "$(
        differ=0
        for i in $(seq 0 45 895); do
            jq -r ".argvs[$i] | (.facts + .params) | to_entries[] | .key + \"=\" +
                   (if .value == null then \"unknown\" else (.value | tostring) end)" all.json |
                sed 's/^/--set /' | tr '\n' ' ' >sets
            # shellcheck disable=SC2046 # no value has a blank
            musterc argv baseline.muster $(cat sets) --format json | jq -c . >one
            jq -c ".argvs[$i].argv" all.json | cmp -s - one || differ=$((differ + 1))
        done
        echo "$differ of 20 differ")"
    check_equal "what is given stands there" '["7.2.22"] ["vm1"]' "$(
        musterc argvs baseline.muster --config example.cfg --set qemu_version=7.2.22 --set vm_id=vm1 --format json |
            jq -c '[.argvs[].facts.qemu_version] | unique, empty' | tr '\n' ' '
        musterc argvs baseline.muster --set vm_id=vm1 --format json | jq -c '[.argvs[].params.vm_id] | unique')"
    check_equal "no two are the same" 896 "$(jq -c '.argvs[].argv' all.json | sort -u | wc -l)"
    check_equal "the program of each" '["qemu-system-aarch64","qemu-system-x86_64"]' \
        "$(jq -c '[.argvs[] | .argv[.program]] | unique' all.json)"
else
    skip "each is what musterc argv prints for its host" "there is no jq here"
fi

# --- what is given ---

check_equal "a text that is too long on macOS leaves that out" "0" \
    "$(musterc argvs small.muster --set name=abcde | grep -c 'mode=odd -c\|os = macos')"
check_equal "one that is not is for all" "$(count small.muster)" "$(count small.muster --set name=abcd)"
check_equal "unknown is a value" "small.muster: 2 command lines" \
    "$(musterc argvs small.muster --set fast=unknown | head -1)"
printf 'facts: { os = "macos"; version = "7.2.22"; };\nparams: { disk = "/a,b"; };\n' >some.cfg
check_equal "from a file, and --set wins" "small.muster: 2 command lines

1 host: fast = yes
small -x name=zz,mode=quick -d /a,b -c 1

1 host: fast = unknown
small -x name=zz,mode=odd -d /a,b -c 1" "$(musterc argvs small.muster --config some.cfg --set name=zz --set cpus=1)"
check_equal "nobody is left" "small.muster: no host that is asked for gets a command line
exit 0" "$(musterc argvs small.muster --set os=macos --set version=1.0; echo "exit $?")"

# --- texts that come out the same ---

cat >holes.muster <<'RULES'
ruleset holes;
fact fixed : bool from caller;
fact n     : int 0 .. 9 from caller;
param a    : text default "5" max 4;
argv { run $a when not fixed; run 5 when fixed; -n $n; }
RULES
check_equal "a constant and a parameter of the same value are one" "holes.muster: 1 command line

2 hosts: every host
run 5 -n 0" "$(musterc argvs holes.muster)"
check_equal "with another value they are two" "holes.muster: 2 command lines

1 host: fixed = no
run 6 -n 3

1 host: fixed = yes
run 5 -n 3" "$(musterc argvs holes.muster --set a=6 --set n=3)"

cat >other.muster <<'RULES'
ruleset other;
fact which : { first, second, listed, kilobytes } from caller;
param a    : text matching "[a-z,]{1,9}";
param b    : text matching "[a-z,]{1,9}";
param size : int 1 .. 9999999;
format commas { between ","; assign "="; escape "," as ",,"; }
option -l : commas;
argv {
    run $a when which == first;
    run $b when which == second;
    -l { $a } when which == listed;
    -p $a when not which == listed;
    -m "${size:KiB}" when which == kilobytes;
    -m $size when not which == kilobytes;
}
RULES
check_equal "another hole, another list and another unit are other texts" "other.muster: 4 command lines

1 host: which = first
run x,y -p x,y -m 4096

1 host: which = second
run z -p x,y -m 4096

1 host: which = listed
-l x,,y -m 4096

1 host: which = kilobytes
-p x,y -m 4" "$(musterc argvs other.muster --set a=x,y --set b=z --set size=4096 2>&1)"
check_equal "though with these values some are the same" "other.muster: 3 command lines

2 hosts: which = first or second
run z -p z -m 4096

1 host: which = listed
-l z -m 4096

1 host: which = kilobytes
-p z -m 4" "$(musterc argvs other.muster --set a=z --set b=z --set size=4096 2>&1)"

# --- what is wrong ---

fails "a fact that there is not" 2 "musterc: --set: ruleset small has no fact or parameter \"oss\"; did you mean os?" \
    small.muster --set oss=linux
fails "a value that a fact cannot have" 2 "musterc: --set: the fact 'cpus' must be a number from 1 to 64; here is \"65\" (declared in small.muster:8)" \
    small.muster --set cpus=65
fails "a condition about nothing" 2 "<question>:1:1: error: no fact, parameter or decision is called 'oss' [unknown-name]
    1 | oss == linux
      | ^~~
help: did you mean 'os'?" small.muster --where 'oss == linux'
fails "no program" 2 "musterc: no argument is tagged \`program\` for the host fixed = no, n = 0; omit --program, or exclude such hosts with --where" \
    holes.muster --program
fails "an option that it has not" 2 "musterc: unknown option --columns; see musterc COMMAND --help" \
    small.muster --columns os
cp "$srcdir/tests/diagnostics/gap.muster" .
fails "rules with errors" 1 "$(musterc check gap.muster 2>&1)" gap.muster
printf 'library none;\nfact a : bool from caller;\n' >none.muster
fails "no command line" 1 "none.muster: error: a library has no command line [empty]" none.muster -Wno-unused
fails "a file that is read" 2 "musterc: small.muster is read or written already; give the output another name" \
    small.muster -o small.muster

{ echo 'ruleset many;'; for i in $(seq 14); do echo "fact a$i : bool from caller;"; done
  echo 'argv {'; for i in $(seq 14); do echo "    -a$i when a$i;"; done; echo '}'; } >many.muster
fails "too many" 3 "many.muster:16:1: warning: there are more than 10000 distinct command lines; none was written [not-proven]
   16 | argv {
      | ^~~~
help: ask for fewer hosts with --where or --set, or only for the program with --program" many.muster
check_equal "fewer of them" " 8192 command lines
8192 hosts" "$(count many.muster --set a3=yes)"
cat >limits.muster <<'RULES'
ruleset limits;
fact os : { macos, linux };
param id : text matching "[a-z]{5}" max 3 when os == macos;
param name : text matching "[a-z]{5}" optional max 3 when os == linux;
argv { run $id; -n $name when given name; -l when os == linux; }
RULES
check_equal "hosts for which no text is short enough have none" "limits.muster: 1 command line

1 host: every host
run aaaaa -l" "$(musterc argvs limits.muster)"
same=$(for i in $(seq 0 23); do printf '%s((a%d and b%d) or (not a%d and not b%d))' "${and:-}" "$i" "$i" "$i" "$i"; and=" and "; done)
{ echo 'ruleset pairs;'; for x in a b; do for i in $(seq 0 23); do echo "fact $x$i : bool;"; done; done
  echo "let same = $same;"; echo "argv { run when same; }"; } >pairs.muster
check_equal "what would take too long" "pairs.muster:51:1: warning: the command lines were not told apart: it would take more than STEPS steps [not-proven]
   51 | argv { run when same; }
      | ^~~~
help: ask for fewer hosts with --where or --set
exit 3" "$(musterc argvs pairs.muster 2>&1 | sed 's/more than [0-9]* steps/more than STEPS steps/' | sed -n '/told apart/,$p'
    musterc argvs pairs.muster >stdout 2>/dev/null; echo "exit $?"; cat stdout)"
finish
