#!/usr/bin/env bash
# docs/microvm-diff.md: every difference between the rulesets baseline and microvm, as musterc writes it, and that each
# has its reason in the rules. BLESS=1 renews the page.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

PATH=$builddir:$PATH
page=$srcdir/docs/microvm-diff.md

# compare OPTION…: from the folder of the project, so that the page names files as a reader finds them.
compare() {
    (cd "$srcdir" && musterc diff rules/baseline.muster rules/microvm.muster "$@")
}

# section NAME: the text between the page's marks <!-- NAME --> and <!-- end -->, without the blank lines around it.
section() {
    sed "1,/^<!-- $1 -->\$/d; /^<!-- end -->\$/,\$d" "$page" | sed '1d; $d'
}

# renew NAME TEXT: puts it there.
renew() {
    awk -v mark="<!-- $1 -->" -v file="$scratch/section" '
        $0 == "<!-- end -->" { inside = 0 }
        !inside { print }
        $0 == mark { inside = 1; print ""; while ((getline line < file) > 0) print line; print "" }
    ' "$page" >"$scratch/page" && cat "$scratch/page" >"$page"
}

# The condition of the first section stands in the page, as a reader would type it.
where=$(sed -n "s/^ *--where '\(.*\)'\$/\1/p" "$page")
check_equal "the page says on which hosts its first part looks" different "$([ -z "$where" ] || echo different)"

for name in usual all; do
    if [ "$name" = usual ]; then
        compare --format markdown --where "$where" >"$scratch/section"
    else
        compare --format markdown >"$scratch/section"
    fi
    check_equal "$name: both can be compared, and differ" 1 $?
    [ "${BLESS-}" != 1 ] || renew "$name"
    check_equal "$name: the page says what musterc writes" "$(cat "$scratch/section")" "$(section "$name")"
done

if command -v jq >/dev/null; then
    compare --format json >"$scratch/diff.json"
    check_equal "all of it was looked through" different "$(jq -r .result "$scratch/diff.json")"
    check_equal "it has changes of all kinds" "argument decision refusal warning" \
        "$(jq -r '[.changes[].kind] | unique | join(" ")' "$scratch/diff.json")"
    check_equal "what is refused or decided otherwise has a reason in each of the new rules" "" \
        "$(jq -r '.changes[] | select(.kind != "argument") | .rules.new[] | select(.reason == null) | .text' \
            "$scratch/diff.json")"
    check_equal "an argument has one, or follows from decisions that changed" "" \
        "$(jq -r '.changes[] | select(.kind == "argument" and (.follows | length) == 0)
            | select((.rules.new | length) > 0 and ([.rules.new[].reason] | all(. == null))) | .name' "$scratch/diff.json")"
    # An option that is gone has no row that could have a reason.
    gone=$(jq -r '.changes[] | select(.kind == "argument" and (.rules.new | length) == 0) | .name' "$scratch/diff.json")
    check_equal "some options are gone" yes "$([ -n "$gone" ] && echo yes)"
    check_equal "each has its line in microvm.md" "" \
        "$(for name in $gone; do grep -q "^| .*\`${name}[ \`]" "$srcdir/docs/microvm.md" || echo "$name"; done)"
else
    skip "reasons of all differences" "there is no jq here"
fi
finish
