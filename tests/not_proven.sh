#!/usr/bin/env bash
# Rules whose analysis does not fit into the budget: each command of musterc says that something was not proven, with
# the exit code of its manual page, and reports no error in the rules.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cp "$srcdir/tests/diagnostics/else_not_proven.muster" "$scratch/wide.muster"
cd "$scratch" || exit 2
{
    cat wide.muster
    echo 'example "all differ" { a0 = yes; } => x == on or x == off;'
} >example.muster
sed 's/^    yes | \*   => on;/    yes | yes => on;/' wide.muster >changed.muster
{
    echo "facts: {"
    for i in $(seq 0 23); do
        printf 'a%d = true;\nb%d = true;\n' "$i" "$i"
    done
    echo "};"
} >host.cfg

# says NAME STATUS PATTERN ARGUMENT…: the command ends with that status, its output has the pattern, and no error.
says() {
    local name=$1 expected=$2 pattern=$3 status
    shift 3
    "$builddir/musterc" "$@" >output 2>&1
    status=$?
    if [ "$status" = "$expected" ] && grep -qE -e "$pattern" output && ! grep -qE ': error: |has no value on|here refuse' output; then
        ok "$name"
    else
        not_ok "$name" "exit $status, expected $expected and '$pattern'; printed:
$(grep -vE '^ *[0-9]+ ' output | tail -n 30)"
    fi
}

says "check" 3 "whether each row of 'x' decides .* was not proven" check wide.muster
says "matrix" 3 "'x' was not folded: it would take more than" matrix wide.muster
says "matrix also leaves out what 'x' depends on" 3 "'all' was not folded: it would take more than" matrix wide.muster
says "matrix has what was proven" 3 "^part0 \(wide.muster:76\)" matrix wide.muster
for format in markdown csv json html; do
    says "matrix --format $format" 3 "'x' was not folded" matrix --format $format -o matrix.out wide.muster
done
says "matrix of one decision" 3 "'x' was not folded" matrix wide.muster x
says "matrix --columns" 3 "'x' was not folded" matrix --columns a0,b0 wide.muster x
says "matrix --columns, after what 'x' depends on" 3 "'x' was not folded" matrix --columns a0,all wide.muster x
says "matrix --where" 3 "'x' was not folded" matrix --where 'not all' wide.muster x
says "ask" 3 "^# not proven: it would take too long" ask wide.muster 'x == on'
says "ask --format json" 3 '"answer": ?"not-proven"' ask --format json wide.muster 'x == on'
says "diff" 2 "^not everything could be compared: it would take too long" diff wide.muster changed.muster
says "diff --format json" 2 '"result": ?"not-proven"' diff --format json wide.muster changed.muster
says "diff --format html" 2 "whether both rulesets say the same .* was not proven" \
    diff --format html -o diff.html wide.muster changed.muster
says "argvs" 3 "the command lines were not told apart" argvs wide.muster
says "coverage" 0 "of 2 it is not proven" coverage example.muster
says "coverage names the rows" 0 "\(not proven\) yes \| \* => on" coverage example.muster
says "coverage --fail-under" 3 "requires 50 %" coverage --fail-under 50 example.muster
says "coverage by a host is exact" 0 "1 of 2 rows, 50 %$" coverage wide.muster host.cfg
for command in sql graph; do
    says "$command" 0 "whether each row of 'x' decides .* was not proven" $command wide.muster
done
says "compile" 0 "was not proven" compile wide.muster -o wide.c
says "argv" 0 "^run on$" argv wide.muster --facts host.cfg
says "explain" 0 "x .*on" explain wide.muster --facts host.cfg
finish
