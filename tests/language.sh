#!/usr/bin/env bash
# Runs every example of docs/language.md, and compares its tables with the sources.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

page=$srcdir/docs/language.md
run_page "$page"
if [ "$n_blocks" -gt 25 ]; then
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
        match($0, /, (ERROR|WARNING|NOTE|OFF),/)
        level = tolower(substr($0, RSTART + 2, RLENGTH - 3))
        split($0, part, "\"")
        getline summary
        sub(/^ *"/, "", summary)
        sub(/",$/, "", summary)
        print "| `" part[2] "` | " level " | " summary " |"
    }
' "$srcdir/grammar/diag/diag.def")
# shellcheck disable=SC2016 # the backquote is Markdown's
check_equal "the list of diagnostics is that of grammar/diag/diag.def" "$expected" \
    "$(section Diagnostics | grep '^| `[a-z]')"

# shellcheck disable=SC2016 # the backquotes are Markdown's
# All probes but the one whose answer is a list, which no fact can have.
check_equal "the probes are those of runtime/lib/muster_probe.h" \
    "$(sed -n 's/^    X([A-Z_]*, \([a-z_]*\), .*/\1/p' "$srcdir/runtime/lib/muster_probe.h" |
        sed '/^none$/,$d' | grep -vx qemu_accelerators | sort)" \
    "$(awk '/^The probes are/ { on = 1 } /^$/ { on = 0 } on' "$page" | sed 's/;.*//' | grep -oE '`[a-z_]+`' | tr -d '`' | sort)"

# The Grammar of the page has every word of the parser, but for those that are reserved for later.
words=$(awk '$0 == "## Grammar" { on = 1 } on' "$page" | grep -oE '"[a-z_]+"' | tr -d '"' | grep -vx x | sort -u)
known=$(grep -oE "\"'[a-z_]+'\"" "$srcdir/grammar/parser.y" | tr -d "\"'" | sort -u)
check_equal "the words of the grammar are those of grammar/parser.y" "after any document each list part" \
    "$(comm -3 <(echo "$known") <(echo "$words") | xargs)"

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
if [ "$rejected" -gt 7 ]; then
    ok "$rejected constructs are reserved"
else
    not_ok "constructs are reserved" "only $rejected"
fi

# Numbers of the table of limits, where the sources have them as they are.
# limit NAME TEXT VALUE: the constant NAME of the sources has the value that the TEXT of the page says.
limit() {
    local value
    value=$(find "$srcdir"/grammar "$srcdir"/gen "$srcdir"/runtime/lib -name '*.[chly]' | sort | xargs cat 2>/dev/null | awk -v name="$1" '
        match($0, "(define " name " +|(^|[ {])" name " = )[^;,}/]*") {
            text = substr($0, RSTART, RLENGTH)
            sub(".*" name, "", text)
            gsub(/[=()]|size_t/, " ", text)
            print text
            exit
        }')
    if [ -n "$value" ] && section Limits | grep -qF -- "$2" && [ $((value)) = "$3" ]; then
        ok "limit $1"
    else
        not_ok "limit $1" "the sources have '$value', the page should say '$2'"
    fi
}
limit SOURCE_MAX_BYTES "16 MiB" $((16 * 1024 * 1024))
limit SCANNER_MAX_NESTING "in each other | 100 |" 100
limit MAX_INCLUDE_DEPTH "includes | 20 |" 20
limit MAX_NAME_LENGTH "64 bytes" 64
limit MUSTER_MAX_VARS "| 512 |" 1024
limit MAX_MEMBERS "enumeration | 1,024 |" 1024
limit MAX_CUTS "16,384 |" 16384
limit MAX_COLUMNS "columns of a table | 64 |" 64
limit MAX_ROWS "rows of a table | 10,000 |" 10000
limit MAX_EVIDENCE "evidence for one row | 256 |" 256
limit MAX_ELSE_WHEN "| 400 |" 400
limit DEFAULT_MAX_LENGTH "4,095 bytes" 4095
limit MAX_FORM_SPACE "1,048,576 bytes" 1048576
limit MAX_TEXT_DEPTH "in each other | 100 |" 100
limit MAX_TEXT_STEPS "200,000 parts" 200000
limit MAX_TEXT_BYTES "16 MiB |" $((1 << 24))
limit PATTERN_MAX_LENGTH "16,384 bytes" 16384
limit PATTERN_MAX_STATES "8,192 states" 8192
limit PATTERN_MAX_REPEAT "repetitions to 4,096" 4096
limit PATTERN_MAX_DEPTH "parentheses 100 deep" 100
limit MAX_EXTENDS_DEPTH "extend each other | 20 |" 20
limit QUESTION_STEPS "8,388,608 and" 8388608
limit ALL_STEPS "and 33,554,432 |" 33554432
limit MAX_PAIRS "compares | 4,194,304 |" 4194304
limit MAX_TEXTS "4,096 |" 4096
limit MAX_REGIONS "| 4 and" 4
limit MAX_MORE_REGIONS "and 100 |" 100
limit COMPOSE_LIMIT "65,536" 65536
limit MAX_NODES "1,048,576 |" 1048576
limit MAX_VALUES "65,535" 65535
limit MAX_OVERLAPS "8 pairs" 8
limit DIAG_MAX "100 each" 100
finish
