#!/usr/bin/env bash
# The rooms of docs/architecture.md and the arrows between them, compared with the symbols of the object files and with
# the includes: a room uses those rooms that its row in the table names, and no others.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
page=$srcdir/docs/architecture.md

if ! command -v nm >/dev/null; then
    skip "arrows between rooms" "there is no nm here"
    finish
fi

# Rows of the table: "| `ROOM` | what it holds | `ROOM`, `ROOM` |".
# shellcheck disable=SC2016 # the backquotes are Markdown's
table=$(sed -nE '/^\| room \| holds/,/^$/s/^\| `([a-z/]+)` \| .* \| ([^|]*) \|$/\1 \2/p' "$page" | tr -d '`,')
rooms=$(cut -d ' ' -f 1 <<<"$table")
check_equal "every folder with sources is a room of the table" \
    "$(cd "$srcdir" && find grammar gen runtime -name '*.[cly]' -exec dirname {} + | sort -u)" "$(sort <<<"$rooms")"

# symbols: "has ROOM SYMBOL" or "lacks ROOM SYMBOL", for the names that other files can see.
symbols() {
    local room object stem objects
    for room in $rooms; do
        objects=()
        for object in "$builddir/$room"/*.o; do
            # Not what tests compile for themselves, nor what is left of a file that was moved.
            stem=${object##*/}
            stem=${stem%.o}
            stem=$room/${stem#lib*_a-}
            if compgen -G "$srcdir/$stem.[cly]" >/dev/null || [ -e "$builddir/$stem.c" ]; then
                objects+=("$object")
            fi
        done
        nm -A "${objects[@]}" | sed 's/^[^:]*://' | awk -v room="$room" '
            NF == 3 && $2 ~ /[A-Z]/ { print "has", room, $3 }
            $1 == "U" { print "lacks", room, $2 }'
    done
}

# calls: "ROOM OTHER" where a room lacks a symbol that the other one has. Programs have some names in common, such as main.
calls() {
    awk '
        $1 == "has" { has[$3] = $2; own[$2, $3] = 1; next }
        ($3 in has) && !(($2, $3) in own) { print $2, has[$3] }
    ' <(sort "$scratch/symbols")
}

# includes: "ROOM OTHER" where a file of the room includes a header of the other one. The public headers are runtime/lib's.
includes() {
    local room
    for room in $rooms; do
        cat "$srcdir/$room"/*.[chly] 2>/dev/null | sed -nE '
            s|^#include "muster[a-z_]*\.h"|#include "runtime/lib/muster.h"|
            s|^#include "((grammar\|gen\|runtime)/[a-z_/]+)/[a-z_]+\.[a-z]+"$|\1|p
            s|^#include "(grammar)/[a-z_]+\.[a-z]+"$|\1|p' | sort -u | sed "s|^|$room |"
    done
}

symbols >"$scratch/symbols"
check_equal "the objects were found" yes "$([ "$(grep -c ^has "$scratch/symbols")" -gt 500 ] && echo yes)"
arrows=$({ calls; includes; } | awk '$1 != $2' | sort -u)
allowed=$(awk '{ for (i = 2; i <= NF; i++) print $1, $i }' <<<"$table" | sort -u)
check_equal "no room uses one that the table does not name" "" "$(comm -23 <(echo "$arrows") <(echo "$allowed"))"
check_equal "the table names no room that is not used" "" "$(comm -13 <(echo "$arrows") <(echo "$allowed"))"
check_equal "the arrows make no circle" "" "$(awk '{ print $1, $2 }' <<<"$arrows" | tsort 2>&1 >/dev/null)"
finish
