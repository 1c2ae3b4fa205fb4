#!/usr/bin/env bash
# `musterc ask`: its answers, that each is a facts file which brings about what was asked for, and its exit codes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
cd "$scratch" || exit 2

cat >guest.muster <<'RULES'
ruleset guest;
fact os      : { linux, macos } or unknown  from probe host_os;
fact kvm     : bool                         from probe;
fact version : version                      from caller;
param name   : text matching "[a-z]{2,8}";
param title  : text max 20 optional;
decide accel : { kvm, hvf, tcg }
by  os       | kvm {
    linux    | yes => kvm;
    linux    | no  => tcg;
    macos    | *   => hvf;
    unknown  | *   => reject "what is this host?";
}
format items { between ","; assign "="; escape "," as ",,"; }
option -M : items once;
argv {
    guest -M { accel = $accel, dump = off when version >= 9.2 };
    -name $name when accel != tcg;
    -title $title when given title;
}
RULES

# answers NAME STATUS QUESTION TEXT: what is printed, to the letter; nothing goes to standard error.
answers() {
    local status
    musterc ask guest.muster "$3" >answer 2>errors
    status=$?
    check_equal "$1" "$4
exit $2" "$(cat answer errors)
exit $status"
}

answers "on some hosts" 0 "accel == hvf" '# in 2 of 4 cases
# os = macos
facts: { os = "macos"; kvm = false; version = "9.2.0"; };
params: { name = "aa"; };
# argv: guest -M accel=hvf,dump=off -name aa'
answers "on all" 0 "accel == tcg implies kvm == no" '# always: in all 4 cases
# every host
facts: { os = "linux"; kvm = false; version = "9.2.0"; };
params: { name = "aa"; };
# argv: guest -M accel=tcg,dump=off'
answers "on none" 1 "accel == kvm and os == macos" '# never: in none of 4 cases'
answers "hosts that are refused are not asked" 1 "os == unknown" '# never: in none of 2 cases'
answers "in several regions" 0 "kvm or version < 9.2" '# in 3 of 4 cases
# version below 9.2
facts: { os = "linux"; kvm = false; version = "9.1.0";  # up to 9.1.x, the last below 9.2
       };
params: { name = "aa"; };
# argv: guest -M accel=tcg
# also: kvm = yes'
answers "what is emitted" 0 "emits -M (dump = off) and emits -name" '# in 3 of 8 cases
# kvm = yes, version from 9.2
facts: { os = "linux"; kvm = true; version = "9.2.0";  # from 9.2
       };
params: { name = "aa"; };
# argv: guest -M accel=kvm,dump=off -name aa
# also: os = macos, version from 9.2'
answers "what is counted" 1 "count -M > 1" '# never: in none of 1 case'
answers "what is given" 0 "given title and not kvm" '# in 1 of 4 cases
# kvm = no, title = given
facts: { os = "linux"; kvm = false; version = "9.2.0"; };
params: { name = "aa"; title = "title"; };
# argv: guest -M accel=tcg,dump=off -title title'

# A text that is the name of an option is that option, declared or not; behind another one it is no value of it.
cat >texts.muster <<'RULES'
ruleset texts;
fact a   : bool  from caller;
fact sort : { x as "-serial", y as "-other", z as "word" };
argv {
    run -kind $sort;
    "-serial" none when a;
    -serial stdio when sort == z;
}
RULES
for question in "emits -serial=# in 5 of 6 cases" "emits -serial (none)=# in 1 of 2 cases" \
    'emits -kind ("-serial")=# never: in none of 1 case' 'emits -kind ("-other")=# in 1 of 3 cases' \
    'not emits -kind ("*")=# in 1 of 3 cases'; do
    check_equal "texts that are options: ${question%%=*}" "${question#*=}" \
        "$(musterc ask texts.muster "${question%%=*}" | head -n 1)"
done

# What is printed, as it is, is a facts file; it gives the command line that stands in it.
for question in "accel == hvf" "kvm or version < 9.2" "emits -M (dump = off) and emits -name" "given title" "os == linux"; do
    musterc ask guest.muster "$question" >answer.cfg
    check_equal "the answer to '$question' loads" "$(sed -n 's/^# argv: //p' answer.cfg)" \
        "$(musterc argv guest.muster --facts answer.cfg 2>&1)"
done

# fails NAME STATUS PATTERN ARGUMENT…: nothing is on standard output.
fails() {
    local name=$1 expected=$2 pattern=$3 output status
    shift 3
    output=$(musterc ask "$@" 2>&1 >stdout)
    status=$?
    if [ "$status" = "$expected" ] && grep -q -- "$pattern" <<<"$output" && [ ! -s stdout ]; then
        ok "$name"
    else
        not_ok "$name" "exit $status, expected $expected and '$pattern'; printed:
$output
$(cat stdout)"
    fi
}

fails "a question about what nothing declares" 2 "<question>:1:1: error: .*'acel'" guest.muster "acel == kvm"
fails "half a question" 2 "<question>:1:8: error: .*\[syntax\]" guest.muster "accel =="
fails "more than a question" 2 "<question>:1:4: error: .*\[syntax\]" guest.muster "kvm; fact x : bool"
fails "no question" 2 "ask: missing CONDITION" guest.muster
fails "an empty question" 2 "<question>" guest.muster ""
fails "two questions" 2 "unexpected second condition hvf; combine conditions with 'and' or 'or'" guest.muster kvm hvf
fails "a star without quotes" 2 'write "\*", in quotes' guest.muster "emits -M (*)"
fails "a question that is no text" 2 "not valid UTF-8" guest.muster $'os == \377'
fails "rules with errors" 2 "\[gap\]" "$srcdir/tests/diagnostics/gap.muster" "kvm"
fails "rules that are not there" 2 "cannot be opened" absent.muster "kvm"
fails "a warning that is made an error" 2 "error: .*\[run-on\]" -Werror "$srcdir/tests/diagnostics/run_on.muster" "loud"
fails "ask has no format sarif" 2 "unsupported format sarif for ask; use text or json" guest.muster kvm --format sarif

same=$(for i in $(seq 0 23); do printf '%s((a%d and b%d) or (not a%d and not b%d))' "${and:-}" "$i" "$i" "$i" "$i"; and=" and "; done)
{ echo 'ruleset pairs;'; for x in a b; do for i in $(seq 0 23); do echo "fact $x$i : bool;"; done; done
  echo "argv { run; }"; } >pairs.muster
check_equal "not proven within the budget is exit 3" "# not proven: it would take too long
exit 3" "$(musterc ask -Wno-unused pairs.muster "$same"; echo "exit $?")"

# --- to a file ---

musterc ask guest.muster "accel == hvf" -o answer.cfg >stdout
check_equal "ask -o writes a file and nothing else" "$(musterc ask guest.muster "accel == hvf")" "$(cat stdout answer.cfg)"
fails "ask -o leaves rule files alone" 2 "is read or written already" guest.muster "accel == hvf" -o guest.muster
rm answer.cfg
fails "ask -o writes nothing where there is no answer" 2 "acel" guest.muster "acel == hvf" -o answer.cfg
check_equal "no file" "" "$(ls answer.cfg 2>/dev/null)"

# --- for programs ---

if command -v jq >/dev/null; then
    as_json() {
        musterc ask "$@" --format json 2>&1 |
            jq -c '[.version, .answer, .cases, .all, (.witnesses | length), .moreRegions, .errors, (.witnesses[0] | .facts, .params, .argv)]'
    }
    check_equal "some, as JSON" \
        '[1,"some",2,4,1,0,0,{"os":"macos","kvm":false,"version":"9.2.0"},{"name":"aa"},["guest","-M","accel=hvf,dump=off","-name","aa"]]' \
        "$(as_json guest.muster "accel == hvf")"
    check_equal "never, as JSON" '[1,"never",0,4,0,0,0,null,null,null]' \
        "$(as_json guest.muster "accel == kvm and os == macos")"
    check_equal "an error, as JSON" '[1,null,null,null,0,0,1,null,null,null]' "$(as_json guest.muster "accl == kvm")"
    check_equal "not proven, as JSON" '[1,"not-proven",null,null,0,0,0,null,null,null]' \
        "$(as_json -Wno-unused pairs.muster "$same")"
else
    skip "answers as JSON" "there is no jq here"
fi

finish
