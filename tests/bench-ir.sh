#!/usr/bin/env bash
# make bench-ir: instructions of one call, counted by callgrind as the difference between N and 2 N calls, less those
# of the loop around it. The count is the same on every run.
# usage: bench-ir.sh, with the build folder in the environment variable builddir
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
shopt -s inherit_errexit

built=${builddir:-$(cd "$(dirname "$0")/.." && pwd)/build}/tests/bench
calls=1024 # a whole number of turns through the random cells

if ! command -v valgrind >/dev/null; then
    echo "bench-ir.sh: valgrind is needed to count instructions" >&2
    exit 1
fi

# valgrind 3.19 gives up on the debug information that clang 14 writes, and nothing here needs any.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$scratch/bench
strip -o "$program" "$built"

# Instructions of the program when it makes $2 calls of the kind $1.
collected() {
    local log=$scratch/log number
    if ! valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$log" "$program" count "$1" "$2"; then
        echo "bench-ir.sh: callgrind cannot count $1:" >&2
        cat "$log" >&2
        return 1
    fi
    number=$(sed -n 's/.*Collected : *\([0-9][0-9]*\).*/\1/p' "$log")
    echo "${number:?callgrind printed no count}"
}

# Instructions of $calls calls of the kind $1.
instructions() {
    local once twice
    once=$(collected "$1" "$calls")
    twice=$(collected "$1" $((2 * calls)))
    echo $((twice - once))
}

row() {
    awk -v name="$1" -v tables="$2" -v by_hand="$3" -v loop="$loop" -v calls="$calls" 'BEGIN {
        tables = (tables - loop) / calls
        by_hand = (by_hand - loop) / calls
        printf "%-14s %11.1f %13.1f %8.2f\n", name, tables, by_hand, tables / by_hand
    }'
}

loop=$(instructions nothing)
tables_fixed=$(instructions tables-fixed)
by_hand_fixed=$(instructions by-hand-fixed)
tables_random=$(instructions tables-random)
by_hand_random=$(instructions by-hand-random)
set_params=$(instructions set-params)

echo "Decide and emit, instructions of one call."
printf '%-14s %11s %13s %8s\n' "" tables "by hand" ratio
row "fixed cell" "$tables_fixed" "$by_hand_fixed"
row "random cells" "$tables_random" "$by_hand_random"
echo "The ratio is to be at most 2."
awk -v n="$set_params" -v loop="$loop" -v calls="$calls" \
    'BEGIN { printf "Checking and setting the eight parameters: %.1f.\n", (n - loop) / calls }'
