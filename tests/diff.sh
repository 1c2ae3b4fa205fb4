#!/usr/bin/env bash
# `musterc diff`: what it says in its formats, what is equal, its exit codes, and revisions in git.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
cp "$srcdir"/tests/diff/*.muster "$scratch" && cd "$scratch" || exit 2

# --- formats ---

for format in text markdown json; do
    musterc diff -Wno-unused old.muster new.muster --format $format >"new.$format" 2>errors
    check_equal "$format: different is exit 1, and nothing goes to standard error" "1 " "$? $(cat errors)"
    check_golden "$format" "$srcdir/tests/diff/new.$format" "new.$format"
done

musterc diff -Wno-unused old.muster new.muster -o out.txt >stdout
check_equal "-o writes a file and nothing else" "$(cat new.text)" "$(cat stdout out.txt)"

# --- what is equal ---

# same NAME OLD NEW CASES
same() {
    check_equal "$1" "both say the same in all $4 cases
exit 0" "$(musterc diff -Wno-unused "$2" "$3" | tail -n +3; echo "exit ${PIPESTATUS[0]}")"
}
same "a ruleset and itself" old.muster old.muster 96
same "the same in other words" old.muster respelled.muster 96
same "the same in other words, the other way round" respelled.muster old.muster 96
{ cat old.muster; echo '# a comment'; } >commented.muster
same "a comment more" old.muster commented.muster 96
check_equal "standard input may be one of them" "both say the same in all 96 cases" \
    "$(musterc diff -Wno-unused - commented.muster <old.muster | tail -n 1)"

# --- some hosts only ---

# cases WHERE: how many cases changed, and of how many, on these hosts.
cases() {
    musterc diff -Wno-unused old.muster new.muster --where "$1" |
        sed -n '3s/.* in \([0-9]*\) of \([0-9]*\) cases.*/\1 \2/p; 3s/.* all \([0-9]*\) cases$/0 \1/p'
}
for where in "os == linux" "version >= 8.0" "kvm or cpus > 16"; do
    read -r changed all <<<"$(cases "$where")"
    read -r others_changed others <<<"$(cases "not ($where)")"
    check_equal "where $where, and where not, are all hosts" "92 of 144" \
        "$((changed + others_changed)) of $((all + others))"
    check_equal "and neither of them is all" "no" "$([ "$all" = 144 ] || [ "$others" = 144 ] || echo no)"
done
check_equal "the condition is said" "where os == linux" \
    "$(musterc diff -Wno-unused old.muster new.muster --where 'os == linux' | sed -n 4p)"
check_equal "it is said in Markdown, too" "where \`os == linux\`" \
    "$(musterc diff -Wno-unused old.muster new.muster --where 'os == linux' --format markdown | grep '^where')"
check_equal "what the new ruleset does not know is refused" \
    "<question>:1:1: error: no fact, parameter or decision is called 'machin' [unknown-name]
exit 2" "$(musterc diff -Wno-unused old.muster new.muster --where 'machin == q35' 2>&1 | sed -n '1p'
    echo "exit ${PIPESTATUS[0]}")"

# --- conditions by their names ---

cat >lets.muster <<'RULES'
ruleset lets;
fact os : { linux, macos } from caller;
fact kvm : bool from caller;
let locked = os == linux because "Only there";
let fast = kvm and locked;
argv { run when locked; quick when fast; }
RULES
sed 's/os == linux/os == macos/' lets.muster >lets-new.muster
check_equal "a condition that rules ask by its name is responsible where it is another one" \
    "  lets.muster:6, lets-new.muster:6: run when locked
- lets.muster:4: let locked = os == linux
+ lets-new.muster:4: let locked = os == macos" \
    "$(musterc diff lets.muster lets-new.muster | grep -A 40 'argument run: run' | sed -n 's/^        \([-+ ] lets\)/\1/p' | head -n 3)"
sed 's/os == linux/not os == macos/' lets.muster >lets-new.muster
check_equal "and not where it is written otherwise" "both say the same in all 4 cases" \
    "$(musterc diff lets.muster lets-new.muster | tail -n 1)"

# --- single changes ---

# changed NAME SED EXPECTED: what is said of old.muster after a change, without its head.
changed() {
    sed "$2" old.muster >changed.muster
    cmp -s old.muster changed.muster && not_ok "$1" "nothing was changed"
    check_equal "$1" "$3
exit 1" "$(musterc diff -Wno-unused -Wno-dead-row -Wno-unused-value old.muster changed.muster 2>&1 | tail -n +3; echo "exit ${PIPESTATUS[0]}")"
}

space='both say the same in all 96 cases; what is asked and decided differs

what is asked and decided:'
changed "a fact is gone" '/^fact sgx/d' "$space
    fact 'sgx' is gone"
changed "a fact is a parameter" 's/^fact sgx .*/param sgx : bool default no;/' "$space
    fact 'sgx' is a parameter now"
changed "a default" 's/default 512/default 256/' "$space
    parameter 'memory' is 256 by default now, was 512"
changed "no default" 's/default 512//' "$space
    parameter 'memory' has no default now, was 512"
changed "a probe" 's/from probe host_os/from probe/' "$space
    fact 'os' comes from the probe os now, came from the probe host_os"
changed "a probe for a parameter" 's/default 512/default 512 from probe/' "$space
    parameter 'memory' comes from the probe memory now, came from the caller"
changed "a pattern" 's/{2,8}/{2,9}/' "$space
    parameter 'name' matches \"[a-z]{2,9}\" now, matched \"[a-z]{2,8}\""
changed "a length" 's/max 20/max 19/' "$space
    parameter 'title' takes at most 19 bytes, 10 when os == macos now, took at most 20 bytes, 10 when os == macos"
changed "a length on some hosts" 's/max 10 when os == macos/max 10 when os != macos/' "$space
    parameter 'title' takes at most 20 bytes, 10 when os != macos now, took at most 20 bytes, 10 when os == macos"
changed "a text is a path" 's/^param title  : text/param title : path/' "$space
    parameter 'title' is a path now, was a text"
changed "a range" 's/int 1..4096/int 1..8192/' "$space
    parameter 'memory' is int 1..8192 now, was int 1..4096"
changed "a value of a decision" 's/{ pc, microvm }/{ pc, microvm, q35 }/' "$space
    decision 'machine' can also be: q35"
changed "what no side has in common" 's/^fact sgx .*/fact sgx : version from caller;/' "$space
    fact 'sgx' is version now, was bool: these have no value in common, so each counts as one of its own"
changed "a decision more" 's/^let is_fast.*/&\ndecide more : bool by kvm { yes => yes; no => no; }/' "$space
    decision 'more' is new: bool"

# shellcheck disable=SC2016 # holes of rules, not of the shell
changed "a tag puts a change first" 's/guest -M/guest -v -M/; s/-m $memory;/-m 1 tag privileges;/' \
    '2 changes in 56 of 96 cases: 2 of the command line; 1 concerns security

security, in 56 cases: os = linux, kvm = no
    or: os = linux or macos, version below 8.0
    or: os = linux or macos, cpus at most 16

    argument -m: -m $memory -> -m 1
        - old.muster:49: -m $memory
        + changed.muster:49: -m 1

in 56 cases: os = linux, kvm = no
    or: os = linux or macos, version below 8.0
    or: os = linux or macos, cpus at most 16

    argument -v: (nothing) -> -v
        + changed.muster:44: guest -v -M { $machine, accel = $accel, dump = off when version >= 9.2 }'

for range in 1..10 20..30; do
    echo "ruleset ranges; fact n : int $range; argv { run \$n; }" >"range$range.muster"
done
check_equal "ranges with nothing in common are two facts, in command lines, too" \
    "1 change in 1 of 1 case: 1 of the command line" \
    "$(musterc diff range1..10.muster range20..30.muster | sed -n 3p)"

# --- what docs/audit.md shows ---

page=$srcdir/docs/audit.md
sed 's/{ pc, microvm }/{ pc, microvm, q35 }/; s/< 8.0  => pc;/< 8.0  => q35  because "It has PCI Express";/' \
    old.muster >shown.muster
check_equal "the comparison in audit.md" \
    "$(awk '/^    \$ musterc diff old.muster/ { on = 1; next } on && /^[^ ]/ { exit } on' "$page" | sed 's/^    //')" \
    "$(musterc diff -Wno-unused old.muster shown.muster | sed 's/shown.muster/new.muster/')"

# --- one asks what the other decides ---

check_equal "a fact that the other decides" "--- asks.muster
+++ decides.muster
2 changes in 1 of 4 cases: 1 of decisions, 1 of the command line" "$(musterc diff asks.muster decides.muster | head -n 3)"
check_equal "a decision that the other asks" "--- decides.muster
+++ asks.muster
2 changes in 1 of 4 cases: 1 of decisions, 1 of the command line" "$(musterc diff decides.muster asks.muster | head -n 3)"

cat >one.muster <<'RULES'
ruleset one;
fact a : bool;
fact x : bool;
decide b : bool by x { yes => no; no => yes; }
argv { run -a when a; run -b when b; }
RULES
cat >two.muster <<'RULES'
ruleset two;
fact b : bool;
fact y : { up, down };
let a = y == up;
argv { run -a when a; run -b when b; }
RULES
check_equal "each asks what the other decides" "--- one.muster
+++ two.muster
both say the same in all 4 cases; what is asked and decided differs

what is asked and decided:
    decision 'b' is a fact now
    fact 'y' is new: { up, down }
    fact 'a' is decided now
    fact 'x' is gone
exit 1" "$(musterc diff one.muster two.muster; echo "exit $?")"

# --- decisions that say what the other ruleset's facts are ---

cat >plain.muster <<'RULES'
ruleset plain;
fact os  : { linux, macos } from caller;
fact kvm : bool             from caller;
fact hvf : { there, gone }  from caller;
decide accel : { kvm, hvf, tcg }
by  kvm | os    | hvf {
    yes | *     | *     => kvm;
    no  | macos | there => hvf;
    no  | macos | gone  => tcg;
    no  | linux | *     => tcg;
}
argv { run $accel; }
RULES
cat >finer.muster <<'RULES'
ruleset finer;
enum State { usable, absent, broken }
fact os  : { linux, macos } from caller;
fact kvm : State            from caller;
fact hvf : State            from caller;
let plain_kvm = kvm in { usable, broken };
decide plain_hvf : { gone, there } by hvf { usable => there; absent, broken => gone; }
decide accel : { kvm, hvf, tcg }
by  kvm            | os    | hvf {
    usable         | *     | *              => kvm;
    absent, broken | macos | usable         => hvf;
    absent, broken | macos | absent, broken => tcg;
    absent, broken | linux | *              => tcg because "what is broken does not start";
}
argv { run $accel; }
RULES
check_equal "a fact of another type, stated under the ruleset's name" "--- plain.muster
+++ finer.muster
4 changes in 6 of 18 cases: 2 of decisions, 2 of the command line

what is asked and decided:
    fact 'kvm' is new: { usable, absent, broken }
    fact 'hvf' is new: { usable, absent, broken }
    fact 'kvm' of plain is what 'plain_kvm' of finer says
    fact 'hvf' of plain is what 'plain_hvf' of finer says

in 1 case: os = macos, kvm = broken, hvf = usable

    decision accel: kvm -> hvf
        - plain.muster:7: yes | * | * => kvm
        + finer.muster:11: absent, broken | macos | usable => hvf

    argument kvm: kvm -> hvf
        follows from accel
          plain.muster:12, finer.muster:15: run \$accel

in 5 cases: os = linux, kvm = broken
    or: kvm = broken, hvf = absent or broken

    decision accel: kvm -> tcg
        - plain.muster:7: yes | * | * => kvm
        + finer.muster:12: absent, broken | macos | absent, broken => tcg
        + finer.muster:13: absent, broken | linux | * => tcg
            because what is broken does not start

    argument kvm: kvm -> tcg
        follows from accel
          plain.muster:12, finer.muster:15: run \$accel" "$(musterc diff -Wno-unused plain.muster finer.muster)"
check_equal "the other way round" "4 changes in 6 of 18 cases: 2 of decisions, 2 of the command line

what is asked and decided:
    fact 'kvm' is gone
    fact 'hvf' is gone
    fact 'kvm' of plain is what 'plain_kvm' of finer says
    fact 'hvf' of plain is what 'plain_hvf' of finer says" "$(musterc diff -Wno-unused finer.muster plain.muster | sed -n '3,9p')"
if command -v jq >/dev/null; then
    check_equal "a host as either sees it" '{"os":"macos","kvm":true,"hvf":"there"} {"os":"macos","kvm":"broken","hvf":"usable"}' \
        "$(musterc diff -Wno-unused plain.muster finer.muster --format json |
            jq -c '.changes[0].witnesses[].facts' | paste -sd ' ')"
else
    skip "a host as either sees it" "there is no jq here"
fi

# The baseline with facts of other names, which it states: nothing is different.
sed 's/^ruleset baseline/ruleset renamed/; s/\<allow_network\>/may_network/g; s/\<tsc_deadline\>/tsc/g' \
    "$srcdir/rules/baseline.muster" >renamed.muster
echo 'let baseline_allow_network = may_network; let baseline_tsc_deadline = tsc;' >>renamed.muster
cp "$srcdir/rules/qemu.muster" .
check_equal "facts of other names" "both say the same in all 18432 cases; what is asked and decided differs" \
    "$(musterc diff -Wno-unused "$srcdir/rules/baseline.muster" renamed.muster | sed -n 3p)"
sed 's/^ruleset finer/ruleset plain/' finer.muster >same.muster
sed 's/ because .*/;/' same.muster >revised.muster
same "of a revision of itself a ruleset states nothing" same.muster revised.muster 18

# --- trouble ---

# fails NAME EXPECTED ARGUMENT…: exit 2, these words on standard error, nothing on standard output.
fails() {
    local name=$1 expected=$2
    shift 2
    check_equal "$name" "$expected
exit 2" "$(musterc diff "$@" 2>&1 >stdout; echo "exit $?"; cat stdout)"
}

fails "one file only" "musterc: diff: two rule files are required, OLD and NEW" old.muster
fails "three files" "musterc: diff: two rule files are required, OLD and NEW" old.muster new.muster old.muster
fails "both from standard input" "musterc: OLD and NEW cannot both be standard input" - -
fails "a format that there is not" "musterc: unsupported format csv for diff; use text, markdown, json or html" \
    old.muster new.muster --format csv
fails "a file that is not there" "musterc: error: 'absent.muster' cannot be opened: No such file or directory [unreadable]" \
    asks.muster absent.muster
echo 'ruleset broken; fact f : bol; argv { run when f; }' >broken.muster
fails "a broken new one" "$(musterc check broken.muster 2>&1)" asks.muster broken.muster
fails "a broken old one" "$(musterc check broken.muster 2>&1)" broken.muster asks.muster
fails "both broken" "$(musterc check broken.muster 2>&1)
$(musterc check broken.muster 2>&1)" broken.muster broken.muster
fails "each asks what the other decides, in a circle" "circle.muster:4:6: error: these rulesets cannot be compared: the new one asks for 'accel', which the old one decides from its own 'kvm', and that the new one decides from its 'accel' [cycle]
    4 | fact accel : { kvm, tcg } from caller;
      |      ^~~~~" decides.muster circle.muster
# states DECISION: finer.muster with this in the place of what it says of kvm.
states() { sed "s/^let plain_kvm.*/$1/" finer.muster >stated.muster; }
states 'decide plain_kvm : { no, yes } by kvm { usable => yes; absent, broken => no; }'
fails "an enumeration in the place of a bool" "stated.muster:6:8: error: 'plain_kvm' of the ruleset 'finer' cannot say what the fact 'kvm' of 'plain' is: the fact is bool, and the decision an enumeration [type]
    6 | decide plain_kvm : { no, yes } by kvm { usable => yes; absent, broken => no; }
      |        ^~~~~~~~~
help: decide the fact's own values, or give 'plain_kvm' another name" -Wno-unused plain.muster stated.muster
states 'let plain_kvm = kvm == usable;'
sed -i 's/^decide plain_hvf .*/let plain_hvf = hvf == usable;/' stated.muster
fails "a bool in the place of an enumeration, from the old side" "plain.muster:4:6: error: 'plain_hvf' of the ruleset 'finer' cannot say what the fact 'hvf' of 'plain' is: the fact is an enumeration, and the decision bool [type]
    4 | fact hvf : { there, gone }  from caller;
      |      ^~~
help: decide the fact's own values, or give 'plain_hvf' another name" -Wno-unused stated.muster plain.muster
sed 's/gone, there/gone, far/; s/usable => there/usable => far/' finer.muster >stated.muster
fails "a member that the fact has not" "stated.muster:7:8: error: 'plain_hvf' of the ruleset 'finer' cannot say what the fact 'hvf' of 'plain' is: the fact cannot be 'far' [type]
    7 | decide plain_hvf : { gone, far } by hvf { usable => far; absent, broken => gone; }
      |        ^~~~~~~~~
help: decide the fact's own values, or give 'plain_hvf' another name" -Wno-unused plain.muster stated.muster
states 'decide plain_kvm : int 0..1 by kvm { usable => 1; absent, broken => 0; }'
fails "a number" "stated.muster:6:8: error: 'plain_kvm' of the ruleset 'finer' cannot say what the fact 'kvm' of 'plain' is: it decides a number [type]
    6 | decide plain_kvm : int 0..1 by kvm { usable => 1; absent, broken => 0; }
      |        ^~~~~~~~~
help: decide the fact's own values, or give 'plain_kvm' another name" -Wno-unused plain.muster stated.muster
sed 's/^fact kvm .*/fact kvm : bool; fact version : version;/' plain.muster >versions.muster
states 'let plain_kvm = kvm == usable; let plain_version = kvm == broken;'
fails "a fact that is a version" "stated.muster:6:36: error: 'plain_version' of the ruleset 'finer' cannot say what the fact 'version' of 'plain' is: only facts that are bool or an enumeration can be decided [type]
    6 | let plain_kvm = kvm == usable; let plain_version = kvm == broken;
      |                                    ^~~~~~~~~~~~~
help: decide the fact's own values, or give 'plain_version' another name" -Wno-unused versions.muster stated.muster
fails "-o leaves rule files alone" "musterc: asks.muster is read or written already; give the output another name" \
    asks.muster decides.muster -o asks.muster
rm -f out.txt
musterc diff asks.muster broken.muster -o out.txt 2>errors
check_equal "nothing is written where rules are broken" "" "$(ls out.txt 2>/dev/null)"

same=$(for i in $(seq 0 23); do printf '%s((a%d and b%d) or (not a%d and not b%d))' "${and:-}" "$i" "$i" "$i" "$i"; and=" and "; done)
{ echo 'ruleset pairs;'; for x in a b; do for i in $(seq 0 23); do echo "fact $x$i : bool;"; done; done
  echo "argv { run when $same; }"; } >pairs.muster
sed 's/{ run/{ other/' pairs.muster >other.muster
check_equal "not proven within the budget is exit 2" "--- pairs.muster
+++ other.muster
not everything could be compared: it would take too long
exit 2
musterc: warning: whether both rulesets say the same of every host was not proven: it would take more than 8388608 steps [not-proven]
help: let several smaller tables decide what a wide one does" \
    "$(musterc diff pairs.muster other.muster 2>errors; echo "exit $?"; cat errors)"

if command -v jq >/dev/null; then
    check_equal "results, as JSON" 'same 0 different 1 null 2 not-proven 2' \
        "$(for pair in "old old" "old new" "old broken" "pairs other"; do
            # shellcheck disable=SC2086 # two words
            set -- $pair
            musterc diff "$1.muster" "$2.muster" --format json >answer.json
            code=$?
            printf '%s %s ' "$(jq -r .result answer.json)" $code
        done | sed 's/ $//')"
    # A program reads from the conditions of a region what its words say.
    check_equal "conditions, as JSON" '[{"name":"version","ranges":[{"from":"8.0.0","below":null}],"unknown":false},{"name":"cpus","ranges":[{"from":null,"below":17}]}]' \
        "$(jq -c '.changes[] | select(.kind == "argument" and .removed == ["microvm"]) | .regions[0].conditions[] | select(.name == "version", .name == "cpus")' new.json | jq -sc .)"
else
    skip "comparisons as JSON" "there is no jq here"
fi

# --- what a witness says is so ---

if command -v jq >/dev/null; then
    for side in old new; do
        which=$([ $side = old ] && echo 0 || echo 1)
        jq -r ".changes[] | select(.kind == \"argument\")
               | .witnesses[$which] | [(.facts + .params | to_entries[] | select(.value != null) | \"\(.key)=\(.value)\")] | join(\" \")" \
            new.json >settings
        jq -c ".changes[] | select(.kind == \"argument\") | .witnesses[$which].argv" new.json >wanted
        while read -r -a words; do
            musterc argv -Wno-unused $side.muster "${words[@]/#/--set=}" --format json 2>/dev/null | jq -c .
        done <settings >got
        check_equal "the witnesses' command lines are those of $side.muster" "$(cat wanted)" "$(cat got)"
    done
fi

# --- revisions in git ---

if command -v git >/dev/null; then
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b \
        GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    mkdir -p repository/rules && cd repository || exit 2
    git init -q .
    printf 'library kinds;\nenum Kind { a, b }\n' >rules/kinds.muster
    cat >rules/guest.muster <<'RULES'
ruleset guest;
include "kinds.muster";
fact kind : Kind from caller;
argv { guest -fast when kind == a; }
RULES
    cat >rules/table.muster <<'RULES'
ruleset table;
include "kinds.muster";
fact kind : Kind from caller;
decide fast : bool by kind { a => yes; b => no; }
argv { guest when fast; }
RULES
    git add . && git commit -qm one
    sed -i 's/kind == a/kind == b/' rules/guest.muster
    sed -i 's/b => no/b => yes/' rules/table.muster
    git commit -qam two
    expected='4 changes in 2 of 2 cases: 4 of the command line'
    # The line of audit.md, as it stands there.
    line=$(sed -n 's/^    \(git difftool .* HEAD~1 HEAD .*\)/\1/p' "$page")
    check_equal "two revisions, by git difftool" "$expected" "$(eval "$line" | sed -n 3p)"
    git config alias.musterdiff "difftool --no-prompt --extcmd='musterc diff -I rules'"
    check_equal "two revisions, by an alias" "$expected" "$(git musterdiff HEAD~1 -- rules/guest.muster | sed -n 3p)"
    check_equal "git difftool tells whether they differ" "different" "$(
        git difftool --no-prompt --trust-exit-code --extcmd='musterc diff -I rules' HEAD~1 HEAD -- rules/guest.muster \
            >/dev/null 2>&1 || echo different
    )"
    sed -i 's/kind == b/kind != a/' rules/guest.muster
    check_equal "what is not committed yet, by git difftool" "both say the same in all 2 cases" \
        "$(git difftool --no-prompt --extcmd='musterc diff -I rules' HEAD -- rules/guest.muster | sed -n 3p)"
    eval "$(sed -n 's/^    \(git config diff.muster.command .*\)/\1/p' "$page")"
    eval "$(sed -n 's/^    \(echo .* >> .gitattributes\)/\1/p' "$page" | sed 's/guest.muster/table.muster/')"
    check_equal "git diff compares what rulesets mean" "2 changes in 1 of 2 cases: 1 of decisions, 1 of the command line" \
        "$(git diff HEAD~1 HEAD -- rules/table.muster | sed -n 3p)"
    check_equal "git log -p, too, from the first revision on" \
        "2 changes in 1 of 2 cases: 1 of decisions, 1 of the command line" \
        "$(git log -p --ext-diff --format= -- rules/table.muster 2>/dev/null | sed -n 3p)"
    git config --unset diff.muster.command
    eval "$(sed -n 's/^    \(git config diff.muster.textconv .*\)/\1/p' "$page")"
    check_equal "git diff shows the matrix" different \
        "$(git diff HEAD~1 HEAD -- rules/table.muster | grep -q '^-.*b,no' && echo different)"
    sed -i 's/{ a, b }/{ a, b, c }/' rules/kinds.muster
    git commit -qam three
    mkdir ../before && git archive HEAD~1 rules | tar -x -C ../before
    check_equal "a changed include, by git archive" "both say the same in all 2 cases; what is asked and decided differs

what is asked and decided:
    fact 'kind' can also be: c" "$(musterc diff ../before/rules/guest.muster rules/guest.muster | tail -n +3)"
    git worktree add -q ../release HEAD~1
    check_equal "a changed include, by git worktree" "    fact 'kind' can also be: c" \
        "$(musterc diff ../release/rules/guest.muster rules/guest.muster | tail -n 1)"
else
    skip "revisions in git" "there is no git here"
fi

finish
