#!/usr/bin/env bash
# The differences between the rulesets baseline and microvm: each has its reason in the rules.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
cd "$srcdir" || exit 2

compare() {
    musterc diff rules/baseline.muster rules/microvm.muster "$@"
}

# docs/microvm.md has the condition for usual hosts.
where=$(sed -n "s/^ *--where '\(.*\)'\$/\1/p" docs/microvm.md)
compare --where "$where" >/dev/null 2>&1
check_equal "the rulesets differ on usual hosts" "1:condition" "$?:${where:+condition}"

if command -v jq >/dev/null; then
    compare --format json >"$scratch/diff.json"
    check_equal "the analysis is complete" different "$(jq -r .result "$scratch/diff.json")"
    check_equal "it has changes of all kinds" "argument decision refusal warning" \
        "$(jq -r '[.changes[].kind] | unique | join(" ")' "$scratch/diff.json")"
    check_equal "each new rule that rejects or decides differently has a reason" "" \
        "$(jq -r '.changes[] | select(.kind != "argument") | .rules.new[] | select(.reason == null) | .text' \
            "$scratch/diff.json")"
    check_equal "so has each argument, unless it follows from decisions that changed" "" \
        "$(jq -r '.changes[] | select(.kind == "argument" and (.follows | length) == 0)
            | select((.rules.new | length) > 0 and ([.rules.new[].reason] | all(. == null))) | .name' "$scratch/diff.json")"
    # A removed option has no row with a reason.
    gone=$(jq -r '.changes[] | select(.kind == "argument" and (.rules.new | length) == 0) | .name' "$scratch/diff.json")
    check_equal "some options are removed" yes "$([ -n "$gone" ] && echo yes)"
    check_equal "microvm.md has a line for each" "" \
        "$(for name in $gone; do grep -q "^| .*\`${name}[ \`]" "$srcdir/docs/microvm.md" || echo "$name"; done)"
else
    skip "reasons of the differences" "jq is not installed"
fi
finish
