#!/usr/bin/env bash
# Runs every example of docs/language.md, and compares its tables with the sources.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

page=$srcdir/docs/language.md
run_page "$page"
if [ "$n_blocks" -gt 30 ]; then
    ok "the page has examples"
else
    not_ok "the page has examples" "only $n_blocks blocks: were they found at all?"
fi

# --- the tables of the page ---

# section TITLE: the rows of the table below that heading, without its two head lines.
section() {
    awk -v title="## $1" '
        $0 == title { inside = 1; next }
        /^## / { inside = 0 }
        inside && /^\|/ && ++row > 2
    ' "$page"
}

expected=$(awk '
    /^DIAGNOSTIC\(/ {
        level = /, WARNING,/ ? "warning" : "error"
        split($0, part, "\"")
        print "| `" part[2] "` | " level " | " part[4] " |"
    }
' "$srcdir/grammar/diag.def")
check_equal "the list of diagnostics is that of grammar/diag.def" "$expected" "$(section Diagnostics)"

# What is reserved is rejected, with the code that the page says. `k` and `p` stand for a fact and a parameter.
rejected=0
while IFS='|' read -r _ construct _ code _; do
    construct=${construct# \`} construct=${construct%\` }
    code=${code# \`} code=${code%\` }
    case $construct in
    ruleset*) printf '%s\nargv { -x; }\n' "$construct" ;;
    *) printf 'ruleset r;\nfact k : bool;\nparam p : path;\n%s\n' "$construct" ;;
    esac >reserved.muster
    musterc check reserved.muster >"$scratch/output" 2>&1
    if [ $? = 1 ] && grep -m 1 ': error: ' "$scratch/output" | grep -q "\[$code\]$"; then
        rejected=$((rejected + 1))
    else
        not_ok "reserved: $construct" "$(cat "$scratch/output")"
    fi
done < <(section "Reserved for later")
if [ "$rejected" -gt 15 ]; then
    ok "$rejected constructs are reserved"
else
    not_ok "constructs are reserved" "only $rejected"
fi

# Numbers of the table of limits, where the sources have them as they are.
# limit FILE NAME TEXT: the constant NAME of that file is the TEXT of the page.
limit() {
    local value
    value=$(awk -v name="$2" '
        match($0, name "[ =(]+[^;,}/]*") {
            text = substr($0, RSTART + length(name), RLENGTH - length(name)); gsub(/[=()]|size_t/, " ", text); print text; exit
        }' "$srcdir/$1")
    if [ -n "$value" ] && section Limits | grep -qF "$3" && [ $((value)) = "$4" ]; then
        ok "limit $2"
    else
        not_ok "limit $2" "$1 has '$value', the page should say '$3'"
    fi
}
limit grammar/source.h SOURCE_MAX_BYTES "16 MiB" $((16 * 1024 * 1024))
limit grammar/scanner.h SCANNER_MAX_NESTING "in each other | 100 |" 100
limit gen/program.c MAX_INCLUDE_DEPTH "includes | 20 |" 20
limit gen/resolve.c LONGEST_NAME "64 bytes" 64
limit gen/resolve.c DEFAULT_MAX_LENGTH "4,095 bytes" 4095
limit gen/lower_argv.c MAX_FORM_SPACE "1,048,576 bytes" 1048576
limit gen/resolve_argv.c MAX_PIECES "10,000" 10000
limit gen/pattern.h PATTERN_MAX_LENGTH "16,384 bytes" 16384
limit gen/pattern.h PATTERN_MAX_STATES "8,192 states" 8192
limit gen/pattern.h PATTERN_MAX_REPEAT "repetitions to 4,096" 4096
limit gen/pattern.h PATTERN_MAX_DEPTH "parentheses 100 deep" 100
limit gen/space.h SPACE_LIMIT "4,194,304" 4194304
limit gen/lower.c COMPOSE_LIMIT "65,536" 65536
limit gen/diagram.c MAX_NODES "1,048,576 |" 1048576
limit gen/selectors.c MAX_VALUES "65,535" 65535
limit gen/check.c MAX_OVERLAPS "8 pairs" 8
limit runtime/muster_tables.h MUSTER_MAX_VARS "| 512 |" 1024
finish
