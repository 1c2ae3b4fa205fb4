#!/usr/bin/env bash
# What musterc says for programs, and which of it is asked for: JSON, SARIF against the published schema, -W options,
# colours, --explain.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

cases=$srcdir/tests/diagnostics
PATH=$builddir:$PATH
cp -r "$cases" "$scratch/cases"
cd "$scratch/cases" || exit 2

# says NAME STATUS PATTERN COMMAND…: the command ends so, and what it says on standard error has the pattern, or, if
# that is empty, nothing is said. What is on standard output stays in $scratch/stdout.
says() {
    local name=$1 expected=$2 pattern=$3 status
    shift 3
    "$@" >"$scratch/stdout" 2>"$scratch/stderr"
    status=$?
    if [ "$status" = "$expected" ] && if [ -n "$pattern" ]; then grep -q -- "$pattern" "$scratch/stderr"; else
        [ ! -s "$scratch/stderr" ]; fi; then
        ok "$name"
    else
        not_ok "$name" "exit $status, expected $expected and '$pattern'; printed:
$(cat "$scratch/stderr")"
    fi
}

# --- documents: valid whatever they speak of ---

mkdir documents
document() { # document NAME STATUS ARGUMENT…: made in both formats
    local name=$1 expected=$2 format
    shift 2
    for format in json sarif; do
        says "$name as $format" "$expected" "" musterc check --format "$format" "$@"
        cp "$scratch/stdout" "documents/$name.$format"
        says "$name as $format, the second time" "$expected" "" musterc check --format "$format" "$@"
        check_equal "$name as $format: the same bytes" "" "$(cmp "$scratch/stdout" "documents/$name.$format")"
    done
}
document clean 0 clean.muster
document all 1 ./*.muster
document absent 2 no_such_file.muster
document several 2 clean.muster run_on.muster no_such_file.muster
cp encoding.muster "$(printf 'bytes \377 and %%:#.muster')"
document odd_name 1 "$(printf 'bytes \377 and %%:#.muster')" "$scratch/cases/unused.muster" unknown_name.muster
cat >quoting.muster <<'RULES'
ruleset quoting;
param link : text matching "[a-z](b){2}";
argv { run $link when "{0} [x](1)" == nothing; }
RULES
document quoting 1 quoting.muster
printf 'ruleset many;\n' >many.muster
for i in $(seq 300); do echo "fact f$i : bool;"; done >>many.muster
echo 'argv { run; }' >>many.muster
document many 0 many.muster
musterc check --format sarif - <gap.muster >documents/stdin.sarif
musterc check --format json - <gap.muster >documents/stdin.json

# validate SCHEMA: all SARIF files against a schema, and their references to themselves.
validate() {
    check_equal "all are valid SARIF, as $(basename "$1") says" "$(printf '%s\n' documents/*.sarif "$cases"/*.sarif)" \
        "$(python3 - "$1" documents/*.sarif "$cases"/*.sarif 2>&1 <<'PYTHON'
import json, sys, jsonschema

def problems(document, validator):
    for error in validator.iter_errors(document):
        yield "/".join(str(step) for step in error.path) + ": " + error.message[:200]
    for run in document["runs"]:
        rules, files = run["tool"]["driver"]["rules"], run["artifacts"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                yield "another rule at ruleIndex %d" % result["ruleIndex"]
            for place in result["locations"] + result.get("relatedLocations", []):
                location = place["physicalLocation"]["artifactLocation"]
                if files[location["index"]]["location"]["uri"] != location["uri"]:
                    yield "another file at index %d" % location["index"]

with open(sys.argv[1], encoding="utf-8") as file:
    validator = jsonschema.Draft4Validator(json.load(file), format_checker=jsonschema.FormatChecker())
for name in sys.argv[2:]:
    print(name)
    with open(name, encoding="utf-8") as file:
        for problem in problems(json.load(file), validator):
            print("   ", problem)
PYTHON
        )"
}

if python3 -c 'import jsonschema' 2>/dev/null; then
    validate "$srcdir/tests/sarif.schema.json"
    if [ -n "${MUSTER_SARIF_SCHEMA:-}" ]; then
        validate "$MUSTER_SARIF_SCHEMA"
    else
        skip "SARIF against the published schema" "MUSTER_SARIF_SCHEMA does not name one"
    fi
else
    skip "SARIF against its schema" "there is no python3-jsonschema here"
fi
if command -v jq >/dev/null; then
    for document in documents/*.json "$cases"/*.json; do
        check_equal "$(basename "$document") is JSON" "ok" \
            "$(jq -r 'if .version == 1 and (.findings | type) == "array" then "ok" else . end' "$document" 2>&1)"
    done
    check_equal "what is beyond the limit is counted" "100 300" \
        "$(jq -r '"\(.findings | length) \(.warnings)"' documents/many.json)"
    check_equal "a place has its lines and columns" "unused.muster 4 7 4 11" \
        "$(musterc check --format json unused.muster | jq -r '.findings[0] | "\(.file) \(.line) \(.column) \(.endLine) \(.endColumn)"')"
    check_equal "a repair is a place and what belongs there" "7 13 17 Arch" \
        "$(jq -r '[.findings[].fix | values][0] | "\(.line) \(.column) \(.endColumn) \(.text)"' "$cases/unknown_name.json")"
    check_equal "a repair that only adds" "5 25 25 ;" \
        "$(jq -r '.findings[0].fix | "\(.line) \(.column) \(.endColumn) \(.text)"' "$cases/run_on.json")"
    # All repairs together, from the end to the begin of the file, as an editor applies them.
    jq -r '[.findings[] | select(.fix) | .fix] | sort_by(.line, .column) | reverse[] | "\(.line) \(.column) \(.endColumn) \(.text)"' \
        "$cases/unknown_name.json" |
        while read -r line from to text; do
            awk -v line="$line" -v from="$from" -v to="$to" -v text="$text" \
                'NR == line { $0 = substr($0, 1, from - 1) text substr($0, to) } { print }' unknown_name.muster >repaired
            mv repaired unknown_name.muster
        done
    check_equal "repairs that are applied are right" "[unknown-name]" \
        "$(musterc check unknown_name.muster 2>&1 | grep -o '\[[a-z-]*\]$' | sort -u)"
    check_equal "but for what nothing is as good as certain" 3 "$(musterc check unknown_name.muster 2>&1 | grep -c unknown-name)"
    check_equal "braces are no arguments and brackets no links" "unexpected '\"{{0}} \\[x\\](1)\"'" \
        "$(jq -r '.runs[].results[0].message.text' documents/quoting.sarif)"
fi

# --- where it goes ---

says "check -o writes the report to a file" 0 "" musterc check run_on.muster --format json -o report.json
check_equal "and nothing else" "" "$(cat "$scratch/stdout"; cmp report.json <(musterc check run_on.muster --format json))"
says "check -o as text" 0 "" musterc check run_on.muster -o report.txt
check_equal "it is the text of standard error" "$(musterc check run_on.muster 2>&1)" "$(cat report.txt)"
says "check -o leaves rule files alone" 2 "is read or written already" musterc check run_on.muster -o run_on.muster
says "compile reports too" 0 "" musterc compile run_on.muster -o run_on.c --format sarif
check_equal "and writes" "run_on.c run_on.h" "$(echo run_on.[ch])"
says "compile with an error reports it" 1 "" musterc compile gap.muster -o gap.c --format json
check_equal "and writes nothing" "" "$(ls gap.c gap.h 2>/dev/null)"
says "check has no format nul" 2 "unsupported format nul for check; use text, json or sarif" musterc check run_on.muster --format nul
says "argv has no format sarif" 2 "unsupported format sarif for argv; use shell, json or nul" musterc argv run_on.muster --format sarif
if [ -w /dev/full ]; then
    # shellcheck disable=SC2016
    says "standard output that is full" 2 "cannot be written" \
        sh -c 'musterc check run_on.muster --format json >/dev/full'
fi

# --- what is asked for ---

says "a warning is exit 0" 0 "warning: .*\[run-on\]" musterc check run_on.muster
says "-Wno-CODE" 0 "" musterc check -Wno-run-on run_on.muster
says "-Wno-CODE behind the file" 0 "" musterc check run_on.muster -Wno-run-on
says "the last one counts" 0 "run-on" musterc check -Wno-run-on -Wrun-on run_on.muster
says "-Wno-CODE wins over -Wall" 0 "" musterc check -Wno-run-on -Wall run_on.muster
says "-Werror" 1 "error: .*\[run-on\]" musterc check -Werror run_on.muster
says "-Werror=CODE" 1 "error: .*\[run-on\]" musterc check -Werror=run-on run_on.muster
says "-Werror=CODE of another" 0 "warning: .*\[run-on\]" musterc check -Werror=unused run_on.muster
says "-Werror=CODE also shows it" 1 "error: .*\[run-on\]" musterc check -Wno-run-on -Werror=run-on run_on.muster
says "-Wno-error=CODE" 0 "warning: .*\[run-on\]" musterc check -Werror -Wno-error=run-on run_on.muster
says "-Wno-error" 0 "warning: .*\[run-on\]" musterc check -Werror -Wno-error run_on.muster
# shellcheck disable=SC2016 # the rules' $
sed 's/run $accel/run accel/' gap.muster >bare_name_gap.muster
says "a warning that is an error hides nothing that comes later" 1 "\[gap\]" \
    musterc check -Werror=bare-name bare_name_gap.muster
says "-Werror: nothing is compiled" 1 "run-on" musterc compile -Werror run_on.muster -o never.c
check_equal "and nothing is written" "" "$(ls never.c never.h 2>/dev/null)"
says "-Werror: no command line either" 1 "run-on" musterc argv -Werror run_on.muster
check_equal "and none is printed" "" "$(cat "$scratch/stdout")"
says "argv -Wno-CODE" 0 "" musterc argv -Wno-run-on run_on.muster
says "an error cannot be switched off" 2 "'gap' is an error; only warnings can be disabled" musterc check -Wno-gap gap.muster
says "nor be made less" 2 "'gap' is an error and cannot be made a warning" musterc check -Wno-error=gap gap.muster
says "an error may be asked for" 1 "\[gap\]" musterc check -Wgap -Werror=gap gap.muster
says "an unknown code" 2 "unknown diagnostic unusde; did you mean unused?" musterc check -Wunusde gap.muster
says "an unknown code, off" 2 "unknown diagnostic unusde; did you mean unused?" musterc check -Wno-unusde gap.muster
says "an unknown code, an error" 2 "unknown diagnostic unusde; did you mean unused?" musterc check -Werror=unusde gap.muster
says "a code cannot steer a terminal" 2 'unknown diagnostic "\\x1b\[31m"; see musterc --explain' musterc check -W$'\e[31m' gap.muster
says "-W alone" 2 'unknown diagnostic ""; see musterc --explain' musterc check -W gap.muster
says "a check that is off by default" 0 "\[missing-reason\]" musterc check -Wmissing-reason missing_reason.muster
says "is silent by default" 0 "" musterc check missing_reason.muster
says "and can be switched off" 0 "" musterc check -Wall -Wno-missing-reason missing_reason.muster
says "its former name enables it" 0 "\[missing-reason\]" musterc check -Wno-reason missing_reason.muster
says "its former name makes it an error" 1 "\[missing-reason\]" musterc check -Werror=no-reason missing_reason.muster
says "its former name switches it off" 0 "" musterc check -Wall -Wno-no-reason missing_reason.muster
check_equal "its former name is explained" "$(musterc --explain missing-reason)" "$(musterc --explain no-reason)"

# --- what was not proven ---

says "not proven is exit 3" 3 "\[not-proven\]" musterc check -Wno-unused not_proven.muster
says "it cannot be switched off" 2 "cannot be disabled" musterc check -Wno-not-proven not_proven.muster
says "it can be an error" 1 "error: .*\[not-proven\]" musterc check -Werror=not-proven not_proven.muster
says "an error counts more" 1 "\[gap\]" musterc check not_proven.muster gap.muster
says "and is no less than a clean file" 3 "not-proven" musterc check not_proven.muster clean.muster
says "compile goes on" 0 "\[not-proven\]" musterc compile not_proven.muster -o not_proven.c

# --- colours ---

escape=$'\e'
says "--color always" 0 "${escape}\[1;35mwarning:${escape}\[0m" musterc check --color always run_on.muster
check_equal "without its colours the text is the same" "$(musterc check run_on.muster 2>&1)" \
    "$(sed "s/$escape\[[0-9;]*m//g" "$scratch/stderr")"
for color in auto never; do
    says "--color $color without a terminal" 0 "run-on" musterc check --color=$color run_on.muster
    check_equal "has none" "" "$(grep -c "$escape" "$scratch/stderr" | grep -v '^0$')"
done
says "--color sometimes" 2 "invalid value for --color: sometimes; use auto, always or never" musterc check --color sometimes run_on.muster
says "documents have no colours" 0 "" musterc check --color always --format json run_on.muster
check_equal "none" "" "$(grep -c "$escape" "$scratch/stdout" | grep -v '^0$')"
if command -v script >/dev/null && TERM=xterm script -qec true /dev/null >/dev/null 2>&1; then
    on_terminal() { # on_terminal VARIABLE=VALUE…: whether a terminal gets colours
        env -u NO_COLOR "$@" script -qec "musterc check run_on.muster" /dev/null </dev/null | grep -qF "${escape}[1;35m" &&
            echo colours
    }
    check_equal "a terminal gets colours" colours "$(on_terminal TERM=xterm)"
    check_equal "unless NO_COLOR is set" "" "$(on_terminal TERM=xterm NO_COLOR=1)"
    check_equal "or it is dumb" "" "$(on_terminal TERM=dumb)"
else
    skip "colours on a terminal" "there is no script(1) here that makes one"
fi

# --- --explain ---

says "--explain lists all" 0 "" musterc --explain
check_equal "in the order of the registry" "$(sed -n 's/^DIAGNOSTIC([A-Z_]*, "\([a-z-]*\)".*/\1/p' "$srcdir/grammar/diag/diag.def")" \
    "$(cut -d' ' -f1 "$scratch/stdout")"
says "--explain CODE" 0 "" musterc --explain dead-row
check_equal "tells the level, why and how" "dead-row (warning): an unreachable row
-Wno-dead-row switches it off, -Werror=dead-row makes it an error." \
    "$(sed -n '1p;$p' "$scratch/stdout")"
says "--explain=CODE" 0 "" musterc --explain=dead-row
says "--explain with a typo" 2 "did you mean dead-row?" musterc --explain dead-rwo
short=$(for code in $(musterc --explain | cut -d' ' -f1); do
    musterc --explain "$code" | awk -v code="$code" '
        NR > 2 && !/^$/ && !/^It is looked for/ { words += NF }
        length($0) > 110 { print code ": a line of " length($0) }
        END { if (words < 20) print code ": only " words " words" }'
done)
check_equal "each code is explained" "" "$short"

finish
