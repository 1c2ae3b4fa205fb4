#!/usr/bin/env bash
# `musterc graph`: its DOT to the letter, that Graphviz draws it without a word, and that the picture in docs/ is current.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH
cd "$srcdir" || exit 2

# --- what is written ---

for name in rules override; do
    musterc graph -Wno-unused tests/graph/$name.muster >"$scratch/$name.dot" 2>&1
    check_golden "the graph of $name.muster" "$srcdir/tests/graph/$name.dot" "$scratch/$name.dot"
done
musterc graph rules/baseline.muster >"$scratch/baseline.dot" 2>&1
check_golden "the graph of the baseline" "$srcdir/tests/graph/baseline.dot" "$scratch/baseline.dot"
check_equal "the same to a file" "0" "$(musterc graph rules/baseline.muster --format dot -o "$scratch/again.dot"
    status=$?
    cmp "$scratch/baseline.dot" "$scratch/again.dot" && echo $status)"

# --- what Graphviz makes of it ---

# Nodes and edges of a drawing: Graphviz gives each the title "n1" or "n1->n2".
titles() {
    sed -n 's/^<title>\(n[0-9].*\)<\/title>$/\1/p' "$1" | sed 's/&#45;/-/g; s/&gt;/>/g' | sort
}
# The same of DOT, and the names that stand in its nodes.
named() {
    sed -nE 's/^ +(n[0-9]+) \[label=.*/\1/p; s/^ +(n[0-9]+) -> (n[0-9]+) .*/\1->\2/p' "$1" | sort
}
check_equal "docs/baseline-graph.svg has what the baseline has; make graph draws it again" \
    "$(named tests/graph/baseline.dot)" "$(titles docs/baseline-graph.svg)"
# Tooltips are long; what they say of each node and edge is what would change unseen.
tooltips() {
    grep -oE "$1=\"([^\"\\]|\\\\.)*\"" "$2" | sed "s/^$1=//; s/&#45;/-/g; s/&#39;/'/g; s/&gt;/>/g" | sort -u
}
check_equal "and says of it what the baseline says" "$(tooltips tooltip tests/graph/baseline.dot)" \
    "$(tooltips xlink:title docs/baseline-graph.svg)"
if command -v dot >/dev/null; then
    for name in rules override baseline; do
        check_equal "dot draws $name without warnings" "" "$(dot -Tsvg "$scratch/$name.dot" 2>&1 >"$scratch/$name.svg")"
        check_equal "and all of it" "$(named "$scratch/$name.dot")" "$(titles "$scratch/$name.svg")"
    done
    check_equal "nothing in a title is taken for markup" "" "$(grep -iE '<(b|i|script)>|>evil' "$scratch/rules.svg")"
    # shellcheck disable=SC2016 # it is drawn with its dollar sign
    check_equal "a text is drawn as it is" 1 "$(grep -cF '>run\&quot;$accel</text>' "$scratch/rules.svg")"
else
    skip "drawing with dot" "there is no Graphviz here"
fi

# --- where there is no graph ---

# fails NAME STATUS PATTERN ARGUMENT…: nothing is on standard output.
fails() {
    local name=$1 expected=$2 pattern=$3 output status
    shift 3
    output=$(musterc graph "$@" 2>&1 >"$scratch/stdout")
    status=$?
    if [ "$status" = "$expected" ] && grep -qF -- "$pattern" <<<"$output" && [ ! -s "$scratch/stdout" ]; then
        ok "$name"
    else
        not_ok "$name" "exit $status, expected $expected and '$pattern'; printed:
$output
$(cat "$scratch/stdout")"
    fi
}
fails "rules with errors" 1 "[gap]" tests/diagnostics/gap.muster
fails "rules that are not there" 2 "cannot be opened" absent.muster
fails "no rules" 2 "graph: missing FILE"
fails "another format" 2 "unsupported format svg for graph; use dot" tests/graph/rules.muster --format svg
cp tests/graph/rules.muster "$scratch/own.muster"
fails "rule files are left alone" 2 "is read or written already" "$scratch/own.muster" -o "$scratch/own.muster"
fails "a folder that is not there" 2 "cannot be" tests/graph/rules.muster -o "$scratch/absent/out.dot"
finish
